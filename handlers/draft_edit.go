package handlers

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"znak/handlers/middleware"
	"znak/models"
	"znak/models/checklist"
)

// draftEdit answers GET /referrals/{ref}/edit/{step}: one step of the author's
// own draft. A referral that is submitted already is shown as it is.
func (h *Handlers) draftEdit(c echo.Context) error {
	r, list, err := h.ownReferral(c)
	if err != nil {
		return err
	}
	step := c.Param("step")
	if !isDraftStep(list, step) {
		return models.ErrNotFound
	}
	if r.State != models.StateDraft {
		return c.Redirect(http.StatusSeeOther, "/referrals/"+url.PathEscape(r.Ref))
	}
	if _, form, ok := h.takeKept(c); ok {
		return h.showTyped(c, http.StatusOK, r.Ref, readDraftForm(list, step, form), nil)
	}
	d, err := h.Referrals.Draft(c.Request().Context(), middleware.Actor(c), r.Ref, kindOfStep(list, step))
	if err != nil {
		return err
	}
	return h.showStep(c, http.StatusOK, d, readDraftForm(list, step, onlyWay(c.QueryParams())), nil)
}

// onlyWay keeps from an address where a step leads, never what it holds: a
// link cannot fill in a form.
func onlyWay(q url.Values) url.Values {
	return url.Values{"from": q["from"], "next": q["next"]}
}

// draftSave answers POST /referrals/{ref}/edit/{step}: it saves the step and
// leads on.
func (h *Handlers) draftSave(c echo.Context) error {
	r, list, err := h.ownReferral(c)
	if err != nil {
		return err
	}
	if !isDraftStep(list, c.Param("step")) {
		return models.ErrNotFound
	}
	values, err := posted(c)
	if err != nil {
		return err
	}
	f := readDraftForm(list, c.Param("step"), values)
	if middleware.Relang(c) {
		return h.showTyped(c, http.StatusOK, r.Ref, f, nil)
	}
	if f.next != "" && !values.Has("danger_now") {
		return h.showTyped(c, http.StatusUnprocessableEntity, r.Ref, f, models.Invalid(needsDanger))
	}
	way, err := h.saveStep(c, r.Ref, f)
	if models.CodeOf(err) == models.CodeInvalid {
		return h.showTyped(c, http.StatusUnprocessableEntity, r.Ref, f, err)
	}
	if models.CodeOf(err) == models.CodeConflict {
		return h.sentMeanwhile(c, r.Ref, f)
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, way)
}

// sentMeanwhile answers 409: the draft was submitted from another page, and what
// was typed here is kept, to be added to the referral.
func (h *Handlers) sentMeanwhile(c echo.Context, ref string, f draftForm) error {
	p := ConflictPage{Page: h.page(c, "error.title_conflict"), Ref: ref}
	for name := range f.values {
		if strings.HasPrefix(name, "account.") || strings.HasPrefix(name, "note.") {
			if text := typed(f.values, name); strings.TrimSpace(text) != "" {
				p.Kept = append(p.Kept, strings.ToValidUTF8(text, "\uFFFD"))
			}
		}
	}
	slices.Sort(p.Kept)
	return h.showStatus(c, http.StatusConflict, "conflict", p)
}

// needsDanger is the fault of a danger question without an answer.
var needsDanger = models.FieldError{Field: "danger_now", Key: "error.choice_needed"}

// saveStep saves what was typed and returns the address to go on to.
func (h *Handlers) saveStep(c echo.Context, ref string, f draftForm) (string, error) {
	var before models.Ternary
	var asked bool
	d, err := h.Referrals.Save(c.Request().Context(), middleware.Actor(c), ref, kindOfStep(f.list, f.step), func(content *models.Content) {
		before = content.DangerNow
		f.apply(content)
		asked = f.askDanger(content)
	})
	if err != nil {
		return "", err
	}
	switch {
	case asked:
		return draftPath(ref, stepDanger, "next", f.onward()), nil
	case f.step == stepDanger && before != models.Yes && d.Content.DangerNow == models.Yes:
		return draftPath(ref, stepDanger, "next", f.next, "from", f.from), nil
	case f.leave == "list":
		return "/referrals", nil
	}
	return draftPath(ref, f.onward()), nil
}

// onward is the step to which the form leads.
func (f draftForm) onward() string {
	switch {
	case f.leave == "back":
		return backStep(f.list, f.step)
	case f.leave == stepReview, f.from == stepReview:
		return stepReview
	case f.next != "":
		return f.next
	}
	return nextStep(f.list, f.step)
}

// showTyped shows the step again with everything as typed.
func (h *Handlers) showTyped(c echo.Context, status int, ref string, f draftForm, fault error) error {
	d, err := h.Referrals.Draft(c.Request().Context(), middleware.Actor(c), ref, kindOfStep(f.list, f.step))
	if err != nil {
		return err
	}
	f.apply(&d.Content)
	return h.showStep(c, status, d, f, fault)
}

// ownReferral returns the actor's own referral and the checklist version that
// it was begun with. Returns models.ErrNotFound to everybody but its author.
func (h *Handlers) ownReferral(c echo.Context) (*models.Referral, *checklist.Checklist, error) {
	a := middleware.Actor(c)
	r, err := h.Store.Referral(c.Request().Context(), a, c.Param("ref"))
	if err != nil {
		return nil, nil, err
	}
	if r.AuthorID != a.ID {
		return nil, nil, models.ErrNotFound
	}
	list, ok := h.Checklists.Get(r.ChecklistID, r.ChecklistVersion)
	if !ok {
		return nil, nil, models.Errorf(models.CodeInternal, "", "checklist %s version %d is not loaded", r.ChecklistID, r.ChecklistVersion)
	}
	return r, list, nil
}
