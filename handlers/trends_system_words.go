package handlers

import (
	"strconv"

	"znak/locales"
	"znak/models"
	"znak/models/trends"
)

// WorkingPace is how fast a duty is done, in the reader's words.
type WorkingPace struct {
	Duty   string // acknowledge, decide, receive: part of message keys
	Shown  bool
	Head   string // one sentence
	Half   string // the span within which half were done
	Share  string // how many of ten in time; "" where too few
	Tenths int
}

// workingPaces are the paces of a scope, in the order of the duties.
func (h *Handlers) workingPaces(lang locales.Lang, p trends.WorkingPaces) []WorkingPace {
	return []WorkingPace{h.workingPace(lang, "acknowledge", p.Acknowledge), h.workingPace(lang, "decide", p.Decide),
		h.workingPace(lang, "receive", p.Receive)}
}

func (h *Handlers) workingPace(lang locales.Lang, duty string, p trends.WorkingPace) WorkingPace {
	out := WorkingPace{Duty: duty, Shown: p.Shown, Tenths: p.Tenths}
	switch {
	case !p.Shown:
		return out
	case p.Within == 0:
		out.Head, out.Half = h.Locales.T(lang, "working.slow."+duty), h.Locales.T(lang, "working.longer")
	default:
		out.Half = h.span(lang, p.Within)
		out.Head = h.Locales.T(lang, "working.head."+duty, "Span", out.Half)
	}
	if p.Share {
		out.Share = h.tenthsInWords(lang, p.Tenths)
	}
	return out
}

// span writes hours, and days where there are more than one.
func (h *Handlers) span(lang locales.Lang, hours int) string {
	if hours > 24 && hours%24 == 0 {
		return h.Locales.N(lang, "working.days", hours/24)
	}
	return h.Locales.N(lang, "working.hours", hours)
}

// tenthsInWords never says "all" or "none": the counts were rounded.
func (h *Handlers) tenthsInWords(lang locales.Lang, n int) string {
	switch n {
	case 0:
		return h.Locales.T(lang, "working.tenths_none")
	case 10:
		return h.Locales.T(lang, "working.tenths_all")
	}
	return h.Locales.T(lang, "working.tenths", "N", n)
}

// WorkingWaiting is what waits at one side by age.
type WorkingWaiting struct {
	Side string // desk, centre: part of message keys
	Ages []WorkingAge
}

// WorkingAge is how many wait for so long.
type WorkingAge struct {
	Label string
	trends.WorkingCell
}

func (h *Handlers) workingWaiting(lang locales.Lang, side string, cells []trends.WorkingCell) WorkingWaiting {
	w := WorkingWaiting{Side: side}
	for i, cell := range cells {
		w.Ages = append(w.Ages, WorkingAge{h.Locales.T(lang, "working.age."+side+"-"+strconv.Itoa(i)), cell})
	}
	return w
}

// WorkingClock is what "in time" means for one urgency.
type WorkingClock struct {
	Urgency                      models.Urgency
	Acknowledge, Decide, Receive string
}

func (h *Handlers) workingClocks(lang locales.Lang) (out []WorkingClock) {
	for _, u := range models.Urgencies {
		l := models.DefaultLimits[u]
		c := WorkingClock{u, h.span(lang, int(l.Acknowledge.Hours())), h.span(lang, int(l.Decide.Hours())), h.span(lang, int(l.Receive.Hours()))}
		if l.DecideWorkingDays > 0 {
			c.Decide = h.Locales.N(lang, "working.workdays", l.DecideWorkingDays)
		}
		out = append(out, c)
	}
	return out
}
