package demo

import (
	"time"

	"znak/models"
)

// everyRoot is how often a referral is the first of a child that comes again.
const everyRoot = 20

// past makes the i-th of n referrals of the made-up past.
func (l *life) past(i, n int) {
	at := l.h.written(i, n)
	s := l.h.first(i, n)
	if i%everyRoot != 0 && l.d.chance(0.1) {
		root := max(0, i-l.d.between(1, max(1, n/3))) / everyRoot * everyRoot
		s = l.h.first(root, n) // the same child again
	}
	l.rep = report{subject: s, author: l.h.author(l.d, s.school), danger: l.d.chance(0.04), conflict: l.d.chance(0.02), day: at}
	l.write(at)
	l.submit()
	if l.err != nil {
		return
	}
	l.live(l.draw(l.h.today.Sub(at) < 25*day))
}

// written is when the i-th of n referrals is written.
func (h *History) written(i, n int) time.Time {
	return h.diary.at((float64(i)+0.5)/float64(n), newDice(h.Seed, "written", i))
}

// first is the child of the i-th of n referrals, as if it was its first.
func (h *History) first(i, n int) subject {
	d := newDice(h.Seed, "subject", i)
	return h.subject(d, h.school(d), h.written(i, n))
}

// pending makes a referral that waits for somebody when the demo starts.
func (l *life) pending() {
	targets := []target{toDraft, toSubmitted, toAcknowledged, toAsked, toProposed, toForwarded}
	to := targets[l.d.weigh([]float64{12, 24, 24, 14, 12, 14})]
	school := l.h.school(l.d)
	l.rep = report{subject: l.h.subject(l.d, school, l.h.today), author: l.h.author(l.d, school), day: l.h.today}
	l.rep.danger, l.rep.conflict = l.d.chance(0.04) && to != toSubmitted, l.d.chance(0.02)
	l.wait(to, "")
}

// target is where a referral waits when the demo starts.
type target string

const (
	toDraft        target = "draft"
	toSubmitted    target = "submitted"
	toAcknowledged target = "acknowledged"
	toAsked        target = "asked"
	toAnswered     target = "answered"
	toProposed     target = "proposed"
	toForwarded    target = "forwarded"
	toPast         target = "past" // beyond the clocks: as its fate has it
)

// wait takes a report to its target, so late that its clock still runs: acts
// lie before the tick by less than the clock's time. by proposes the closing;
// "" = whoever has it.
func (l *life) wait(to target, by string) {
	if to == toDraft {
		l.write(l.h.today.Add(-l.t.span(3*time.Hour, 3*day)))
		return
	}
	l.end = l.h.tick
	l.write(l.h.tick.Add(-l.lead(to, l.compose())))
	l.submit()
	if to == toSubmitted || l.err != nil {
		return
	}
	who := l.triager()
	if !l.do(who.actor, models.EventAcknowledge, models.Input{Text: l.say(who, "acknowledge")}, l.toward()) {
		return
	}
	switch to {
	case toAsked:
		l.do(who.actor, models.EventAsk, models.Input{To: models.ToSchool, Text: l.say(who, "ask.school")}, l.toward())
	case toAnswered:
		l.do(who.actor, models.EventAsk, models.Input{To: models.ToSchool, Text: l.say(who, "ask.school")}, l.toward())
		l.do(l.rep.author.actor, models.EventAnswer, models.Input{Text: l.say(l.rep.author, "answer.school")}, l.toward())
	case toProposed:
		if p := l.h.cast.byEmail[by]; p != nil {
			who = p
		}
		l.propose(who, l.toward())
	case toForwarded:
		l.do(who.actor, models.EventForward, models.Input{Text: l.say(who, "forward")}, l.toward())
	}
}

// lead is how long before the tick a waiting referral was begun.
func (l *life) lead(to target, u models.Urgency) time.Duration {
	long := 40 * time.Hour
	switch {
	case u == models.Immediate:
		return l.t.span(50*time.Minute, 80*time.Minute)
	case u == models.Urgent && to == toSubmitted:
		return l.t.span(40*time.Minute, 2*time.Hour)
	case u == models.Urgent:
		return l.t.span(90*time.Minute, 9*time.Hour)
	case to == toSubmitted:
		long = 14 * time.Hour
	case to == toForwarded:
		long = 20 * time.Hour
	}
	return l.t.span(90*time.Minute, long)
}
