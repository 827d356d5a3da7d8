package handlers

import (
	"time"

	"github.com/labstack/echo/v4"

	"znak/handlers/middleware"
	"znak/locales"
	"znak/models"
	"znak/models/checklist"
	"znak/models/referral"
)

// GroupPage is the step of one group of signs.
type GroupPage struct {
	DraftPage
	Group *checklist.Group
	Intro checklist.Text
	First bool // the first group: the answers are explained in full
	Signs []SignQuestion
}

// SignQuestion asks about one sign.
type SignQuestion struct {
	Answer Field
	Note   Field
	Date   Field
	Open   bool // note and date are unfolded
}

func (h *Handlers) groupPage(c echo.Context, d *referral.Draft, f draftForm, fault error) GroupPage {
	g, _ := f.list.Group(f.step)
	p := GroupPage{DraftPage: h.draftPage(c, d, f), Group: g, Intro: f.list.Intro, First: f.step == firstStep(f.list)}
	for _, s := range g.Signs {
		p.Fields = append(p.Fields, h.signFields(middleware.Lang(c), f.list, &s, d.Content.Signs[s.ID])...)
	}
	labelled := make([]Field, len(p.Fields)) // in the summary each field is called by its sign
	for i, field := range p.Fields {
		labelled[i] = field
		if sign := p.Fields[i-i%3]; i%3 > 0 {
			labelled[i].Label = sign.Label + " – " + field.Label
		}
	}
	p.judge(h.formErrors(c, fault, labelled...))
	for i := 0; i < len(p.Fields); i += 3 {
		q := SignQuestion{Answer: p.Fields[i], Note: p.Fields[i+1], Date: p.Fields[i+2]}
		q.Open = q.Note.Value+q.Date.Value+q.Note.Error+q.Date.Error != ""
		p.Signs = append(p.Signs, q)
	}
	return p
}

// signFields are the answer, the note and the date of one sign.
func (h *Handlers) signFields(lang locales.Lang, list *checklist.Checklist, s *checklist.Sign, a models.SignAnswer) []Field {
	answer := Field{Kind: "segments", Name: "sign." + s.ID, Value: string(a.Answer),
		Label: h.Locales.Text(lang, s.Text.Sr, s.Text.En)}
	if hint, ok := list.Hints[s.Hint]; ok {
		answer.Hint = h.Locales.Text(lang, hint.Sr, hint.En)
	}
	if answer.Value == "" {
		answer.Value = string(models.AnswerUnknown)
	}
	for _, o := range models.Answers {
		answer.Options = append(answer.Options, Option{Value: string(o), Label: h.Locales.T(lang, "answer."+string(o))})
	}
	note := h.newField(lang, "textarea", "note."+s.ID, a.Note)
	note.Label, note.Rows = h.Locales.T(lang, "field.note"), 3
	date := h.newField(lang, "date", "date."+s.ID, a.Date)
	date.Label, date.Hint = h.Locales.T(lang, "field.date"), h.Locales.T(lang, "field.date.hint")
	if _, err := time.Parse(time.DateOnly, a.Date); err != nil && a.Date != "" {
		date.Kind, date.Class = "text", "w-m" // a date input would show nothing
	}
	return []Field{answer, note, date}
}
