package demo

import (
	"time"

	"znak/models"
)

// atCentre goes on from the forwarding.
func (l *life) atCentre(f fate) {
	l.officer = one(l.d, l.h.cast.officers)
	if f.officer != "" {
		l.officer = l.h.cast.byEmail[f.officer]
	}
	at := l.within(l.r.ReceiveDue.Time())
	if f.late {
		at = l.r.ReceiveDue.Time().Add(l.t.span(time.Hour, 20*time.Hour))
	}
	if !l.step(f, models.EventReceive, models.Input{}, at) {
		return
	}
	if !l.step(f, models.EventAssess, models.Input{Text: l.say(l.officer, "assess")}, l.soon(3*time.Hour, 5*day)) {
		return
	}
	if f.centreAsk != "" && !l.centreAsks(f) {
		return
	}
	if l.d.chance(0.3) && !l.step(f, models.EventNote, models.Input{Text: l.say(l.officer, "note.centre")}, l.soon(day, 10*day)) {
		return
	}
	if voice := l.schoolVoice(); l.d.chance(0.14) && !l.do(voice.actor, models.EventAdd, models.Input{Text: l.say(voice, "add")}, l.soon(day, 14*day)) {
		return
	}
	decided := l.h.diary.office(l.r.ReceivedAt.Time().Add(f.takes), l.t)
	if l.step(f, models.EventDecide, l.decision(f.outcome, "decide."+string(f.outcome)), decided) {
		l.appeal(f)
	}
}

// step is an act of the officer's. It says whether the referral goes on: it
// does not when its fate ends there.
func (l *life) step(f fate, e models.Event, in models.Input, at time.Time) bool {
	return l.do(l.officer.actor, e, in, at) && l.r.State != f.until
}

// centreAsks asks the school or the coordinator.
func (l *life) centreAsks(f fate) bool {
	in := models.Input{To: f.centreAsk, Text: l.say(l.officer, "ask."+f.centreAsk)}
	if !l.step(f, models.EventAsk, in, l.soon(day, 6*day)) {
		return false
	}
	if !f.answers {
		return true
	}
	voice := l.schoolVoice()
	if f.centreAsk == models.ToCoordinator {
		voice = l.triager()
	}
	return l.do(voice.actor, models.EventAnswer, models.Input{Text: l.say(voice, "answer."+f.centreAsk)}, l.soon(6*time.Hour, 6*day))
}

// decision is the officer's, with reasons.
func (l *life) decision(o models.Outcome, section string) models.Input {
	return models.Input{Outcome: o, Criteria: criteria(l.d, o), Text: l.say(l.officer, section)}
}

// appeal asks for reconsideration of an outcome other than identified, which
// another officer decides.
func (l *life) appeal(f fate) {
	if !f.appeals || f.outcome == models.OutcomeIdentified {
		return
	}
	who := l.schoolVoice()
	if l.d.chance(0.3) {
		who = l.triager()
	}
	first := l.officer
	if !l.do(who.actor, models.EventReconsider, models.Input{Reason: l.say(who, "reconsider")}, l.soon(4*day, 40*day)) || f.until == l.r.State {
		return
	}
	for l.officer == first {
		l.officer = one(l.d, l.h.cast.officers)
	}
	in := l.decision(f.outcome, "redecide.same")
	if f.changes {
		in = l.decision(models.OutcomeIdentified, "redecide.changed")
	}
	l.step(f, models.EventDecideReconsideration, in, l.soon(8*day, 60*day))
}
