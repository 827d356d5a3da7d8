package trends

import "slices"

// nudge changes a cell's count by one in some way drawn by lot, and says
// whether it found one. sign is 1 or -1. Other cells may break by it.
func (w *world) nudge(i int32, sign int32) bool {
	x := &w.c.cells[i]
	code := &w.c.l.codes[x.code]
	if code.family >= 0 {
		f := &w.c.l.families[code.family]
		switch {
		case !f.exclusive:
			if w.toggle(x, code.columns[0], f, sign) {
				return true
			}
		case len(code.columns) < len(f.columns) && w.dice.IntN(8) > 0:
			if w.relabel(x, code, f, sign) {
				return true
			}
		}
		if f.decisions {
			return w.shiftDecision(x, code, sign)
		}
	}
	return w.shift(x, code, sign)
}

// draw draws by lot one of those that the calls of offer name; weight counts.
type draw struct {
	total int32
	s     stratum
	col   int
}

func (w *world) offer(d *draw, s stratum, col int, weight int32) {
	if weight <= 0 {
		return
	}
	weight = min(weight, 4) // rare ones come up too
	d.total += weight
	if w.dice.Int32N(d.total) < weight {
		d.s, d.col = s, col
	}
}

// relabel gives one referral of the cell another value of the dimension, or one
// of another value the cell's.
func (w *world) relabel(x *cell, code *coded, f *family, sign int32) bool {
	var d draw
	w.each(x, func(s stratum) {
		for _, col := range f.columns {
			if slices.Contains(code.columns, col) == (sign < 0) {
				w.offer(&d, s, col, w.n(s, col))
			}
		}
	})
	if d.total == 0 {
		return false
	}
	var into draw
	for _, col := range f.columns {
		if slices.Contains(code.columns, col) == (sign > 0) {
			w.offer(&into, d.s, col, 1)
		}
	}
	if into.total == 0 {
		return false
	}
	w.put(d.s.month, d.s.place, d.col, -1)
	w.put(d.s.month, d.s.place, into.col, 1)
	return true
}

// toggle gives one referral of the cell a mark, or takes it away. Stations of
// the funnel stay one within the other.
func (w *world) toggle(x *cell, col int, f *family, sign int32) bool {
	var d draw
	w.each(x, func(s stratum) {
		if sign > 0 {
			w.offer(&d, s, col, w.above(s, col, f)-w.n(s, col))
		} else {
			w.offer(&d, s, col, w.n(s, col)-w.below(s, col, f))
		}
	})
	if d.total > 0 {
		w.put(d.s.month, d.s.place, col, sign)
	}
	return d.total > 0
}

// chained is how many stations at the end of the funnel lie one within the
// other: forwarded, received, outcome.
const chained = 3

// above is how many can have a mark: all, or those of the station before.
func (w *world) above(s stratum, col int, f *family) int32 {
	if i := w.link(col, f); i > 0 {
		return w.n(s, col-1)
	}
	return w.n(s, columnN)
}

// below is how many must have it: those of the next station.
func (w *world) below(s stratum, col int, f *family) int32 {
	if i := w.link(col, f); i >= 0 && i < chained-1 {
		return w.n(s, col+1)
	}
	return 0
}

// link is a column's place in the chain of stations, or -1.
func (w *world) link(col int, f *family) int {
	if f.table != TableFunnel {
		return -1
	}
	return max(-1, slices.Index(f.columns, col)-(len(f.columns)-chained))
}

// shift moves a whole referral into the cell or out of it: from or to another
// stratum, or into being.
func (w *world) shift(x *cell, code *coded, sign int32) bool {
	inside := w.pick(func(offer func(stratum, int32)) {
		w.each(x, func(s stratum) {
			weight := int32(1)
			if sign < 0 {
				weight = w.n(s, code.columns[0])
				for _, col := range code.columns[1:] {
					weight += w.n(s, col)
				}
			}
			offer(s, weight)
		})
	})
	if inside == nowhere {
		return false
	}
	outside := w.outside(x, inside, sign > 0)
	force := -1 // the column that it must count in
	if code.family >= 0 {
		force = code.columns[w.dice.IntN(len(code.columns))]
	}
	if sign > 0 {
		return w.carry(outside, inside, force)
	}
	if force >= 0 && w.n(inside, force) == 0 {
		return false
	}
	return w.carry(inside, outside, force)
}

// pick draws a stratum.
func (w *world) pick(list func(offer func(stratum, int32))) stratum {
	d := draw{s: nowhere}
	list(func(s stratum, weight int32) { w.offer(&d, s, 0, weight) })
	return d.s
}

// outside draws a stratum out of the cell, mostly one that shares the month or
// the place with the one inside; or none at all.
func (w *world) outside(x *cell, inside stratum, full bool) stratum {
	if w.dice.IntN(6) == 0 {
		return nowhere
	}
	from, until := monthsOf(x.period)
	way := w.dice.IntN(5)
	return w.pick(func(offer func(stratum, int32)) {
		for place := range len(w.c.l.places) - 1 {
			within := w.c.l.in(place, x.area)
			for m := range w.c.known {
				s := stratum{m, place}
				if within && m >= from && m < until || way < 2 && m != inside.month || (way == 2 || way == 3) && place != inside.place {
					continue
				}
				weight := int32(1)
				if full {
					weight = w.n(s, columnN)
				}
				offer(s, weight)
			}
		}
	})
}

// shiftDecision moves a decision into the cell or out of it, or into being.
func (w *world) shiftDecision(x *cell, code *coded, sign int32) bool {
	col := code.columns[w.dice.IntN(len(code.columns))]
	inside := w.pick(func(offer func(stratum, int32)) {
		w.each(x, func(s stratum) {
			if sign > 0 {
				offer(s, 1)
			} else {
				offer(s, w.n(s, col))
			}
		})
	})
	if inside == nowhere {
		return false
	}
	outside := nowhere
	if w.dice.IntN(4) > 0 {
		from, until := monthsOf(x.period)
		outside = w.pick(func(offer func(stratum, int32)) {
			for place := range len(w.c.l.places) - 1 {
				for m := range w.c.known {
					if s := (stratum{m, place}); !(w.c.l.in(place, x.area) && m >= from && m < until) {
						weight := int32(1)
						if sign > 0 {
							weight = w.n(s, col)
						}
						offer(s, weight)
					}
				}
			}
		})
	}
	w.put(inside.month, inside.place, col, sign)
	if outside != nowhere {
		w.put(outside.month, outside.place, col, -sign)
	}
	return true
}
