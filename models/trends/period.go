package trends

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"znak/models"
)

// Kind is how long a period is.
type Kind string

// A school year begins on 1 September. Its quarters and months lie wholly
// within it, so that figures of different school years never share a day.
const (
	SchoolYear Kind = "school-year"
	Quarter    Kind = "quarter"
	Month      Kind = "month"
)

// Kinds lists the kinds of periods, the longest first: the ladder of time.
var Kinds = []Kind{SchoolYear, Quarter, Month}

// Period is a span of whole days in the portal's time zone.
type Period struct {
	// Code names it in addresses and files: "2024-25" is a school year,
	// "2024-25-Q1" its quarter from September to November, "2024-09" a month.
	Code  string
	Kind  Kind
	First string // its first day, YYYY-MM-DD
	Last  string // its last day
	year  int    // in which the school year begins
	from  int    // months of the school year before it
}

const firstMonth = time.September

// length is how many months a kind has.
func (k Kind) length() int {
	switch k {
	case SchoolYear:
		return 12
	case Quarter:
		return 3
	}
	return 1
}

// makePeriod makes the period that begins from months after the beginning of a
// school year.
func makePeriod(kind Kind, year, from int) Period {
	first := time.Date(year, firstMonth+time.Month(from), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, kind.length(), -1)
	p := Period{Kind: kind, First: first.Format(time.DateOnly), Last: last.Format(time.DateOnly), year: year, from: from}
	p.Code = fmt.Sprintf("%04d-%02d", year, (year+1)%100)
	switch kind {
	case Quarter:
		p.Code += fmt.Sprintf("-Q%d", from/3+1)
	case Month:
		p.Code = first.Format(monthForm)
	}
	return p
}

// monthForm is how a month is written, here and in the fact rows.
const monthForm = "2006-01"

// ParsePeriod returns the period of a code, whether anything is known of it or
// not. Returns models.ErrNotFound when the code names none.
func ParsePeriod(code string) (Period, error) {
	if head, q, ok := strings.Cut(code, "-Q"); ok {
		if year, err := parseYear(head); err == nil && len(q) == 1 && q[0] >= '1' && q[0] <= '4' {
			return makePeriod(Quarter, year, 3*int(q[0]-'1')), nil
		}
		return Period{}, models.ErrNotFound
	}
	if year, err := parseYear(code); err == nil {
		return makePeriod(SchoolYear, year, 0), nil
	}
	first, err := time.Parse(monthForm, code)
	if err != nil || first.Year() < 2000 {
		return Period{}, models.ErrNotFound
	}
	return monthPeriod(first), nil
}

// parseYear reads "2024-25". A month of the years 2001 to 2012 is written
// alike ("2009-10"): those lie before any figure.
func parseYear(code string) (int, error) {
	head, tail, ok := strings.Cut(code, "-")
	year, err := strconv.Atoi(head)
	if err != nil || !ok || len(code) != 7 || year < 2013 || tail != fmt.Sprintf("%02d", (year+1)%100) {
		return 0, models.ErrNotFound
	}
	return year, nil
}

// monthPeriod is the month in which t lies.
func monthPeriod(t time.Time) Period {
	year, from := t.Year(), int(t.Month()-firstMonth)
	if from < 0 {
		year, from = year-1, from+12
	}
	return makePeriod(Month, year, from)
}

// Within returns the period of a longer or equal kind in which p lies.
func (p Period) Within(kind Kind) Period {
	return makePeriod(kind, p.year, p.from/kind.length()*kind.length())
}

// YearBefore returns the same period of the school year before.
func (p Period) YearBefore() Period { return makePeriod(p.Kind, p.year-1, p.from) }

// Next returns the period after p of its kind.
func (p Period) Next() Period {
	from := p.from + p.Kind.length()
	return makePeriod(p.Kind, p.year+from/12, from%12)
}

// IsZero says whether p is no period.
func (p Period) IsZero() bool { return p.Code == "" }

// months returns the period's months, the first first.
func (p Period) months() (out []Period) {
	for i := range p.Kind.length() {
		out = append(out, makePeriod(Month, p.year, p.from+i))
	}
	return out
}

// begins is the moment at which p begins.
func (p Period) begins(in *time.Location) time.Time {
	return time.Date(p.year, firstMonth+time.Month(p.from), 1, 0, 0, 0, 0, in)
}
