package locales

import (
	"math"
	"time"
)

// unit names a unit of time by its messages.
type unit struct{ plain, ago string }

// spanUnit gives a span as whole units: minutes up to an hour, hours up to two
// days, then days. The span is first rounded to the minute and then cut, so
// that nobody is promised an hour that is not there; 0 minutes means less than
// one. A negative span counts by its length.
func spanUnit(d time.Duration) (int, unit) {
	if d < 0 {
		d = -max(d, -math.MaxInt64)
	}
	if d < time.Minute {
		return 0, unit{}
	}
	d = d.Round(time.Minute)
	switch {
	case d < time.Hour:
		return int(d / time.Minute), unit{"time.minutes", "time.minutes_ago"}
	case d < 48*time.Hour:
		return int(d / time.Hour), unit{"time.hours", "time.hours_ago"}
	}
	return int(d / (24 * time.Hour)), unit{"time.days", "time.days_ago"}
}

// Span writes a length of time: "3 сата" or "3 hours".
func (b *Bundle) Span(lang Lang, d time.Duration) string {
	n, u := spanUnit(d)
	if n == 0 {
		return b.T(lang, "time.moment")
	}
	return b.N(lang, u.plain, n)
}

// In writes when something comes: "за 3 сата" or "in 3 hours". A span that is
// already over is written as in Ago.
func (b *Bundle) In(lang Lang, d time.Duration) string {
	if d < 0 {
		return b.Ago(lang, d)
	}
	return b.T(lang, "time.in", "Span", b.Span(lang, d))
}

// Ago writes how long ago something was: "пре 2 сата" or "2 hours ago", and
// "управо сада" or "just now" within a minute.
func (b *Bundle) Ago(lang Lang, d time.Duration) string {
	n, u := spanUnit(d)
	if n == 0 {
		return b.T(lang, "time.now")
	}
	return b.N(lang, u.ago, n)
}

// Until writes how a deadline stands: "за 3 сата" or "in 3 hours" before it,
// "рок прекорачен за 2 сата" or "overdue by 2 hours" from then on.
func (b *Bundle) Until(lang Lang, now, deadline time.Time) string {
	left := deadline.Sub(now)
	if left > 0 {
		return b.In(lang, left)
	}
	return b.T(lang, "time.overdue", "Span", b.Span(lang, left))
}
