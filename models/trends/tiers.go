package trends

import (
	"cmp"
	"slices"
)

// gate hides fresh cells until every small count is safe, and returns how often
// it sent the release back. all = false: the fresh cells share no referral with
// those of earlier releases, whose worlds are still there, with the fresh counts
// as they truly are; the fresh ones alone are to be looked at.
//
// It tries everything at once, without touching what matters most. Where that
// fails, it begins with what matters most and adds one tier after the other;
// what cannot be made safe beside the tiers before it stays out of the release.
func (c *cube) gate(all bool) (rounds int) {
	w := newWorld(c, uint64(len(c.cells)))
	look := func(x *cell) bool { return all || x.fresh }
	var fresh []int
	for i := range c.cells {
		if x := &c.cells[i]; x.fresh {
			fresh = append(fresh, i)
			x.kept = c.key(x)
		}
	}
	proposed, before := slices.Clone(c.cells), c.witnesses
	rounds, ok := c.settle(w, look, roundsOfAll)
	if !ok {
		c.witnesses = before
		for _, i := range fresh {
			c.cells[i].withdraw()
		}
		rounds += c.tiers(w, fresh, proposed, look)
	}
	for _, i := range fresh {
		c.cells[i].kept = false
	}
	return rounds
}

// tiers builds the release anew from nothing, the most important cells first.
func (c *cube) tiers(w *world, fresh []int, proposed []cell, look func(*cell) bool) (rounds int) {
	slices.SortStableFunc(fresh, func(a, b int) int { return cmp.Compare(c.tier(&c.cells[a]), c.tier(&c.cells[b])) })
	for len(fresh) > 0 {
		n := 1
		for n < len(fresh) && c.tier(&c.cells[fresh[n]]) == c.tier(&c.cells[fresh[0]]) {
			n++
		}
		tier, before := fresh[:n], c.witnesses
		fresh = fresh[n:]
		for _, i := range tier {
			c.cells[i] = proposed[i]
			c.cells[i].kept = false
		}
		measure := c.l.codes[c.cells[tier[0]].code].table.Measure
		more, ok := c.settle(w, func(x *cell) bool { return look(x) && c.l.codes[x.code].table.Measure == measure }, roundsOfTier)
		rounds += 1 + more
		for _, i := range tier {
			if c.cells[i].kept = true; !ok { // as before the tier, and as safe
				c.cells[i].withdraw()
			}
		}
		if !ok {
			c.witnesses = before
		}
	}
	return rounds
}

// key says whether a cell is one of those by which an analyst begins: the
// country's totals.
func (c *cube) key(x *cell) bool {
	code := &c.l.codes[x.code]
	return c.l.areas[x.area].Level == Country && (code.code == codeTotal || code.code == CodeForwarded && kindOf(x.period) == SchoolYear)
}

// Steps between the ranks of tiers; within one, dimensions follow each other.
const dimensionsAtMost = 20

// tier is how late a cell is added to a release: totals come before dimensions,
// longer periods and larger areas before the shorter and smaller. Each
// dimension is a tier of its own.
func (c *cube) tier(x *cell) int {
	code := &c.l.codes[x.code]
	level, kind := c.l.areas[x.area].Level, kindOf(x.period)
	if level == Country && kind == SchoolYear && c.key(x) {
		switch {
		case code.table.ID == TableTotal:
			return 0
		case code.code == CodeForwarded:
			return 1
		}
		return 2
	}
	of := code.family + 1 // 0: submitted
	return rank(level, kind, of == 0)*dimensionsAtMost + of
}

// rank orders the kinds of tables after the country's totals of school years.
func rank(level Level, kind Kind, submitted bool) int {
	type at struct {
		level Level
		kind  Kind
		total bool
	}
	return 1 + slices.Index([]at{
		{Region, SchoolYear, true}, {District, SchoolYear, true},
		{Country, Quarter, true}, {Region, Quarter, true}, {District, Quarter, true},
		{Country, SchoolYear, false}, {Country, Month, true}, {Country, Quarter, false},
		{Region, SchoolYear, false}, {Region, Month, true}, {Country, Month, false},
		{Region, Quarter, false}, {District, SchoolYear, false},
	}, at{level, kind, submitted})
}

// worth is how much readers lose by a cell.
func (c *cube) worth(i int) int {
	x := &c.cells[i]
	worth := map[Level]int{Country: 12, Region: 4, District: 1}[c.l.areas[x.area].Level]
	if c.l.codes[x.code].code == codeTotal {
		worth *= 5
	}
	return worth
}
