package referral

import (
	"testing"
	"time"
)

func belgrade(t *testing.T) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation("Europe/Belgrade")
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func TestWorkingDays(t *testing.T) {
	c := NewCalendar(belgrade(t))
	const layout = "2006-01-02 15:04"
	for _, tt := range []struct {
		from string
		n    int
		want string
		why  string
	}{
		{"2026-11-23 10:15", 3, "2026-11-26 10:15", "an ordinary week"},
		{"2026-11-20 10:15", 3, "2026-11-25 10:15", "over a weekend"},
		{"2026-11-21 10:15", 3, "2026-11-25 23:59", "submitted on a Saturday"},
		{"2026-04-09 09:00", 3, "2026-04-16 09:00", "Orthodox Easter on 12 April 2026: Good Friday to Easter Monday"},
		{"2025-04-17 09:00", 1, "2025-04-22 09:00", "Orthodox Easter on 20 April 2025"},
		{"2026-01-06 09:00", 1, "2026-01-08 09:00", "Orthodox Christmas"},
		{"2026-02-13 09:00", 1, "2026-02-18 09:00", "Statehood Day: the 15th is a Sunday, so the 17th is free"},
		{"2026-10-23 12:00", 1, "2026-10-26 12:00", "daylight saving ends in between"},
		{"2026-11-10 12:00", 1, "2026-11-12 12:00", "Armistice Day"},
		{"2027-01-01 12:00", 1, "2027-01-04 23:59", "New Year on a Friday; the next working day is a Monday"},
		{"2023-01-02 12:00", 1, "2023-01-04 23:59", "1 January is a Sunday: the 3rd is free"},
	} {
		from, err := time.ParseInLocation(layout, tt.from, belgrade(t))
		if err != nil {
			t.Fatal(err)
		}
		if got := c.AddWorkingDays(from, tt.n).Format(layout); got != tt.want {
			t.Errorf("%s + %d = %s, want %s (%s)", tt.from, tt.n, got, tt.want, tt.why)
		}
	}
}
