package trends

import "testing"

// holds checks a world without the gate's code: every published cell looks as
// it does, and the counts are those of referrals that could be.
func holds(t *testing.T, a *attacker, x []int32, sums [][]int, r Rule) (counts []int) {
	t.Helper()
	counts = make([]int, len(a.cells))
	for i, p := range a.cells {
		for _, at := range sums[i] {
			counts[i] += int(x[at])
		}
		if lo, hi := p.between(r, false); counts[i] < lo || hi >= 0 && counts[i] > hi {
			t.Fatalf("period %d, %s, %s %s is %d in a world of the proof, and not published so", p.period, a.l.areas[p.area].Code, a.l.codes[p.code].table.ID, a.l.codes[p.code].code, counts[i])
		}
	}
	width := len(a.l.names)
	for from := 0; from < len(x); from += width {
		row := x[from : from+width]
		for _, f := range a.l.families {
			sum := int32(0)
			for i, col := range f.columns {
				above := row[columnN]
				if f.table == TableFunnel && i > 1 {
					above = row[f.columns[i-1]]
				}
				if sum += row[col]; row[col] < 0 || !f.exclusive && row[col] > above {
					t.Fatalf("a world of the proof has %d of %s", row[col], a.l.names[col])
				}
			}
			if f.exclusive && !f.decisions && sum != row[columnN] {
				t.Fatalf("a world of the proof has %d referrals and %d of %s", row[columnN], sum, f.table)
			}
		}
	}
	return counts
}

// proven checks every world that the gate found against everything published,
// and counts the small cells, and those that have too few values in them.
func proven(t *testing.T, c *cube, r Rule) (small, unproven int) {
	t.Helper()
	a := &attacker{l: c.l, months: monthsOfYear, cells: publish(c)}
	sums := make([][]int, len(a.cells))
	for i, p := range a.cells {
		sums[i] = a.places(p)
	}
	values := make([]map[int]bool, len(a.cells))
	for i := range values {
		values[i] = map[int]bool{}
	}
	for _, w := range append(c.witnesses, witness{}) { // the truth, too
		x := append([]int32(nil), c.x...)
		for _, s := range w.steps {
			x[s.at] += s.delta
		}
		for i, n := range holds(t, a, x, sums, r) {
			values[i][n] = true
		}
	}
	for i, p := range a.cells {
		if p.small {
			if small++; len(values[i]) < r.Threshold-1 {
				unproven++
			}
		}
	}
	return small, unproven
}
