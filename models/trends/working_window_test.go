package trends_test

import (
	"testing"
	"time"

	"znak/models"
	"znak/models/referral"
	"znak/models/store/storetest"
)

// When a window comes into force, every clock of its last submissions has run
// out, in whatever year the feasts fall together: nothing can change after.
func TestClocksRunOutBeforeTheWindow(t *testing.T) {
	c := newCountry(t)
	calendar := referral.NewCalendar(c.World.Location)
	day := c.look(storetest.Ministry).Next.Day()
	for year := 2025; year < 2060; year++ {
		for month := time.January; month <= time.December; month++ {
			begins := time.Date(year, month, day, 5, 0, 0, 0, c.World.Location)
			last := time.Date(year, month, 1, 0, 0, 0, 0, c.World.Location).Add(-time.Second)
			r := models.Referral{Urgency: models.Standard, SubmittedAt: models.StampOf(last)}
			r.SetTriageClocks(calendar)
			r.ForwardedAt = r.DecideDue + models.Stamp(time.Hour.Microseconds())
			r.SetReceiveClock()
			if r.ReceiveDue >= models.StampOf(begins) {
				t.Errorf("%s: the last clock runs until %v", begins.Format("January 2006"), r.ReceiveDue.Time())
			}
			c.Clock.Set(begins)
			if year == 2026 && !c.look(storetest.Ministry).Until.Equal(last.Add(time.Second)) {
				t.Errorf("%v: the window does not end there", begins)
			}
		}
	}
}
