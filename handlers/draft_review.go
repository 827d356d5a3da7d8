package handlers

import (
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"znak/handlers/middleware"
	"znak/locales"
	"znak/models"
	"znak/models/checklist"
	"znak/models/referral"
)

// ReviewPage shows everything before it is submitted.
type ReviewPage struct {
	DraftPage
	Danger      []ReviewRow
	Groups      []ReviewGroup // with at least one answer
	Unanswered  []ReviewGroup
	Child       ReviewPart
	Account     ReviewPart
	Submittable bool
	FirstGroup  string
	Outlook     Outlook
}

// ReviewRow is one answer with the way to change it.
type ReviewRow struct {
	Label string
	Value string // as typed, or the answer's name; "" when there is none
	Typed bool   // the value is as typed
	Note  string
	Date  string
	Href  string
}

// ReviewPart is one step's answers, and what was left empty.
type ReviewPart struct{ Given, Missing []ReviewRow }

func reviewPart(rows []ReviewRow) (p ReviewPart) {
	for _, r := range rows {
		if r.Value == "" {
			p.Missing = append(p.Missing, r)
		} else {
			p.Given = append(p.Given, r)
		}
	}
	return p
}

// ReviewGroup is a group of signs.
type ReviewGroup struct {
	Title checklist.Text
	Rows  []ReviewRow // answered signs
	Open  int         // signs without an answer
	Href  string
}

func (h *Handlers) reviewPage(c echo.Context, d *referral.Draft, fault error) ReviewPage {
	f := readDraftForm(d.Checklist, stepReview, nil)
	p := ReviewPage{DraftPage: h.draftPage(c, d, f), Submittable: d.Content.Submittable(), FirstGroup: firstStep(d.Checklist)}
	p.LangForm, p.Path = "", draftPath(d.Ref, stepReview) // nothing is typed here
	p.Errors = h.formErrors(c, fault, Field{Name: "submit", ID: "missing"})
	rows := reviewer{h, middleware.Lang(c), d}
	p.Danger = []ReviewRow{
		rows.choice(stepDanger, "danger_now", "common.", string(d.Content.DangerNow)),
		rows.choice(stepAccount, "family_contact_dangerous", "common.", string(d.Content.FamilyContactDangerous)),
		rows.choice(stepDanger, "school_conflict", "common.", string(d.Content.SchoolConflict))}
	p.Child, p.Account = reviewPart(rows.child()), reviewPart(rows.account())
	for i := range d.Checklist.Groups {
		g := rows.group(&d.Checklist.Groups[i])
		if len(g.Rows) > 0 {
			p.Groups = append(p.Groups, g)
		} else {
			p.Unanswered = append(p.Unanswered, g)
		}
	}
	p.Outlook = h.outlook(p.Lang, d.Content.SchoolConflict == models.Yes, false)
	p.Outlook.Danger = d.Content.DangerNow == models.Yes
	return p
}

// reviewer makes the rows of one draft.
type reviewer struct {
	h    *Handlers
	lang locales.Lang
	d    *referral.Draft
}

func (r reviewer) row(step, name, value string) ReviewRow {
	return ReviewRow{Label: r.h.label(r.lang, name), Value: value,
		Href: draftPath(r.d.Ref, step, "from", stepReview) + "#" + FieldID(name)}
}

func (r reviewer) choice(step, name, prefix, value string) ReviewRow {
	if value != "" {
		value = r.h.Locales.T(r.lang, prefix+value)
	}
	return r.row(step, name, value)
}

// words is a row of what somebody typed, in whatever language.
func (r reviewer) words(step, name, value string) ReviewRow {
	row := r.row(step, name, value)
	row.Typed = true
	return row
}

func (r reviewer) child() []ReviewRow {
	child, year := &r.d.Content.Child, ""
	if child.BirthYear != 0 {
		year = strconv.Itoa(child.BirthYear)
	}
	return []ReviewRow{r.words(stepChild, "child.name", child.Name), r.row(stepChild, "child.birth_year", year),
		r.choice(stepChild, "child.sex", "sex.", child.Sex), r.words(stepChild, "child.class", child.Class),
		r.choice(stepChild, "child.citizenship", "citizenship.", child.Citizenship), r.choice(stepChild, "child.on_the_move", "common.", string(child.OnTheMove))}
}

func (r reviewer) account() []ReviewRow {
	a := &r.d.Content.Account
	return []ReviewRow{r.words(stepAccount, "account.observed", a.Observed), r.words(stepAccount, "account.child_words", a.ChildWords),
		r.words(stepAccount, "account.told", a.Told), r.words(stepAccount, "account.people", a.People),
		r.words(stepAccount, "account.own_view", a.OwnView)}
}

func (r reviewer) group(g *checklist.Group) ReviewGroup {
	out := ReviewGroup{Title: g.Title, Href: draftPath(r.d.Ref, g.ID, "from", stepReview)}
	for _, s := range g.Signs {
		a, ok := r.d.Content.Signs[s.ID]
		if !ok {
			out.Open++
			continue
		}
		answer := a.Answer
		if answer == "" {
			answer = models.AnswerUnknown
		}
		row := r.row(g.ID, "sign."+s.ID, r.h.Locales.T(r.lang, "answer."+string(answer)))
		row.Label, row.Note = r.h.Locales.Text(r.lang, s.Text.Sr, s.Text.En), a.Note
		if day, err := time.Parse(time.DateOnly, a.Date); err == nil {
			row.Date = locales.Date(r.lang, day)
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}
