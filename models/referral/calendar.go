package referral

import (
	"time"

	"github.com/rickar/cal/v2"
)

// calendar counts working days by Serbia's public holidays.
type calendar struct {
	days     *cal.BusinessCalendar
	location *time.Location
}

// NewCalendar returns the calendar of Serbia's working days in the location.
// Holidays: Act on State and Other Holidays in the Republic of Serbia (Official
// Gazette 43/2001, 101/2007, 92/2011): New Year 1–2 January, Statehood Day
// 15–16 February, Labour Day 1–2 May, Armistice Day 11 November; when one of
// these falls on a Sunday, the next working day is free; Orthodox Christmas
// 7 January, and Orthodox Easter from Good Friday to Easter Monday.
func NewCalendar(location *time.Location) *calendar {
	c := cal.NewBusinessCalendar()
	for _, h := range []struct {
		name  string
		month time.Month
		day   int
		span  int
	}{{"New Year", time.January, 1, 2}, {"Statehood Day", time.February, 15, 2}, {"Labour Day", time.May, 1, 2}, {"Armistice Day", time.November, 11, 1}} {
		c.AddHoliday(secular(h.name, h.month, h.day, h.span)...)
	}
	c.AddHoliday(&cal.Holiday{Name: "Christmas", Month: time.January, Day: 7, Func: cal.CalcDayOfMonth})
	for offset := -2; offset <= 1; offset++ {
		c.AddHoliday(&cal.Holiday{Name: "Easter", Offset: offset, Julian: true, Func: cal.CalcEasterOffset})
	}
	return &calendar{c, location}
}

// secular returns the free days of a state holiday of span days: its days, and
// the next working day when one of them is a Sunday.
func secular(name string, month time.Month, day, span int) []*cal.Holiday {
	var out []*cal.Holiday
	for i := range span {
		out = append(out, &cal.Holiday{Name: name, Month: month, Day: day + i, Func: cal.CalcDayOfMonth})
	}
	moved := func(h *cal.Holiday, year int) time.Time {
		for i := range span {
			d := time.Date(year, month, day+i, 0, 0, 0, 0, cal.DefaultLoc)
			if d.Weekday() == time.Sunday {
				return time.Date(year, month, day+span, 0, 0, 0, 0, cal.DefaultLoc)
			}
		}
		return time.Time{}
	}
	return append(out, &cal.Holiday{Name: name + " (moved)", Month: month, Day: day, Func: moved})
}

// AddWorkingDays returns the moment n working days after t, at t's time of day;
// a moment outside working days counts from the end of the free days.
func (c *calendar) AddWorkingDays(t time.Time, n int) time.Time {
	local := t.In(c.location)
	day := time.Date(local.Year(), local.Month(), local.Day(), 12, 0, 0, 0, c.location)
	clock := local.Sub(time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, c.location))
	if !c.days.IsWorkday(day) {
		clock, n = 24*time.Hour-time.Second, n-1
		for !c.days.IsWorkday(day) {
			day = day.AddDate(0, 0, 1)
		}
	}
	for n > 0 {
		day = day.AddDate(0, 0, 1)
		if c.days.IsWorkday(day) {
			n--
		}
	}
	h, m, s := int(clock.Hours()), int(clock.Minutes())%60, int(clock.Seconds())%60
	return time.Date(day.Year(), day.Month(), day.Day(), h, m, s, 0, c.location)
}
