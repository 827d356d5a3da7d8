package handlers

import (
	"errors"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"znak/handlers/middleware"
	"znak/models"
	"znak/models/referral"
)

// DraftPage is what every step of the concern form has.
type DraftPage struct {
	Page
	Ref    string
	Step   string
	At, Of int    // which of how many steps; 0 for the danger question
	From   string // where the step leads on to, as sent
	Next   string
	Fields []Field
}

// draftFormID is the id of each step's form, which the language switch submits.
const draftFormID = "draft"

func (h *Handlers) draftPage(c echo.Context, d *referral.Draft, f draftForm) DraftPage {
	p := DraftPage{Page: h.page(c, "title.draft."+kindOfStep(f.list, f.step)), Ref: d.Ref, Step: f.step, From: f.from, Next: f.next}
	p.LangForm = draftFormID
	p.At, p.Of = progress(f.list, f.step)
	return p
}

// judge puts the faults into the summary and beside their fields.
func (p *DraftPage) judge(faults []FormError) {
	p.Errors = faults
	mark(p.Fields, faults)
}

// showStep renders a step. fault is what keeps it from being saved, or nil.
func (h *Handlers) showStep(c echo.Context, status int, d *referral.Draft, f draftForm, fault error) error {
	switch kind := kindOfStep(f.list, f.step); kind {
	case stepDanger:
		return h.showStatus(c, status, "draft_danger", h.dangerPage(c, d, f, fault))
	case stepChild:
		return h.showStatus(c, status, "draft_child", h.childPage(c, d, f, fault))
	case stepAccount:
		return h.showStatus(c, status, "draft_account", h.accountPage(c, d, f, fault))
	case stepReview:
		return h.showStatus(c, status, "draft_review", h.reviewPage(c, d, fault))
	}
	return h.showStatus(c, status, "draft_group", h.groupPage(c, d, f, fault))
}

// ChildPage is the step about the child.
type ChildPage struct{ DraftPage }

func (h *Handlers) childPage(c echo.Context, d *referral.Draft, f draftForm, fault error) ChildPage {
	p, lang, child := h.draftPage(c, d, f), middleware.Lang(c), &d.Content.Child
	year := f.values.Get("child.birth_year")
	if !f.values.Has("child.birth_year") && child.BirthYear != 0 {
		year = strconv.Itoa(child.BirthYear)
	}
	name := h.newField(lang, "text", "child.name", child.Name)
	birth := h.newField(lang, "text", "child.birth_year", year)
	birth.InputMode, birth.Class = "numeric", "w-s"
	class := h.newField(lang, "text", "child.class", child.Class)
	class.Class = "w-s"
	p.Fields = []Field{name, birth, h.newChoice(lang, "child.sex", child.Sex, "sex.", "f", "m", "unknown"), class,
		h.newChoice(lang, "child.citizenship", child.Citizenship, "citizenship.", "rs", "other", "unknown"),
		h.yesNo(lang, "child.on_the_move", child.OnTheMove)}
	p.judge(h.formErrors(c, f.explain(fault), p.Fields...))
	return ChildPage{p}
}

// explain says of a year of birth that is no number that it is none.
func (f draftForm) explain(fault error) error {
	var invalid *models.Error
	if _, ok := f.birthYear(); ok || !errors.As(fault, &invalid) {
		return fault
	}
	fields := slices.Clone(invalid.Fields)
	for i := range fields {
		if fields[i].Field == "child.birth_year" {
			fields[i].Key = "error.year"
		}
	}
	return models.Invalid(fields...)
}

// AccountPage is the step for the reporter's own words.
type AccountPage struct {
	DraftPage
	Texts     []Field
	Questions []Field
}

func (h *Handlers) accountPage(c echo.Context, d *referral.Draft, f draftForm, fault error) AccountPage {
	p, lang, a := h.draftPage(c, d, f), middleware.Lang(c), &d.Content.Account
	texts := []struct{ name, value string }{{"observed", a.Observed}, {"child_words", a.ChildWords}, {"told", a.Told},
		{"people", a.People}, {"own_view", a.OwnView}}
	for _, t := range texts {
		field := h.newField(lang, "textarea", "account."+t.name, t.value)
		field.Rows = 5
		p.Fields = append(p.Fields, field)
	}
	p.Fields = append(p.Fields, h.yesNo(lang, "family_contact_dangerous", d.Content.FamilyContactDangerous),
		h.yesNo(lang, "school_conflict", d.Content.SchoolConflict))
	p.judge(h.formErrors(c, fault, p.Fields...))
	return AccountPage{p, p.Fields[:len(texts)], p.Fields[len(texts):]}
}
