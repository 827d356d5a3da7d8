package trends

import "math"

// cube is everything published of one school year, with the truth behind it:
// what the gate looks at. School years share no day and no table, so that a
// release is held against those of its own year alone.
type cube struct {
	l     *layout
	year  int     // in which the school year begins
	x     []int32 // the true counts: by month, place, column
	cells []cell
	index []int32 // by period, area, code: place in cells plus one
	known int     // months whose counts are in it: worlds differ in these alone
	// witnesses are worlds by which small counts were found safe.
	witnesses []witness
}

// cell is a published figure as whoever knows the rule sees it: its true count
// lies between lo and hi.
type cell struct {
	period, area, code int
	count              int32 // the truth
	lo, hi             int32
	small              bool // its count is one that must stay uncertain
	status             Status
	value              int32
	threshold          int32
	fresh              bool // of the release that is being made
	protecting         bool // hidden for the sake of others
	kept               bool // not to be hidden for the sake of less important ones
}

// unbounded is a count that no cell reaches.
const unbounded = math.MaxInt32 / 4

func (l *layout) newCube() *cube {
	return &cube{l: l, x: make([]int32, monthsOfYear*len(l.places)*len(l.names)), index: make([]int32, periodsOfYear*len(l.areas)*len(l.codes))}
}

// at is the place in x of a stratum's first column.
func (c *cube) at(month, place int) int { return (month*len(c.l.places) + place) * len(c.l.names) }

// slot is the place in index of a cell.
func (l *layout) slot(period, area, code int) int {
	return (period*len(l.areas)+area)*len(l.codes) + code
}

// setMonth puts the true counts of a month in.
func (c *cube) setMonth(month int, from counts) {
	c.known = max(c.known, month+1)
	for place, row := range from {
		copy(c.x[c.at(month, place):], row)
	}
}

// monthsOf are the months that a period's number stands for: the first, and
// the one after the last.
func monthsOf(period int) (from, until int) {
	switch {
	case period >= monthsFrom:
		return period - monthsFrom, period - monthsFrom + 1
	case period >= quartersFrom:
		return (period - quartersFrom) * monthsInAShelf, (period - quartersFrom + 1) * monthsInAShelf
	}
	return 0, monthsOfYear
}

// in says whether a place lies in an area.
func (l *layout) in(place, area int) bool { return l.covers[place][area] }

// sum is the true count of a cell.
func (c *cube) sum(period, area, code int) (n int32) {
	from, until := monthsOf(period)
	for place := range c.l.places {
		if !c.l.in(place, area) {
			continue
		}
		for m := from; m < until; m++ {
			at := c.at(m, place)
			for _, col := range c.l.codes[code].columns {
				n += c.x[at+col]
			}
		}
	}
	return n
}

// add adds a cell, which must not be there yet.
func (c *cube) add(x cell) *cell {
	c.cells = append(c.cells, x)
	c.index[c.l.slot(x.period, x.area, x.code)] = int32(len(c.cells))
	return &c.cells[len(c.cells)-1]
}

// find returns a cell, or nil.
func (c *cube) find(period, area, code int) *cell {
	if i := c.index[c.l.slot(period, area, code)]; i > 0 {
		return &c.cells[i-1]
	}
	return nil
}

// propose adds the cells of a release as the rule alone would have them.
func (c *cube) propose(p Period, rule Rule) {
	for a, area := range c.l.areas {
		var volume [2]int32 // as shown: of referrals, of decisions
		for pass := range 2 {
			for i, code := range c.l.codes {
				total := code.code == codeTotal
				if total != (pass == 0) || !code.table.Made(area.Level, p.Kind) {
					continue
				}
				of := 0
				if code.table.Measure == Outcomes {
					of = 1
				}
				if !total && volume[of] < rule.volume(p.Kind) {
					continue
				}
				x := c.add(rule.cell(p.number(), a, i, c.sum(p.number(), a, i)))
				if total {
					volume[of] = x.value
				}
			}
		}
	}
}

// cell is a fresh cell as the rule has it.
func (r Rule) cell(period, area, code int, count int32) cell {
	x := cell{period: period, area: area, code: code, count: count, threshold: int32(r.Threshold), fresh: true}
	if x.small = r.small(count); x.small {
		x.status, x.lo, x.hi = Hidden, 0, x.threshold-1
		return x
	}
	x.status, x.value = Shown, r.round(count)
	x.lo, x.hi = r.span(x.value)
	return x
}

// hide hides a shown cell for the sake of others. Whoever knows all the rest
// may know that it is not small, and of a total that its tables were made.
func (c *cube) hide(x *cell) {
	lo := x.threshold
	if c.l.codes[x.code].code == codeTotal && c.made(x) {
		rule := Rule{Threshold: int(x.threshold)}
		lo = min(x.lo, rule.volume(kindOf(x.period)))
	}
	x.status, x.value, x.protecting, x.lo, x.hi = Hidden, 0, true, lo, unbounded
}

// withdraw takes a fresh cell out of the release.
func (x *cell) withdraw() {
	x.status, x.value, x.small, x.protecting, x.lo, x.hi = NotReleased, 0, false, false, 0, unbounded
}

// kindOf is the kind of the period with a number.
func kindOf(period int) Kind {
	switch {
	case period >= monthsFrom:
		return Month
	case period >= quartersFrom:
		return Quarter
	}
	return SchoolYear
}

// made says whether an area's tables were made beside a total.
func (c *cube) made(total *cell) bool {
	for i, code := range c.l.codes {
		if code.code != codeTotal && code.table.Measure == c.l.codes[total.code].table.Measure && c.find(total.period, total.area, i) != nil {
			return true
		}
	}
	return false
}
