package trends

import "slices"

// carry takes a referral from one stratum to another with what it is. force is
// a column that it must have in the end; -1 = any.
func (w *world) carry(from, to stratum, force int) bool {
	if from == to || from != nowhere && w.n(from, columnN) == 0 {
		return false
	}
	l := w.c.l
	for i := range l.families {
		f := &l.families[i]
		if f.decisions {
			continue
		}
		if f.exclusive {
			w.carryValue(from, to, f, force)
		} else {
			w.carryMarks(from, to, f, force)
		}
	}
	if from != nowhere {
		w.put(from.month, from.place, columnN, -1)
	}
	if to != nowhere {
		w.put(to.month, to.place, columnN, 1)
	}
	return true
}

func (w *world) carryValue(from, to stratum, f *family, force int) {
	source := from
	if from == nowhere {
		source = to
	}
	d := draw{col: f.columns[w.dice.IntN(len(f.columns))]}
	for _, col := range f.columns {
		w.offer(&d, source, col, w.n(source, col))
	}
	if out := d.col; from != nowhere {
		if slices.Contains(f.columns, force) && w.n(from, force) > 0 {
			out = force
		}
		w.put(from.month, from.place, out, -1)
		d.col = out
	}
	if to != nowhere {
		if slices.Contains(f.columns, force) {
			d.col = force
		}
		w.put(to.month, to.place, d.col, 1)
	}
}

// carryMarks takes along the marks that all have in the old stratum, and of the
// others some; the last station first, so that the chain holds.
func (w *world) carryMarks(from, to stratum, f *family, force int) {
	taken, has := false, false // in the old stratum; in the new one
	for i := len(f.columns) - 1; i >= 0; i-- {
		col := f.columns[i]
		linked := w.link(col, f)
		if linked < 0 || linked == chained-1 {
			taken, has = false, false
		}
		if from != nowhere {
			n, most := w.n(from, col), w.n(from, columnN)
			must := taken || n >= most || col == force && n > 0
			taken = n > w.below(from, col, f) && (must || w.dice.Int32N(max(most, 1)) < n)
			if taken {
				w.put(from.month, from.place, col, -1)
				has = true
			}
		}
		if col == force {
			has = true
		}
		if has && to != nowhere {
			w.put(to.month, to.place, col, 1)
		}
	}
}
