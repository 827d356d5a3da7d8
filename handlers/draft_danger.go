package handlers

import (
	"github.com/labstack/echo/v4"

	"znak/handlers/middleware"
	"znak/locales"
	"znak/models"
	"znak/models/checklist"
	"znak/models/referral"
)

// DangerPage asks whether the child is in danger now and, when it is, says what
// to do at once.
type DangerPage struct {
	DraftPage
	Danger   Field
	Conflict Field
	Now      bool             // in danger now, as saved
	School   bool             // somebody at the school may be involved, as saved
	Again    []checklist.Text // the signs that brought the question back
}

func (h *Handlers) dangerPage(c echo.Context, d *referral.Draft, f draftForm, fault error) DangerPage {
	lang := middleware.Lang(c)
	p := DangerPage{DraftPage: h.draftPage(c, d, f), Now: d.Content.DangerNow == models.Yes, School: d.Content.SchoolConflict == models.Yes}
	danger := d.Content.DangerNow
	if f.next != "" && !p.Now {
		p.Again = newestAsked(&d.Content, f.list)
		if !f.values.Has("danger_now") {
			danger = "" // asked again: the old answer is no answer
		}
	}
	p.Fields = []Field{h.yesNo(lang, "danger_now", danger), h.yesNo(lang, "school_conflict", d.Content.SchoolConflict)}
	p.judge(h.formErrors(c, fault, p.Fields...))
	p.Danger, p.Conflict = p.Fields[0], p.Fields[1]
	return p
}

// yesNo is a question answered by yes, no or unknown, nothing of it chosen
// beforehand.
func (h *Handlers) yesNo(lang locales.Lang, name string, value models.Ternary) Field {
	return h.newChoice(lang, name, string(value), "common.", string(models.Yes), string(models.No), string(models.Unknown))
}

// newestAsked returns the signs that brought the danger question back last: of
// the group of the newest one, those still noticed.
func newestAsked(c *models.Content, list *checklist.Checklist) []checklist.Text {
	if len(c.DangerAskedFor) == 0 {
		return nil
	}
	newest := c.DangerAskedFor[len(c.DangerAskedFor)-1]
	for _, g := range list.Groups {
		var texts []checklist.Text
		here := false
		for _, s := range g.Signs {
			here = here || s.ID == newest
			if s.AsksDangerAgain && c.Signs[s.ID].Answer.Noticed() {
				texts = append(texts, s.Text)
			}
		}
		if here {
			return texts
		}
	}
	return nil
}
