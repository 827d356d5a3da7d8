package handlers

import (
	"net/url"
	"strconv"
	"strings"

	"znak/models"
	"znak/models/checklist"
)

// draftForm is what was sent for one step of a draft, every field as typed. A
// field that was not sent leaves the draft as it is.
type draftForm struct {
	list   *checklist.Checklist
	step   string
	values url.Values
	from   string // "review": the step was opened to change one thing
	next   string // the step that the danger question interrupted
	leave  string // the button: back, list, review or "" to go on
}

// readDraftForm reads the fields of a step. values are those of the form or,
// for a page that is opened, of its address.
func readDraftForm(list *checklist.Checklist, step string, values url.Values) draftForm {
	f := draftForm{list: list, step: step, values: values, leave: values.Get("go")}
	if values.Get("from") == stepReview {
		f.from = stepReview
	}
	if next := values.Get("next"); step == stepDanger && next != stepDanger && isDraftStep(list, next) {
		f.next = next
	}
	return f
}

// apply writes what was typed into the content, right or wrong: whoever saves
// it checks it, and a form that is shown again shows it.
func (f draftForm) apply(c *models.Content) {
	switch f.step {
	case stepDanger:
		f.ternary(&c.DangerNow, "danger_now")
		f.ternary(&c.SchoolConflict, "school_conflict")
	case stepChild:
		f.applyChild(&c.Child)
	case stepAccount:
		a := &c.Account
		f.text(&a.Observed, "account.observed")
		f.text(&a.ChildWords, "account.child_words")
		f.text(&a.OwnView, "account.own_view")
		f.text(&a.People, "account.people")
		f.text(&a.Told, "account.told")
		f.ternary(&c.FamilyContactDangerous, "family_contact_dangerous")
		f.ternary(&c.SchoolConflict, "school_conflict")
	default:
		if g, ok := f.list.Group(f.step); ok {
			f.applySigns(c, g)
		}
	}
}

func (f draftForm) applyChild(c *models.Child) {
	f.text(&c.Name, "child.name")
	f.text(&c.Sex, "child.sex")
	f.text(&c.Class, "child.class")
	f.text(&c.Citizenship, "child.citizenship")
	f.ternary(&c.OnTheMove, "child.on_the_move")
	if f.values.Has("child.birth_year") {
		c.BirthYear, _ = f.birthYear()
	}
}

// noYear is a year of birth that no check lets pass.
const noYear = -1

// birthYear reads the year as people write it ("2012." too). ok is false when
// it is no number; no year at all is 0.
func (f draftForm) birthYear() (year int, ok bool) {
	s := strings.TrimSuffix(strings.TrimSpace(f.values.Get("child.birth_year")), ".")
	if s == "" {
		return 0, true
	}
	year, err := strconv.Atoi(s)
	if err != nil {
		return noYear, false
	}
	if year == 0 {
		return noYear, true
	}
	return year, true
}

func (f draftForm) text(to *string, name string) {
	if f.values.Has(name) {
		*to = typed(f.values, name)
	}
}

func (f draftForm) ternary(to *models.Ternary, name string) {
	if f.values.Has(name) {
		*to = models.Ternary(f.values.Get(name))
	}
}
