package demo

import "time"

// within is a moment before a clock runs out, early mostly and not at night
// when it need not be. What falls due on the demo's own day or before is done
// the evening before at the latest, so that nothing is overdue at its start.
func (l *life) within(due time.Time) time.Time {
	f := l.t.Float64()
	at := l.at.Add(time.Duration((0.04 + 0.86*f*f) * float64(due.Sub(l.at))))
	if day := l.awake(at); day.Before(due) {
		at = day
	}
	if last := l.end.Add(-l.t.span(10*time.Minute, 90*time.Minute)); due.Before(l.end.Add(26*time.Hour)) && at.After(last) {
		at = last
	}
	return at
}

// awake moves a moment at night to the morning after.
func (l *life) awake(t time.Time) time.Time {
	t = t.In(l.h.today.Location())
	switch {
	case t.Hour() < 7:
		return clock(midnight(t), l.t.span(7*time.Hour, 9*time.Hour))
	case t.Hour() >= 21:
		return clock(midnight(t).AddDate(0, 0, 1), l.t.span(7*time.Hour, 9*time.Hour))
	}
	return t
}

// soon is a moment in office hours, from lo to hi after the newest act.
func (l *life) soon(lo, hi time.Duration) time.Time {
	return l.h.diary.office(l.at.Add(l.t.span(lo, hi)), l.t)
}

// toward is a moment between the newest act and the end.
func (l *life) toward() time.Time {
	return l.at.Add(l.t.span(l.end.Sub(l.at)/5, l.end.Sub(l.at)*3/5))
}

const day = 24 * time.Hour
