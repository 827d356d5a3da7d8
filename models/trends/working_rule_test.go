package trends

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

func TestRuleHidesAndRounds(t *testing.T) {
	r := WorkingRule{}
	for n, want := range map[int64]WorkingCell{0: {}, 1: {}, 9: {}, 10: {true, 10}, 12: {true, 10}, 13: {true, 15}, 1002: {true, 1000}} {
		if got := r.cell(n); got != want {
			t.Errorf("%d is shown as %+v, want %+v", n, got, want)
		}
	}
	if low := (WorkingRule{Threshold: 3, Base: 1}); low.cell(9).Shown || low.cell(11).N != 10 {
		t.Error("the rule can be lowered")
	}
	if high := (WorkingRule{Threshold: 30, Base: 10}); high.cell(29).Shown || high.cell(34).N != 30 {
		t.Error("the rule cannot be raised")
	}
}

// A share comes from rounded counts, and never from so few that rounding alone
// would turn it over.
func TestSharesComeFromRoundedCounts(t *testing.T) {
	r := WorkingRule{}
	for _, tt := range []struct {
		part, whole int64
		want        int
		ok          bool
	}{{8, 10, 0, false}, {10, 17, 0, false}, {18, 18, 10, true}, {16, 20, 8, true}, {13, 18, 8, true}, {0, 40, 0, true}, {40, 40, 10, true}, {503, 1000, 5, true}} {
		got, ok := r.tenths(tt.part, tt.whole)
		if got != tt.want || ok != tt.ok {
			t.Errorf("%d of %d: %d of ten, %v", tt.part, tt.whole, got, ok)
		}
		if again, _ := r.tenths(r.round(tt.part), r.round(tt.whole)); ok && again != got {
			t.Errorf("%d of %d: says more than the rounded counts", tt.part, tt.whole)
		}
	}
	for whole := int64(18); whole < 300; whole++ {
		for part := range whole + 1 {
			got, _ := r.tenths(part, whole)
			if off := math.Abs(float64(got) - 10*float64(part)/float64(whole)); off > 2.1 || off > 1.1 && whole > 60 {
				t.Fatalf("%d of %d: %d of ten is off by %.1f", part, whole, got, off)
			}
		}
	}
}

func TestPaceRestsOnEnough(t *testing.T) {
	tally := func(all, inTime int64, steps ...int64) workingTally {
		x := workingTally{all: all, inTime: inTime}
		copy(x.steps[:], steps)
		return x
	}
	r := WorkingRule{}
	if p := r.pace(tally(9, 9, 9)); p != (WorkingPace{}) {
		t.Errorf("nine referrals show %+v", p)
	}
	if p := r.pace(tally(10, 10, 4, 0, 1)); !p.Shown || p.Within != 4 || p.Share {
		t.Errorf("ten referrals show %+v", p)
	}
	if p := r.pace(tally(20, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9, 11)); p.Within != 0 || !p.Share || p.Tenths != 3 {
		t.Errorf("eleven of twenty not done: %+v", p)
	}
	// Beside few submissions, that ten were forwarded says how few were not.
	many, some := tally(18, 18, 18), tally(17, 17, 17)
	if r.paces(some, some, tally(10, 10, 10)).Receive.Shown || !r.paces(many, many, tally(10, 10, 10)).Receive.Shown {
		t.Error("receiving is shown beside few submissions, or hidden beside many")
	}
}

// An attacker who knows the rule, and even which cells were hidden for the sake
// of others, tries every pair of divisions with equal sums. For no count under
// the threshold may fewer than threshold-1 values remain.
func TestGuardAgainstEnumeration(t *testing.T) {
	r, dice := WorkingRule{}, rand.New(rand.NewPCG(7, 9))
	hiddenForOthers, checked := 0, 0
	for range 4000 {
		left, right := drawn(dice, 1+dice.IntN(3)), drawn(dice, 1+dice.IntN(5))
		if d := sum(left) - sum(right); d >= 0 {
			right[0] += d
		} else {
			left[0] -= d
		}
		l, m := r.guard(left, right)
		cells, ns := slices.Concat(l, m), slices.Concat(left, right)
		if !slices.ContainsFunc(cells, func(c WorkingCell) bool { return c.Shown }) {
			continue // nothing was said
		}
		checked++
		for i, c := range cells {
			if c.Shown && c != r.cell(ns[i]) {
				t.Fatalf("%v %v: %d is shown as %+v", left, right, ns[i], c)
			}
			if !c.Shown && ns[i] >= 10 {
				hiddenForOthers++
			}
			if !c.Shown && ns[i] < 10 {
				if values := possible(cells, ns, len(l), i); values < 9 {
					t.Fatalf("%v %v, shown as %v %v: only %d values remain for %d", left, right, l, m, values, ns[i])
				}
			}
		}
	}
	if hiddenForOthers == 0 || checked < 500 {
		t.Errorf("%d divisions were looked at, %d cells hidden for others: the test sees too little", checked, hiddenForOthers)
	}
}

func drawn(dice *rand.Rand, n int) []int64 {
	out := make([]int64, n)
	for i := range out {
		if out[i] = int64(dice.IntN(8)); dice.IntN(2) == 0 {
			out[i] = int64(dice.IntN(40))
		}
	}
	return out
}

func sum(list []int64) (s int64) {
	for _, n := range list {
		s += n
	}
	return s
}

// possible counts the values of one hidden cell that fit what is shown, by
// adding up all sums that the others can have.
func possible(cells []WorkingCell, ns []int64, first, which int) (values int) {
	reach := map[bool]map[int64]bool{true: {0: true}, false: {0: true}} // sums without the cell, of the left and of the right
	for i, c := range cells {
		if i == which {
			continue
		}
		lo, hi := int64(0), int64(9) // under the threshold
		switch {
		case c.Shown:
			lo, hi = max(int64(c.N)-2, 10), int64(c.N)+2
		case ns[i] >= 10:
			lo, hi = 10, (ns[i]+2)/5*5+2
		}
		next := map[int64]bool{}
		for s := range reach[i < first] {
			for n := lo; n <= hi; n++ {
				next[s+n] = true
			}
		}
		reach[i < first] = next
	}
	for n := range int64(10) {
		for s := range reach[which < first] {
			if reach[which >= first][s+n] {
				values++
				break
			}
		}
	}
	return values
}

// The day begins at five in the morning, the window on the twelfth of a month.
func TestDaysAndWindows(t *testing.T) {
	belgrade, err := time.LoadLocation("Europe/Belgrade")
	if err != nil {
		t.Fatal(err)
	}
	for at, want := range map[string][4]string{
		"2026-11-12T04:59": {"2026-11-11", "2025-10-01", "2026-10-01", "2026-10-12"},
		"2026-11-12T05:00": {"2026-11-12", "2025-11-01", "2026-11-01", "2026-11-12"},
		"2026-11-30T23:59": {"2026-11-30", "2025-11-01", "2026-11-01", "2026-11-12"},
		"2027-01-01T03:00": {"2026-12-31", "2025-12-01", "2026-12-01", "2026-12-12"},
		"2027-01-11T12:00": {"2027-01-11", "2025-12-01", "2026-12-01", "2026-12-12"},
		"2026-03-29T05:00": {"2026-03-29", "2025-03-01", "2026-03-01", "2026-03-12"}, // clocks go forward
		"2026-10-25T04:30": {"2026-10-24", "2025-10-01", "2026-10-01", "2026-10-12"},
	} {
		now, err := time.ParseInLocation("2006-01-02T15:04", at, belgrade)
		if err != nil {
			t.Fatal(err)
		}
		w := workingWindowAt(now)
		if got := [4]string{workingDayAt(now), w.from.Format(time.DateOnly), w.until.Format(time.DateOnly), w.day()}; got != want {
			t.Errorf("%s: %v, want %v", at, got, want)
		}
		if w.from.Hour() != 0 || w.until.Hour() != 0 || workingDayAt(w.next().Add(workingHour*time.Hour)) != w.next().Format(time.DateOnly) {
			t.Errorf("%s: the window begins %v, ends %v, the next holds from %v", at, w.from, w.until, w.next())
		}
	}
}
