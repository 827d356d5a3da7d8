package demo

import (
	"time"

	"znak/models"
)

// scene is a referral that somebody who signs in is sure to find.
type scene struct {
	author           string // an address
	profile          string
	to               target
	days             int    // toPast: how many days ago it was written
	child            string // scenes with the same name here are about one child
	danger, conflict bool
	by               string // who proposes to close
	fate             fate
}

const (
	vera   = "teacher@demo.znak"
	second = "teacher2@demo.znak"
	keeper = "psychologist@demo.znak"
	south  = "teacher.nis@demo.znak"
	centre = "centre@demo.znak"
	other  = "centre2@demo.znak"
)

// decided is the fate of what the Centre decided after so many days.
func decided(o models.Outcome, days int, officer string) fate {
	return fate{outcome: o, takes: time.Duration(days) * day, officer: officer}
}

// appealed is the fate of an outcome that is being reconsidered.
func appealed(o models.Outcome, days int, officer string) fate {
	f := decided(o, days, officer)
	f.appeals, f.until = true, models.StateReconsideration
	return f
}

// at is the fate of what rests in a state at the Centre.
func at(s models.State, officer string) fate {
	return fate{until: s, takes: 1000 * day, officer: officer}
}

var scenes = []scene{
	{author: vera, profile: "unclear", to: toDraft},
	{author: vera, profile: "unclear", to: toSubmitted},
	{author: vera, profile: "begging", to: toAcknowledged},
	{author: vera, profile: "online", to: toAsked},
	{author: vera, profile: "exploitation", to: toForwarded},
	{author: vera, profile: "labour", to: toPast, days: 20, fate: at(models.StateReceived, centre)},
	{author: vera, profile: "begging", to: toPast, days: 45, child: "first", fate: at(models.StateInAssessment, centre)},
	{author: vera, profile: "marriage", to: toPast, days: 160, fate: decided(models.OutcomeIdentified, 60, centre)},
	{author: vera, profile: "unclear", to: toPast, days: 120, fate: decided(models.OutcomeNotAssessed, 40, other)},
	{author: vera, profile: "begging", to: toPast, days: 300, child: "first", fate: fate{closes: true}},
	{author: vera, profile: "online", to: toPast, days: 200, fate: appealed(models.OutcomeDismissed, 50, centre)},
	{author: second, profile: "online", to: toDraft},
	{author: second, profile: "crime", to: toSubmitted},
	{author: second, profile: "begging", to: toPast, days: 100, child: "first", fate: decided(models.OutcomeSuspended, 35, other)},
	{author: second, profile: "exploitation", to: toPast, days: 30, conflict: true, fate: at(models.StateReceived, other)},
	{author: keeper, profile: "labour", to: toAcknowledged},
	{author: keeper, profile: "online", to: toPast, days: 50, fate: fate{until: models.StateInfoRequested, centreAsk: models.ToSchool, takes: 1000 * day, officer: centre}},
	{author: keeper, profile: "marriage", to: toPast, days: 90, fate: at(models.StateInAssessment, other)},
	{author: south, profile: "unclear", to: toDraft},
	{author: south, profile: "begging", to: toSubmitted},
	{author: south, profile: "crime", to: toAsked},
	{author: south, profile: "labour", to: toForwarded},
	{author: south, profile: "begging", to: toPast, days: 150, fate: decided(models.OutcomeIdentified, 45, other)},
	{author: "demo-024.p@demo.znak", profile: "unclear", to: toProposed},
	{author: "demo-002.t1@demo.znak", profile: "begging", to: toAcknowledged, danger: true},
	{author: "demo-002.p@demo.znak", profile: "unclear", to: toProposed, by: "coordinator@demo.znak"},
	{author: "demo-003.t1@demo.znak", profile: "unclear", to: toProposed, by: "deputy@demo.znak"},
	{author: "demo-003.p@demo.znak", profile: "labour", to: toAnswered},
	{author: "demo-004.t1@demo.znak", profile: "unclear", to: toSubmitted},
	{author: "demo-006.t1@demo.znak", profile: "online", to: toSubmitted},
	{author: "demo-007.t2@demo.znak", profile: "crime", to: toForwarded},
	{author: "demo-005.t2@demo.znak", profile: "unclear", to: toPast, days: 180, fate: appealed(models.OutcomeNotAssessed, 60, centre)},
	{author: "demo-028.t1@demo.znak", profile: "labour", to: toPast, days: 210, fate: appealed(models.OutcomeSuspended, 60, other)},
	{author: "demo-036.t1@demo.znak", profile: "begging", to: toForwarded},
	{author: "demo-030.p@demo.znak", profile: "marriage", to: toPast, days: 400, fate: fate{outcome: models.OutcomeNotAssessed, takes: 30 * day, appeals: true, changes: true, officer: centre}},
	{author: "demo-008.t1@demo.znak", profile: "labour", to: toPast, days: 70, fate: fate{missed: true, until: models.StateInAssessment, takes: 1000 * day, officer: centre}},
	{author: "demo-009.t1@demo.znak", profile: "begging", to: toPast, days: 60, fate: fate{until: models.StateInfoRequested, centreAsk: models.ToCoordinator, takes: 1000 * day, officer: other}},
	{author: "demo-011.t1@demo.znak", profile: "online", to: toSubmitted},
	{author: "demo-040.t1@demo.znak", profile: "unclear", to: toSubmitted},
}

// play makes the n-th scene.
func (l *life) play(s scene, n int) {
	author := l.h.cast.byEmail[s.author]
	school := l.h.schoolOf(author)
	p, _ := l.h.cast.lib.profile(s.profile)
	written := l.h.today.AddDate(0, 0, -s.days).Add(-l.t.span(5*time.Hour, 14*time.Hour))
	who := newDice(l.h.Seed, "scene", n)
	if s.child != "" {
		who = newDice(l.h.Seed, "scene "+s.child, 0)
	}
	// A child is as old in all its scenes as it is today.
	l.rep = report{subject: l.h.subjectOf(who, school, p, l.h.today), author: author, danger: s.danger, conflict: s.conflict, day: l.h.today}
	if s.to != toPast {
		l.wait(s.to, s.by)
		return
	}
	l.rep.day = written
	l.write(written)
	l.submit()
	if l.err == nil {
		l.live(s.fate)
	}
}

// schoolOf returns where somebody works.
func (h *History) schoolOf(p *person) models.School {
	for _, s := range h.cast.schools {
		if s.ID == p.user.SchoolID {
			return s
		}
	}
	return models.School{}
}
