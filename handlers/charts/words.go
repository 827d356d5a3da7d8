// Package charts puts released figures into words, tables and charts, in the
// reader's language. Page, files and answers are all made of one trends.View;
// nothing here counts, and nothing here knows more than the view.
package charts

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"znak/locales"
	"znak/models/checklist"
	"znak/models/trends"
)

// Names are what areas and sign groups are called. It never changes and may be
// used by many at once.
type Names struct {
	texts  *locales.Bundle
	areas  map[string]trends.Area
	groups map[string]checklist.Text
}

// NewNames takes the names of sign groups from every version of every
// checklist; of versions of one group the last one counts.
func NewNames(texts *locales.Bundle, lists []*checklist.Checklist) (*Names, error) {
	areas, err := trends.Areas()
	if err != nil {
		return nil, err
	}
	n := &Names{texts: texts, areas: map[string]trends.Area{}, groups: map[string]checklist.Text{}}
	for _, a := range areas {
		n.areas[a.Code] = a
	}
	for _, l := range lists {
		for _, g := range l.Groups {
			n.groups[g.ID] = g.Title
		}
	}
	return n, nil
}

// In returns the words of one language.
func (n *Names) In(lang locales.Lang) Words { return Words{n, lang} }

// Words puts figures into one language.
type Words struct {
	names *Names
	lang  locales.Lang
}

// T is the message with an id.
func (w Words) T(id string, args ...any) string { return w.names.texts.T(w.lang, id, args...) }

// Area is the name of an area.
func (w Words) Area(code string) string {
	a := w.names.areas[code]
	return w.names.texts.Text(w.lang, a.NameSr, a.NameEn)
}

// Short is the name of an area without what all areas of its kind are called.
func (w Words) Short(code string) string {
	name := w.Area(code)
	if w.names.areas[code].Level != trends.District {
		return name
	}
	return strings.TrimPrefix(name, w.T("trends.district")+" ")
}

// Year is a period's school year: 2024/25.
func (w Words) Year(p trends.Period) string {
	head, tail, _ := strings.Cut(p.Within(trends.SchoolYear).Code, "-")
	return head + "/" + tail
}

// Period names a period in a sentence: "школска 2024/25. година".
func (w Words) Period(p trends.Period) string {
	switch p.Kind {
	case trends.SchoolYear:
		return w.T("trends.period.year", "Year", w.Year(p))
	case trends.Quarter:
		return w.T("trends.period.quarter", "Number", quarter(p), "Year", w.Year(p), "From", w.month(p.First), "To", w.month(p.Last))
	case trends.Month:
		return w.T("trends.period.month", "Month", w.month(p.First), "Year", p.First[:4])
	}
	return ""
}

// Brief names a period in a table or a list of links.
func (w Words) Brief(p trends.Period) string {
	switch p.Kind {
	case trends.SchoolYear:
		return w.Year(p)
	case trends.Quarter:
		return w.T("trends.brief.quarter", "Number", quarter(p), "Year", w.Year(p), "From", w.mon(p.First), "To", w.mon(p.Last))
	}
	return w.Period(p)
}

// quarter is the number of a quarter, in Roman figures.
func quarter(p trends.Period) string {
	return []string{"I", "II", "III", "IV"}[p.Code[len(p.Code)-1]-'1']
}

func (w Words) month(day string) string { return w.T("trends.month." + day[5:7]) }

// mon is a month in three letters.
func (w Words) mon(day string) string {
	m := w.month(day)
	for i := range m {
		if utf8.RuneCountInString(m[:i]) == 3 {
			return m[:i]
		}
	}
	return m
}

// Span is a period's first and last day.
func (w Words) Span(p trends.Period) string {
	first, err := time.Parse(time.DateOnly, p.First)
	last, err2 := time.Parse(time.DateOnly, p.Last)
	if err != nil || err2 != nil {
		return ""
	}
	return locales.Date(w.lang, first) + " – " + locales.Date(w.lang, last)
}

// Dimension is what a dimension is called.
func (w Words) Dimension(dim string) string {
	if dim == "" {
		return ""
	}
	return w.T("trends.dim." + dim)
}

// Value is what a value of a dimension is called; "" is the total.
func (w Words) Value(dim, code string) string {
	if dim == trends.TableGroup {
		if g, ok := w.names.groups[code]; ok {
			return w.names.texts.Text(w.lang, g.Sr, g.En)
		}
		return code // a group of a checklist that is gone
	}
	if code == "" {
		return w.T("trends.total")
	}
	return w.T(fmt.Sprintf("trends.value.%s.%s", dim, strings.ReplaceAll(code, "+", "_up")))
}

// Day is a day in words.
func (w Words) Day(t time.Time) string { return locales.Date(w.lang, t) }

// Figure is a cell as a reader sees it; what is hidden has one symbol.
func (w Words) Figure(c trends.Cell) string {
	switch {
	case c.Status == trends.Hidden:
		return HiddenSign
	case c.Status != trends.Shown:
		return NoneSign
	case c.Measure == trends.Change && c.Value > 0:
		return "+" + locales.Decimal(w.lang, c.Value, 1)
	case c.Measure == trends.Rate, c.Measure == trends.Change:
		return locales.Decimal(w.lang, c.Value, 1)
	}
	return locales.Number(w.lang, int(c.Value))
}

// What stands where there is no figure.
const (
	HiddenSign = "*"
	NoneSign   = "–"
)

// count is a shown count with its noun: "420 пријава".
func (w Words) count(c trends.Cell) string {
	if c.Measure == trends.Outcomes {
		return w.names.texts.N(w.lang, "trends.count.outcomes", int(c.Value))
	}
	return w.names.texts.N(w.lang, "trends.count.referrals", int(c.Value))
}

// capital begins a sentence.
func capital(s string) string {
	if s == "" {
		return ""
	}
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}
