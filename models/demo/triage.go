package demo

import (
	"time"

	"znak/models"
)

// live takes the submitted referral through its fate.
func (l *life) live(f fate) {
	f.closes = f.closes && !f.missed && (f.answers || !f.asks) // nobody closes over an open question
	if !l.triage(f) || !l.r.AtCentre() {
		return
	}
	l.atCentre(f)
}

// triage goes up to the district's decision.
func (l *life) triage(f fate) bool {
	if f.missed && l.d.chance(0.5) {
		return l.forwardItself() // not even acknowledged
	}
	who, at := l.triager(), l.within(l.r.AckDue.Time())
	if f.late {
		at = l.r.AckDue.Time().Add(l.t.span(10*time.Minute, l.r.DecideDue.Time().Sub(l.r.AckDue.Time())/2))
		if l.d.chance(0.5) {
			who = l.h.cast.desks[models.NationalDesk][0]
		}
	}
	if !l.do(who.actor, models.EventAcknowledge, models.Input{Text: l.say(who, "acknowledge")}, at) {
		return false
	}
	who = l.triager()
	if l.d.chance(0.02) && !l.handOn(who) {
		return false
	}
	who = l.triager()
	if l.d.chance(0.06) && !l.setUrgency(who) {
		return false
	}
	if l.d.chance(0.3) && !l.do(who.actor, models.EventNote, models.Input{Text: l.say(who, "note")}, l.before(0.3)) {
		return false
	}
	if f.asks && !l.askSchool(who, f.answers) {
		return false
	}
	switch {
	case f.missed:
		return l.forwardItself()
	case f.closes && l.second(who) != nil: // somebody is left to sign with
		return l.closeHere(who)
	}
	return l.do(who.actor, models.EventForward, models.Input{Text: l.say(who, "forward")}, l.within(l.r.DecideDue.Time()))
}

// before is a moment within a share of the time left to decide.
func (l *life) before(share float64) time.Time {
	left := l.r.DecideDue.Time().Sub(l.at)
	return l.within(l.at.Add(time.Duration(share * float64(left))))
}

// forwardItself is what the portal does when the clock for deciding ran out.
func (l *life) forwardItself() bool {
	return l.do(models.Actor{Role: models.RoleSystem}, models.EventForward, models.Input{},
		l.r.DecideDue.Time().Add(l.t.span(10*time.Second, 70*time.Second)))
}

// handOn gives it to a colleague for a conflict of interest.
func (l *life) handOn(who *person) bool {
	to := l.second(who)
	if to == nil {
		return true
	}
	in := models.Input{To: to.user.ID, Reason: l.say(who, "reassign")}
	ok := l.do(who.actor, models.EventReassign, in, l.at)
	l.away = append(l.away, who.user.ID)
	return ok
}

// setUrgency corrects the proposed urgency, upwards only while the stricter
// clock would still run.
func (l *life) setUrgency(who *person) bool {
	to, section := models.Standard, "urgency.down"
	if l.r.Urgency == models.Standard {
		to, section = models.Urgent, "urgency.up"
		if l.at.After(l.r.SubmittedAt.Time().Add(3*time.Hour)) || l.end.Sub(l.at) < 2*day {
			return true
		}
	}
	return l.do(who.actor, models.EventUrgency, models.Input{Urgency: to, Reason: l.say(who, section)}, l.at)
}

// askSchool asks the school, which answers or does not.
func (l *life) askSchool(who *person, answers bool) bool {
	if !l.do(who.actor, models.EventAsk, models.Input{To: models.ToSchool, Text: l.say(who, "ask.school")}, l.before(0.3)) {
		return false
	}
	if !answers {
		return true
	}
	voice := l.schoolVoice()
	return l.do(voice.actor, models.EventAnswer, models.Input{Text: l.say(voice, "answer.school")}, l.before(0.5))
}

// closeHere closes without forwarding, which takes two people.
func (l *life) closeHere(who *person) bool {
	if !l.propose(who, l.before(0.6)) {
		return false
	}
	second := l.second(who)
	return l.do(second.actor, models.EventConfirmClose, models.Input{Text: l.say(second, "confirm")}, l.within(l.r.DecideDue.Time()))
}

// propose proposes to close.
func (l *life) propose(who *person, at time.Time) bool {
	reason := models.CloseReasons[l.d.weigh([]float64{45, 25, 8, 22})]
	to := models.HandedTo[l.d.weigh([]float64{60, 8, 32})]
	return l.do(who.actor, models.EventProposeClose, models.Input{ReasonCode: reason, HandedTo: to, Text: l.say(who, "close."+reason)}, at)
}
