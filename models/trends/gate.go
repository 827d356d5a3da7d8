package trends

import (
	"math/bits"
	"slices"
)

// The gate holds a release back until every small count is safe: for each it
// must find, within everything published of that school year, other worlds in
// which the count has at least threshold-1 values. That such worlds are at hand
// is the proof; that none was found proves nothing, and more is hidden.

// Efforts of the search. They cost time only: with less of it more is hidden.
const (
	attempts = 8  // to bring a count to a value
	repairs  = 60 // small changes in one attempt
	choices  = 6  // drawn for each
	opens    = 4  // counts found unsafe before something is hidden for them
	// How often cells are hidden for others: in a whole release, in a tier.
	roundsOfAll, roundsOfTier = 36, 18
)

// settle hides fresh cells, the least important first, until every small count
// that look names is safe, and returns how often it had to. It returns false
// when it found nothing more that it may hide, or after most rounds.
func (c *cube) settle(w *world, look func(*cell) bool, most int) (rounds int, ok bool) {
	seen := w.recall()
	for ; ; rounds++ {
		blame := make([]int, len(c.cells))
		w.effort = min(1+rounds/2, 3) // the fewer are open, the more each is worth
		var open []int32
		for i := range c.cells {
			if x := &c.cells[i]; len(open) < opens && x.small && look(x) && !x.safe(seen[i]) && !w.vary(seen, blame, int32(i)) {
				open = append(open, int32(i))
			}
		}
		if len(open) == 0 {
			return rounds, true
		}
		if rounds == most || !c.sacrifice(open, blame, 1+rounds/4) {
			return rounds, false
		}
	}
}

// safe says whether enough values were seen.
func (x *cell) safe(seen uint64) bool {
	return bits.OnesCount64(seen&(1<<x.threshold-1)) >= int(x.threshold)-1
}

// see notes what a cell's count is in this world, and says whether that was
// wanted still.
func (w *world) see(seen []uint64, i int32) bool {
	x := &w.c.cells[i]
	if !x.small || w.counts[i] >= 64 {
		return false
	}
	was := seen[i]
	seen[i] |= 1 << w.counts[i]
	return seen[i] != was && !x.safe(was)
}

// vary looks for worlds in which a small count has other values, and says
// whether there are enough.
func (w *world) vary(seen []uint64, blame []int, i int32) bool {
	x := &w.c.cells[i]
	for _, sign := range []int32{1, -1} {
		w.reset()
		for n := x.count + sign; n >= 0 && n < x.threshold && !x.safe(seen[i]); n += sign {
			if !w.reach(seen, blame, i, n) {
				break
			}
		}
	}
	return x.safe(seen[i])
}

// reach goes on from a world to one in which the cell's count is n, and notes
// what counts are in it. If it finds none it blames the cells that stand in
// the way.
func (w *world) reach(seen []uint64, blame []int, i, n int32) bool {
	x := &w.c.cells[i]
	lo, hi := x.lo, x.hi
	defer func() { w.bound(i, lo, hi) }()
	w.bound(i, n, n)
	mark := len(w.steps)
	for range attempts * w.effort {
		if w.repair() {
			if w.seeAround(seen, mark) {
				w.c.witnesses = append(w.c.witnesses, witness{i, slices.Clone(w.steps)})
			}
			return true
		}
		for _, b := range w.broken {
			if b != i { // its own dimension, or the totals of it, rather than others
				blame[b]++
				if w.c.l.codes[w.c.cells[b].code].family == w.c.l.codes[x.code].family {
					blame[b] += 7
				}
			}
		}
		w.back(mark)
	}
	return false
}

// repair makes small changes until no cell is broken: of a few drawn by lot the
// one that leaves least amiss.
func (w *world) repair() bool {
	for range repairs {
		if w.amiss == 0 {
			return true
		}
		if len(w.broken) > 24 {
			return false
		}
		i := w.broken[w.dice.IntN(len(w.broken))]
		sign := int32(1)
		if w.counts[i] > w.c.cells[i].hi {
			sign = -1
		}
		mark, before, least := len(w.steps), w.amiss, int32(unbounded)
		for range choices {
			if w.nudge(i, sign) && w.amiss < least {
				least, w.best = w.amiss, append(w.best[:0], w.steps[mark:]...)
			}
			w.back(mark)
			if least < before {
				break
			}
		}
		if least < before || least == before && w.dice.IntN(3) > 0 || least < unbounded && w.dice.IntN(12) == 0 {
			w.again(w.best)
		}
	}
	return w.amiss == 0
}

// seeAround notes the counts that the steps since a mark changed, and says
// whether one of them was wanted still.
func (w *world) seeAround(seen []uint64, mark int) (news bool) {
	l := w.c.l
	width := len(l.names)
	for _, s := range w.steps[mark:] {
		at := int(s.at) / width
		for _, code := range l.inCodes[int(s.at)%width] {
			for _, period := range around(at / len(l.places)) {
				for _, area := range l.areaOf[at%len(l.places)] {
					if i := w.c.index[l.slot(period, area, code)] - 1; i >= 0 {
						news = w.see(seen, i) || news
					}
				}
			}
		}
	}
	return news
}

// sacrifice hides some of the fresh cells that stand most in the way of those
// still open; where none is known to, those of the same dimension, the smallest
// first. It returns false when nothing could be hidden.
func (c *cube) sacrifice(open []int32, blame []int, some int) bool {
	var worst []int
	for i := range c.cells {
		if blame[i] > 0 && c.canGo(i) {
			worst = append(worst, i)
		}
	}
	slices.SortStableFunc(worst, func(a, b int) int { return blame[b]*c.worth(a) - blame[a]*c.worth(b) })
	for _, i := range worst[:min(some, len(worst))] {
		c.hide(&c.cells[i])
	}
	hidden := len(worst) > 0
	if !hidden {
		for _, o := range open {
			if x := c.neighbour(&c.cells[o]); x != nil {
				c.hide(x)
				hidden = true
			}
		}
	}
	return hidden
}

// canGo says whether a cell may be hidden now.
func (c *cube) canGo(i int) bool {
	x := &c.cells[i]
	return x.fresh && x.status == Shown && !x.kept
}

// neighbour is the smallest shown fresh cell that may bear on another.
func (c *cube) neighbour(of *cell) (best *cell) {
	family := c.l.codes[of.code].family
	for i := range c.cells {
		x := &c.cells[i]
		if of := c.l.codes[x.code].family; !c.canGo(i) || family >= 0 && of != family && of != -1 {
			continue
		}
		if best == nil || x.count < best.count {
			best = x
		}
	}
	return best
}
