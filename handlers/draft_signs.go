package handlers

import (
	"slices"
	"strings"
	"time"

	"znak/models"
	"znak/models/checklist"
)

// applySigns takes the answers of this group, and the names of signs that the
// checklist does not have: they are refused where the content is checked.
func (f draftForm) applySigns(c *models.Content, g *checklist.Group) {
	if c.Signs == nil {
		c.Signs = map[string]models.SignAnswer{}
	}
	for _, s := range g.Signs {
		a := c.Signs[s.ID]
		answer := string(a.Answer)
		f.text(&answer, "sign."+s.ID)
		a.Answer = models.Answer(answer)
		f.text(&a.Note, "note."+s.ID)
		if f.values.Has("date." + s.ID) {
			a.Date = isoDate(f.values.Get("date." + s.ID))
		}
		if a == (models.SignAnswer{}) {
			delete(c.Signs, s.ID)
			continue
		}
		c.Signs[s.ID] = a
	}
	for _, id := range f.strangeSigns() {
		c.Signs[id] = models.SignAnswer{}
	}
}

// mostStrange is how many unknown signs one answer names: people send none.
const mostStrange = 20

// strangeSigns returns the ids of signs that were sent and that the checklist
// version does not have, sorted.
func (f draftForm) strangeSigns() []string {
	var ids []string
	for name := range f.values {
		kind, id, ok := strings.Cut(name, ".")
		if !ok || kind != "sign" && kind != "note" && kind != "date" {
			continue
		}
		if _, ok := f.list.Sign(id); !ok {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	return ids[:min(len(ids), mostStrange)]
}

// isoDate turns a day as it is written in Serbian ("5. 11. 2026.") into the
// form in which a browser sends it; anything else stays as typed.
func isoDate(s string) string {
	s = strings.TrimSpace(s)
	plain := strings.TrimSuffix(strings.ReplaceAll(s, " ", ""), ".")
	if t, err := time.Parse("2.1.2006", plain); err == nil {
		return t.Format(time.DateOnly)
	}
	return s
}

// askDanger notes the signs of this step after which the danger question comes
// back, and says whether it does: once for a sign, and never when danger is
// known already.
func (f draftForm) askDanger(c *models.Content) (asked bool) {
	g, ok := f.list.Group(f.step)
	if !ok || c.DangerNow == models.Yes {
		return false
	}
	for _, s := range g.Signs {
		if s.AsksDangerAgain && c.Signs[s.ID].Answer.Noticed() && !slices.Contains(c.DangerAskedFor, s.ID) {
			c.DangerAskedFor = append(c.DangerAskedFor, s.ID)
			asked = true
		}
	}
	return asked
}
