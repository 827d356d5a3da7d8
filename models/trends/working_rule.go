package trends

import "fmt"

// WorkingRule is by how much figures are protected: what rests on fewer
// referrals than Threshold is hidden, and counts are rounded to Base. Zero
// values stand for 10 and 5, which are also the least.
type WorkingRule struct{ Threshold, Base int }

const (
	leastThreshold = 10
	leastBase      = 5
)

func (r WorkingRule) threshold() int64 { return int64(max(r.Threshold, leastThreshold)) }
func (r WorkingRule) base() int64      { return int64(max(r.Base, leastBase)) }

// HidesUnder is the least number of referrals that something shown rests on.
func (r WorkingRule) HidesUnder() int { return int(r.threshold()) }

// SharesFrom is about how many referrals a share rests on at least.
func (r WorkingRule) SharesFrom() int { return 2 * r.HidesUnder() }

// String names the rule beside what was made by it.
func (r WorkingRule) String() string { return fmt.Sprintf("%d-%d", r.threshold(), r.base()) }

// round rounds to the nearest multiple of the base.
func (r WorkingRule) round(n int64) int64 { return (n + r.base()/2) / r.base() * r.base() }

// WorkingCell is a count of referrals as it may be shown.
type WorkingCell struct {
	Shown bool
	N     int `json:",omitempty"` // rounded; 0 while hidden
}

// cell hides a count under the threshold, zero included, and rounds another.
func (r WorkingRule) cell(n int64) WorkingCell {
	if n < r.threshold() {
		return WorkingCell{}
	}
	return WorkingCell{true, int(r.round(n))}
}

// tenths is how many of ten did it, from rounded counts; ok is false where the
// whole is too small for a share of rounded counts to mean anything.
func (r WorkingRule) tenths(part, whole int64) (tenths int, ok bool) {
	if !r.enoughForShare(whole) {
		return 0, false
	}
	p, w := r.round(part), r.round(whole)
	return int(min((20*p+w)/(2*w), 10)), true
}

// enoughForShare says whether a share may rest on so many: with fewer, rounding
// alone could make eight of ten into ten of ten.
func (r WorkingRule) enoughForShare(n int64) bool { return r.round(n) >= 2*r.threshold() }
