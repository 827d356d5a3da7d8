package trends

import (
	"context"
	"maps"
	"slices"
)

// QuarterStatus is what became of a district's count of a quarter in the
// releases.
type QuarterStatus string

const (
	QuarterShown       QuarterStatus = "shown"
	QuarterHidden      QuarterStatus = "hidden" // under the threshold, zero or not; or hidden to protect another
	QuarterNotReleased QuarterStatus = "not_released"
)

// silentQuarters is over how many closed quarters a district is silent.
const silentQuarters = 4

// Silence knows what was released of each district, by its id: the quarters in
// the order of time, the newest last.
type Silence interface {
	Quarters(ctx context.Context) (map[string][]QuarterStatus, error)
}

// SilentDistricts returns the ids of the districts that were under the
// threshold in each of the last four closed quarters. A quarter that was not
// released is not closed yet, and says nothing; of whom fewer than four are
// known, nothing is said either. That a district is silent does not mean that
// nobody there wrote.
func SilentDistricts(quarters map[string][]QuarterStatus) []string {
	var silent []string
	for _, district := range slices.Sorted(maps.Keys(quarters)) {
		closed := slices.DeleteFunc(slices.Clone(quarters[district]), func(s QuarterStatus) bool { return s == QuarterNotReleased })
		if len(closed) < silentQuarters {
			continue
		}
		last := closed[len(closed)-silentQuarters:]
		if !slices.ContainsFunc(last, func(s QuarterStatus) bool { return s != QuarterHidden }) {
			silent = append(silent, district)
		}
	}
	return silent
}
