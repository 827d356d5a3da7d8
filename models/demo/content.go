package demo

import (
	"slices"
	"strings"
	"time"

	"znak/models"
	"znak/models/checklist"
)

// report is what one member of staff writes about a subject.
type report struct {
	subject
	author           *person
	danger, conflict bool
	day              time.Time // no date in it is later
}

// content writes the report on the checklist.
func (h *History) content(d *dice, r report, list *checklist.Checklist) models.Content {
	c := models.Content{DangerNow: models.No, SchoolConflict: models.No, FamilyContactDangerous: models.Unknown, Signs: map[string]models.SignAnswer{}}
	switch {
	case r.danger:
		c.DangerNow = models.Yes
	case d.chance(0.2):
		c.DangerNow = models.Unknown
	}
	noticed := h.answer(d, r, list, c.Signs)
	if r.danger && d.chance(0.4) { // send now, complete later
		c.Account.Observed = h.say(d, r, "danger")
		return c
	}
	c.Child = r.child(d, r.author.voice, r.day)
	if !d.chance(0.1) || r.danger || r.conflict {
		c.Account = h.account(d, r, noticed, list)
	}
	switch {
	case r.conflict:
		c.SchoolConflict = models.Yes
	case d.chance(0.25):
		c.SchoolConflict = models.Unknown
	}
	if d.chance(0.55) {
		c.FamilyContactDangerous = one(d, []models.Ternary{models.Yes, models.Yes, models.No})
	}
	return c
}

// answer fills in the signs and returns the ids of those that were noticed.
func (h *History) answer(d *dice, r report, list *checklist.Checklist, signs map[string]models.SignAnswer) []string {
	var all []string
	for _, g := range list.Groups {
		for _, s := range g.Signs {
			all = append(all, s.ID)
		}
	}
	known := func(ids []string) (out []string) {
		for _, id := range ids {
			if slices.Contains(all, id) && !slices.Contains(out, id) {
				out = append(out, id)
			}
		}
		return out
	}
	core, others := known(r.profile.core), known(r.profile.others)
	if len(core) == 0 {
		core = all
	}
	noticed := known(append(some(d, core, d.between(1, 2)), some(d, others, d.between(1, 7))...))
	for _, id := range noticed {
		a := models.SignAnswer{Answer: []models.Answer{models.AnswerSeen, models.AnswerTold, models.AnswerSuspected}[d.weigh([]float64{50, 30, 20})]}
		note, date := d.chance(0.3), d.chance(0.4)
		if text := h.cast.lib.signs[id]; note && len(text) > 0 {
			a.Note = r.author.voice.say(one(d, text), r.girl)
		}
		if before := -d.between(2, 28); date {
			a.Date = r.day.AddDate(0, 0, before).Format(time.DateOnly)
		}
		signs[id] = a
	}
	for _, id := range some(d, all, d.between(0, 9)) {
		if !slices.Contains(noticed, id) {
			signs[id] = models.SignAnswer{Answer: models.AnswerNo}
		}
	}
	return noticed
}

// account tells what was noticed in the writer's own words.
func (h *History) account(d *dice, r report, noticed []string, list *checklist.Checklist) models.Account {
	parts := []string{h.say(d, r, "open")}
	if r.danger {
		parts = []string{h.say(d, r, "danger")}
	}
	for _, id := range noticed[:min(len(noticed), d.between(2, 4))] {
		parts = append(parts, r.author.voice.say(h.aboutSign(d, id, list), r.girl))
	}
	if r.conflict {
		parts = append(parts, h.say(d, r, "conflict"))
	}
	if d.chance(0.6) {
		parts = append(parts, h.say(d, r, "close"))
	}
	a := models.Account{Observed: strings.Join(parts, " ")}
	for _, part := range []struct {
		to      *string
		section string
		share   float64
	}{{&a.ChildWords, "words." + r.profile.id, 0.5}, {&a.OwnView, "view." + r.profile.id, 0.6}, {&a.People, "people", 0.35}, {&a.Told, "told", 0.5}} {
		if d.chance(part.share) {
			*part.to = h.say(d, r, part.section)
		}
	}
	return a
}

// aboutSign is a sentence about a sign: what people write, or its own words.
func (h *History) aboutSign(d *dice, id string, list *checklist.Checklist) string {
	if lines := h.cast.lib.signs[id]; len(lines) > 0 {
		return one(d, lines)
	}
	sign, ok := list.Sign(id)
	if !ok {
		return ""
	}
	return sign.Text.Sr
}

// say returns a phrase of the author's for an occasion.
func (h *History) say(d *dice, r report, section string) string {
	return h.phrase(d, r.author, r.girl, section)
}

// phrase returns somebody's phrase for an occasion.
func (h *History) phrase(d *dice, who *person, girl bool, section string) string {
	lines := h.cast.lib.phrases[section]
	if len(lines) == 0 {
		return ""
	}
	return who.voice.say(one(d, lines), girl)
}
