package trends

import "math/rand/v2"

// world is another set of referrals than the true one, by which every
// published cell would look the same: whoever has only what is published cannot
// tell it from the truth. It is reached from the truth by small changes, each of
// which leaves a set of referrals that could be: counts that are not negative,
// dimensions that add up to the same total in every stratum.
type world struct {
	c      *cube
	x      []int32
	counts []int32 // by cell
	// broken lists the cells that would not look the same, and where each
	// stands in it; amiss is by how much in all.
	broken []int32
	where  []int32
	amiss  int32
	steps  []step // done since the last mark
	effort int
	best   []step // what repair found to be best so far
	dice   *rand.Rand
}

type step struct {
	at    int32
	delta int32
}

func newWorld(c *cube, seed uint64) *world {
	w := &world{c: c, x: make([]int32, len(c.x)), counts: make([]int32, len(c.cells)), where: make([]int32, len(c.cells)),
		dice: rand.New(rand.NewPCG(seed, 0x7a6e616b))}
	w.reset()
	return w
}

// reset goes back to the truth.
func (w *world) reset() {
	copy(w.x, w.c.x)
	for i := range w.c.cells {
		w.counts[i], w.where[i] = w.c.cells[i].count, -1
	}
	w.broken, w.steps, w.amiss = w.broken[:0], w.steps[:0], 0
	for i := range w.c.cells {
		w.look(int32(i), 0)
	}
}

func (w *world) off(i int32) int32 {
	x, n := &w.c.cells[i], w.counts[i]
	return max(0, x.lo-n, n-x.hi)
}

// look notes how far a cell is off, when it was off by was before.
func (w *world) look(i, was int32) {
	now := w.off(i)
	w.amiss += now - was
	switch at := w.where[i]; {
	case now > 0 && at < 0:
		w.where[i] = int32(len(w.broken))
		w.broken = append(w.broken, i)
	case now == 0 && at >= 0:
		last := w.broken[len(w.broken)-1]
		w.broken[at], w.where[last] = last, at
		w.broken, w.where[i] = w.broken[:len(w.broken)-1], -1
	}
}

// bound sets what a cell must be between.
func (w *world) bound(i int32, lo, hi int32) {
	was := w.off(i)
	w.c.cells[i].lo, w.c.cells[i].hi = lo, hi
	w.look(i, was)
}

// again does steps anew that were undone.
func (w *world) again(steps []step) {
	width, places := len(w.c.l.names), len(w.c.l.places)
	for _, s := range steps {
		at := int(s.at) / width
		w.put(at/places, at%places, int(s.at)%width, s.delta)
	}
}

// put changes one count of a stratum.
func (w *world) put(month, place, col int, delta int32) {
	at := w.c.at(month, place) + col
	w.x[at] += delta
	w.spread(month, place, col, delta)
	w.steps = append(w.steps, step{int32(at), delta})
}

func (w *world) spread(month, place, col int, delta int32) {
	l := w.c.l
	for _, code := range l.inCodes[col] {
		for _, period := range around(month) {
			for _, area := range l.areaOf[place] {
				if i := w.c.index[l.slot(period, area, code)] - 1; i >= 0 {
					was := w.off(i)
					w.counts[i] += delta
					w.look(i, was)
				}
			}
		}
	}
}

// back undoes what was done since a mark.
func (w *world) back(mark int) {
	width, places := len(w.c.l.names), len(w.c.l.places)
	for len(w.steps) > mark {
		s := w.steps[len(w.steps)-1]
		w.steps = w.steps[:len(w.steps)-1]
		w.x[s.at] -= s.delta
		stratum := int(s.at) / width
		w.spread(stratum/places, stratum%places, int(s.at)%width, -s.delta)
	}
}

// stratum is a month of a place.
type stratum struct{ month, place int }

var nowhere = stratum{-1, -1}

func (w *world) n(s stratum, col int) int32 { return w.x[w.c.at(s.month, s.place)+col] }

// each calls f for the strata of a cell.
func (w *world) each(x *cell, f func(stratum)) {
	from, until := monthsOf(x.period)
	until = min(until, w.c.known)
	for place, in := range w.c.l.covers[:len(w.c.l.covers)-1] { // nobody believes in the last
		if in[x.area] {
			for m := from; m < until; m++ {
				f(stratum{m, place})
			}
		}
	}
}
