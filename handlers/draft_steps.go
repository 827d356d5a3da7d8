package handlers

import (
	"net/url"
	"slices"

	"znak/models/checklist"
)

// Steps of the concern form that are no sign group.
const (
	stepDanger  = "danger"
	stepChild   = "child"
	stepAccount = "account"
	stepReview  = "review"
)

// draftSteps returns the steps of the concern form in their order: the danger
// question, the sign groups of the draft's own checklist version, the child,
// the account and the review.
func draftSteps(list *checklist.Checklist) []string {
	return slices.Concat([]string{stepDanger}, list.Steps(), []string{stepChild, stepAccount, stepReview})
}

// isDraftStep says whether the draft has the step.
func isDraftStep(list *checklist.Checklist, step string) bool {
	return slices.Contains(draftSteps(list), step)
}

// firstStep is the step after the danger question.
func firstStep(list *checklist.Checklist) string { return draftSteps(list)[1] }

// nextStep returns the step after step; the review is its own.
func nextStep(list *checklist.Checklist, step string) string {
	steps := draftSteps(list)
	return steps[min(slices.Index(steps, step)+1, len(steps)-1)]
}

// backStep returns the step before step; the danger question is its own.
func backStep(list *checklist.Checklist, step string) string {
	steps := draftSteps(list)
	return steps[max(slices.Index(steps, step)-1, 0)]
}

// progress says which of the steps this is. The danger question is not
// counted: it comes before the form, and may come back.
func progress(list *checklist.Checklist, step string) (at, of int) {
	steps := draftSteps(list)
	return slices.Index(steps, step), len(steps) - 1
}

// draftPath is the address of a step. params are names and values in turn; an
// empty value is left out.
func draftPath(ref, step string, params ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(params); i += 2 {
		if params[i+1] != "" {
			q.Set(params[i], params[i+1])
		}
	}
	path := "/referrals/" + url.PathEscape(ref) + "/edit/" + step
	if len(q) > 0 {
		path += "?" + q.Encode()
	}
	return path
}

// kindOfStep names a step on the audit trail. All sign groups are one there:
// which group was changed would say what was noticed.
func kindOfStep(list *checklist.Checklist, step string) string {
	if _, ok := list.Group(step); ok {
		return "signs"
	}
	return step
}
