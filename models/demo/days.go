package demo

import (
	"slices"
	"time"

	"znak/models"
)

// diary says when schools write: on school days and at school hours mostly,
// little in the holidays, more each month.
type diary struct {
	calendar models.Calendar
	location *time.Location
	days     []time.Time // midnights
	until    []float64   // by day: the share of all that is written up to its end
}

// newDiary covers the days from one midnight to another, the last not included.
func newDiary(from, to time.Time, calendar models.Calendar) *diary {
	d := &diary{calendar: calendar, location: from.Location()}
	sum, length := 0.0, to.Sub(from).Hours()
	for day := from; day.Before(to); day = day.AddDate(0, 0, 1) {
		growth := 0.35 + 1.3*day.Sub(from).Hours()/length
		sum += growth * d.season(day)
		d.days, d.until = append(d.days, day), append(d.until, sum)
	}
	for i := range d.until {
		d.until[i] /= sum
	}
	return d
}

// season is how much schools write on a day, 1 on an ordinary school day.
func (d *diary) season(day time.Time) float64 {
	w := 1.0
	switch {
	case !d.works(day):
		w = 0.1
	case day.Weekday() == time.Monday:
		w = 1.2
	}
	switch month, n := day.Month(), day.Day(); {
	case month == time.July, month == time.August:
		return w * 0.08
	case month == time.June && n > 20, month == time.December && n > 24, month == time.January && n < 12:
		return w * 0.15
	case month == time.October || month == time.March:
		return w * 1.25
	}
	return w
}

// works says whether the day is a working day.
func (d *diary) works(day time.Time) bool {
	noon := day.Add(12 * time.Hour)
	return d.calendar.AddWorkingDays(noon, 0).Equal(noon)
}

// at returns the moment by which a share of everything is written.
func (d *diary) at(share float64, dice *dice) time.Time {
	i, _ := slices.BinarySearch(d.until, share)
	day := d.days[min(i, len(d.days)-1)]
	from, to := 8*time.Hour, 15*time.Hour
	if dice.chance(0.3) {
		from, to = 15*time.Hour, 21*time.Hour
	}
	return clock(day, dice.span(from, to))
}

// office moves a moment into the Centre's hours: the same day if it can be, or
// the next working day.
func (d *diary) office(t time.Time, dice *dice) time.Time {
	t = t.In(d.location)
	day := midnight(t)
	if t.Hour() >= 16 {
		day = day.AddDate(0, 0, 1)
	}
	for !d.works(day) {
		day = day.AddDate(0, 0, 1)
	}
	if day.Equal(midnight(t)) && t.Hour() >= 8 {
		return t
	}
	return clock(day, dice.span(8*time.Hour, 15*time.Hour))
}

// midnight returns the start of t's day in t's location.
func midnight(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
}

// clock returns a time of day, to the second, whatever the clocks do that day.
func clock(day time.Time, at time.Duration) time.Time {
	s := int(at.Seconds())
	return time.Date(day.Year(), day.Month(), day.Day(), s/3600, s/60%60, s%60, 0, day.Location())
}
