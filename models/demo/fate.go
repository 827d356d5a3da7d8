package demo

import (
	"math"
	"time"

	"znak/models"
)

// fate is what becomes of a referral.
type fate struct {
	late      bool // acknowledged late
	missed    bool // never decided by the district: the portal forwards it
	closes    bool // the district closes it
	asks      bool // the district asks the school
	answers   bool // who is asked answers
	centreAsk string
	outcome   models.Outcome
	takes     time.Duration // the Centre, to decide
	appeals   bool          // somebody asks for reconsideration
	changes   bool          // and is right
	until     models.State  // goes no further; "" = as far as time allows
	officer   string        // of the Centre, by address; "" = any
}

// Outcomes as the Centre's statistics of 2023 have them: of 168 reports 57
// identified, 31 dismissed, 19 not assessed as victims and 10 suspended, and 51
// still in procedure.
var outcomes = []struct {
	outcome models.Outcome
	share   float64
}{{models.OutcomeIdentified, 57}, {models.OutcomeDismissed, 31}, {models.OutcomeNotAssessed, 19}, {models.OutcomeSuspended, 10}}

// procedure is the mean time that the Centre takes; with it about 51 of 168
// are still in procedure.
const procedure = 150 * day

// draw draws a fate. Clocks are missed in the past only: recent is what the
// first visitor of the demo could still find overdue.
func (l *life) draw(recent bool) fate {
	d := l.d
	f := fate{late: d.chance(0.05), missed: d.chance(0.02), closes: d.chance(0.32), asks: d.chance(0.22), answers: d.chance(0.88),
		appeals: d.chance(0.16), changes: d.chance(0.35)}
	if l.r.Urgency != models.Standard && f.closes {
		f.closes = d.chance(0.55)
	}
	if d.chance(0.15) {
		f.centreAsk = models.ToSchool
		if d.chance(0.3) {
			f.centreAsk = models.ToCoordinator
		}
	}
	var shares []float64
	for _, o := range outcomes {
		shares = append(shares, o.share)
	}
	f.outcome = outcomes[d.weigh(shares)].outcome
	f.takes = 4*day + time.Duration(float64(procedure)*-math.Log(1-d.Float64()))
	if recent {
		f.late, f.missed = false, false
	}
	return f
}

// criteria are published criteria that fit the outcome.
func criteria(d *dice, o models.Outcome) []string {
	switch o {
	case models.OutcomeIdentified:
		return one(d, [][]string{{"act", "purpose", "child"}, {"act", "means", "purpose", "child"}, {"act", "purpose", "child"}})
	case models.OutcomeNotAssessed:
		return one(d, [][]string{{"no-exploitation", "other-protection"}, {"no-exploitation"}, {"other-protection", "insufficient-information"}})
	case models.OutcomeDismissed:
		return one(d, [][]string{{"no-exploitation"}, {"no-exploitation", "other-protection"}, {"insufficient-information"}})
	}
	return one(d, [][]string{{"no-contact"}, {"no-contact", "insufficient-information"}})
}
