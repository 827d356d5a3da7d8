package demo

import (
	"fmt"
	"strings"
	"time"

	"znak/models"
)

// subject is an invented child and what the concern about it is.
type subject struct {
	school  models.School
	profile profile
	girl    bool
	name    string
	birth   int
}

// ages are the ages at which children go to a school of each level.
var ages = map[string][2]int{"primary": {7, 14}, "secondary": {15, 18}, "special": {8, 17}, "music": {9, 17}}

// subject invents a child at the school, at that moment.
func (h *History) subject(d *dice, school models.School, at time.Time) subject {
	weights := make([]float64, len(h.cast.lib.profiles))
	for i, p := range h.cast.lib.profiles {
		if from, to := ageSpan(p, school.Level); from <= to {
			weights[i] = p.weight
		}
	}
	return h.subjectOf(d, school, h.cast.lib.profiles[d.weigh(weights)], at)
}

// subjectOf is subject for a given concern.
func (h *History) subjectOf(d *dice, school models.School, p profile, at time.Time) subject {
	s := subject{school: school, profile: p, girl: d.chance(p.girls)}
	from, to := ageSpan(p, school.Level)
	if from > to {
		from, to = ages[school.Level][0], ages[school.Level][1]
	}
	s.birth = schoolYear(at) - d.between(from, to)
	names, first := h.cast.lib.names, "boys"
	if s.girl {
		first = "girls"
	}
	if p.moves {
		s.name = one(d, names["travelling-"+first])
		return s
	}
	s.name = one(d, names[first]) + " " + one(d, names["surnames"])
	return s
}

func ageSpan(p profile, level string) (from, to int) {
	a := ages[level]
	return max(p.from, a[0]), min(p.to, a[1])
}

// schoolYear is the year in which the school year of t began.
func schoolYear(t time.Time) int {
	if t.Month() < time.September {
		return t.Year() - 1
	}
	return t.Year()
}

// class is the child's class as the school writes it, "" when it cannot be.
func (s *subject) class(d *dice, at time.Time) string {
	n, last := schoolYear(at)-s.birth-6, 8
	if s.school.Level == "secondary" {
		n, last = n-8, 4
	}
	if d.chance(0.05) {
		n-- // a year later than usual
	}
	room := d.between(1, 5)
	if n < 1 || n > last {
		return ""
	}
	roman := strings.Fields("I II III IV V VI VII VIII")[n-1]
	return one(d, []string{fmt.Sprintf("%s-%d", roman, room), fmt.Sprintf("%s-%d", roman, room), fmt.Sprintf("%d/%d", n, room), fmt.Sprintf("%d-%d", n, room)})
}

// child is what the writer knows about the child.
func (s *subject) child(d *dice, v voice, at time.Time) models.Child {
	c := models.Child{Name: v.say(s.name, s.girl), BirthYear: s.birth, Sex: "m", Citizenship: "rs", OnTheMove: models.No}
	if s.girl {
		c.Sex = "f"
	}
	c.Class = s.class(d, at)
	if d.chance(0.05) {
		c.Name, c.Class = "", ""
	}
	if d.chance(0.08) {
		c.BirthYear = 0
	}
	if d.chance(0.03) {
		c.Sex = "unknown"
	}
	switch {
	case s.profile.moves:
		c.OnTheMove, c.Citizenship = models.Yes, one(d, []string{"other", "other", "unknown"})
	case d.chance(0.2):
		c.OnTheMove = models.Unknown
	}
	if !s.profile.moves && d.chance(0.08) {
		c.Citizenship = one(d, []string{"other", "unknown", "unknown"})
	}
	return c
}
