package trends

import "math"

// workingGuarded is a cell on its way to being shown.
type workingGuarded struct {
	n     int64
	shown bool
	also  bool // hidden though it is not under the threshold, to protect others
}

// span is what a reader can know at least of the count: someone who knows the
// rule, and even which cells were hidden for the sake of others.
func (c workingGuarded) span(r WorkingRule) (lo, hi int64) {
	rounded, half := r.round(c.n), r.base()/2
	switch {
	case c.shown:
		return max(rounded-half, r.threshold()), rounded + r.base() - 1 - half
	case c.also:
		return r.threshold(), rounded + r.base() - 1 - half
	}
	return 0, r.threshold() - 1
}

// guard shows what it may of two divisions of one whole, such as what waits by
// age and by desk. Their sums are equal, and thereby a reader could narrow a
// hidden count. As long as one under the threshold could be narrowed to fewer
// than threshold-1 values, the smallest count that is shown is hidden too.
func (r WorkingRule) guard(left, right []int64) (l, m []WorkingCell) {
	cells := make([]workingGuarded, 0, len(left)+len(right))
	for _, n := range append(append([]int64{}, left...), right...) {
		cells = append(cells, workingGuarded{n: n, shown: n >= r.threshold()})
	}
	for r.narrowed(cells, len(left)) && r.hideSmallest(cells) {
	}
	out := make([]WorkingCell, len(cells))
	for i, c := range cells {
		if c.shown {
			out[i] = r.cell(c.n)
		}
	}
	return out[:len(left)], out[len(left):]
}

// narrowed says whether the equal sums tell too much of a count under the
// threshold; the first cells are one side, the others the other.
func (r WorkingRule) narrowed(cells []workingGuarded, first int) bool {
	var lo, hi [2]int64
	side := func(i int) int {
		if i < first {
			return 0
		}
		return 1
	}
	for i, c := range cells {
		l, h := c.span(r)
		lo[side(i)], hi[side(i)] = lo[side(i)]+l, hi[side(i)]+h
	}
	for i, c := range cells {
		if c.shown || c.also {
			continue
		}
		own, other := side(i), 1-side(i)
		l, h := c.span(r)
		least, most := max(l, lo[other]-(hi[own]-h)), min(h, hi[other]-(lo[own]-l))
		if most-least+1 < r.threshold()-1 {
			return true
		}
	}
	return false
}

// hideSmallest hides the smallest count that is shown, the last of equal ones;
// it returns false when none is.
func (r WorkingRule) hideSmallest(cells []workingGuarded) bool {
	which, least := -1, int64(math.MaxInt64)
	for i, c := range cells {
		if c.shown && r.round(c.n) <= least {
			which, least = i, r.round(c.n)
		}
	}
	if which >= 0 {
		cells[which].shown, cells[which].also = false, true
	}
	return which >= 0
}
