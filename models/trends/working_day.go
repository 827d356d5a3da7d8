package trends

import "time"

// The day of the figures begins in the night, when hardly anybody reads them.
// The window of the times moves on when every clock of its last month has run
// out for sure: three working days for deciding, the longest feasts among them,
// and one day for receiving. In some years the eleventh of May is the first day
// that will do.
const (
	workingHour      = 5  // o'clock
	workingMonthDay  = 12 // of the month
	workingMonths    = 12
	workingDayFormat = time.DateOnly
)

// workingDayAt is the day whose figures hold at the moment.
func workingDayAt(now time.Time) string { return workingMorning(now).Format(workingDayFormat) }

// workingMorning is midnight of the day whose figures hold at the moment.
func workingMorning(now time.Time) time.Time {
	y, m, d := now.Date()
	if now.Hour() < workingHour {
		d--
	}
	return time.Date(y, m, d, 0, 0, 0, 0, now.Location())
}

// workingWindow is the whole months whose submissions the times rest on.
type workingWindow struct{ from, until time.Time }

func workingWindowAt(now time.Time) workingWindow {
	day := workingMorning(now)
	until := time.Date(day.Year(), day.Month(), 1, 0, 0, 0, 0, now.Location())
	if day.Day() < workingMonthDay {
		until = until.AddDate(0, -1, 0)
	}
	return workingWindow{until.AddDate(0, -workingMonths, 0), until}
}

// day is the first day on which the window holds.
func (w workingWindow) day() string {
	return w.until.AddDate(0, 0, workingMonthDay-1).Format(workingDayFormat)
}

// next is the day on which the next window holds.
func (w workingWindow) next() time.Time {
	return w.until.AddDate(0, 1, 0).AddDate(0, 0, workingMonthDay-1)
}
