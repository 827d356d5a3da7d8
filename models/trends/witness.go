package trends

import "slices"

// witness is a world, as its steps from the truth, by which some small counts
// were found to have other values. It stays true until more is published; even
// then it is mostly a small repair away from one that is.
type witness struct {
	cell  int32 // whose count it was looked for
	steps []step
}

// mends is how often a witness is tried to be repaired.
const mends = 2

// recall goes through the witnesses, repairs and keeps those that still hold
// and are needed, and returns the values of small cells seen in them.
func (w *world) recall() []uint64 {
	seen := make([]uint64, len(w.c.cells))
	w.reset()
	for i := range w.c.cells {
		w.see(seen, int32(i))
	}
	var kept []witness
	for _, old := range w.c.witnesses {
		w.back(0)
		w.again(old.steps)
		if w.mend(old.cell) && w.seeAround(seen, 0) {
			kept = append(kept, witness{old.cell, slices.Clone(w.steps)})
		}
	}
	w.back(0)
	w.c.witnesses = kept
	return seen
}

// mend makes a possible world of one that breaks some cells, with the same
// count in a cell. It says whether it could.
func (w *world) mend(i int32) bool {
	if w.amiss == 0 {
		return true
	}
	x := &w.c.cells[i]
	lo, hi, mark := x.lo, x.hi, len(w.steps)
	defer func() { w.bound(i, lo, hi) }()
	w.bound(i, w.counts[i], w.counts[i])
	for range mends {
		if w.repair() {
			return true
		}
		w.back(mark)
	}
	return false
}
