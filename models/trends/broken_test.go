package trends

import (
	"testing"

	"pgregory.net/rapid"
)

// single is a country of two districts in one month, with totals and sex for
// the school year: small enough to enumerate.
func single(t *testing.T, tables ...string) *layout {
	t.Helper()
	areas, err := Areas()
	if err != nil {
		t.Fatal(err)
	}
	var some []Area
	for _, a := range areas {
		switch a.Code {
		case CountryCode, "r-jug-istok", "nis", "zajecar", "leskovac", "pozarevac":
			some = append(some, a)
		}
	}
	var chosen []Table
	for _, table := range Tables(testGroups[:2]) {
		for _, id := range tables {
			if table.ID == id {
				chosen = append(chosen, table)
			}
		}
	}
	return layoutOf(some, chosen)
}

// oneMonth is a year whose first month has these counts by place, of sex or in
// all, and nothing else.
func oneMonth(l *layout, rows ...[]int32) []counts {
	year := make([]counts, monthsOfYear)
	for i := range year {
		year[i] = l.newCounts()
	}
	for place, row := range rows {
		for i, n := range row {
			year[0][place][columnN] += n
			if len(l.families) > 0 {
				year[0][place][l.families[0].columns[i]] = n
			}
		}
	}
	return year
}

// asTheRuleAlone publishes without the gate.
func asTheRuleAlone(l *layout, year []counts, months int) *cube {
	c := l.newCube()
	for i := range months {
		c.setMonth(i, year[i])
	}
	c.propose(makePeriod(SchoolYear, 2024, 0), DefaultRule)
	return c
}

var adversarial = []struct {
	name   string
	tables []string
	rows   [][]int32
}{
	{"nine and nine of eighteen", []string{TableTotal, TableSex}, [][]int32{{9, 9, 0}}},
	{"four districts of five", []string{TableTotal}, [][]int32{{5}, {5}, {5}, {5}}},
	{"one beside a shown one", []string{TableTotal, TableSex}, [][]int32{{28, 2, 0}}},
	{"a lonely zero", []string{TableTotal, TableSex}, [][]int32{{20, 20, 0}}},
	{"margins at their edges", []string{TableTotal, TableSex}, [][]int32{{17, 9, 17}, {12, 0, 17}}},
}

// TestAdversarialTables holds the gate to tables that the rule alone gives away.
func TestAdversarialTables(t *testing.T) {
	needGlpsol(t)
	gave := 0
	for _, a := range adversarial {
		t.Run(a.name, func(t *testing.T) {
			l := single(t, a.tables...)
			year := oneMonth(l, a.rows...)
			c := asTheRuleAlone(l, year, 1)
			_, fell := newAttacker(t, l, 1, publish(c), DefaultRule, false).narrowed(t, DefaultRule, 1)
			gave += fell
			c.gate(true)
			if _, fell := newAttacker(t, l, 1, publish(c), DefaultRule, false).narrowed(t, DefaultRule, 1); fell > 0 {
				t.Errorf("after the gate the attacker still narrows %d counts", fell)
			}
		})
	}
	if gave == 0 {
		t.Error("none of these tables needs the gate: they test nothing")
	}
}

// TestExactTotalsLetTheAttackerIn: the attacker is worth something.
func TestExactTotalsLetTheAttackerIn(t *testing.T) {
	needGlpsol(t)
	l := single(t, TableTotal, TableSex)
	c := asTheRuleAlone(l, oneMonth(l, []int32{31, 4, 0}, []int32{22, 7, 1}), 1)
	if _, fell := newAttacker(t, l, 1, publish(c), DefaultRule, true).narrowed(t, DefaultRule, 1); fell == 0 {
		t.Error("with exact totals the attacker finds nothing: it is blind")
	}
}

// enumerate counts the values that a cell takes over every table that would be
// published alike. It knows nothing of linear programs.
func enumerate(l *layout, cells []published, target int) (least, most int) {
	columns := l.families[0].columns
	type slot struct{ place, col int }
	var slots []slot
	for place := range 2 {
		for _, col := range columns {
			slots = append(slots, slot{place, col})
		}
	}
	sums := make([]int, len(cells))
	bears := make([][]int, len(slots))
	lo, hi := make([]int, len(cells)), make([]int, len(cells))
	for i, p := range cells {
		lo[i], hi[i] = p.between(DefaultRule, false)
		if hi[i] < 0 {
			hi[i] = 1 << 20
		}
		for k, s := range slots {
			in := false
			for _, a := range l.areaOf[s.place] {
				in = in || a == p.area
			}
			for _, col := range l.codes[p.code].columns {
				if in && (col == s.col || col == columnN) {
					bears[k] = append(bears[k], i)
				}
			}
		}
	}
	least, most = 1<<20, -1
	var walk func(k int)
	walk = func(k int) {
		if k == len(slots) {
			for i := range cells {
				if sums[i] < lo[i] {
					return
				}
			}
			least, most = min(least, sums[target]), max(most, sums[target])
			return
		}
		for n := 0; n <= 24; n++ {
			fits := true
			for _, i := range bears[k] {
				sums[i] += n
				fits = fits && sums[i] <= hi[i]
			}
			if fits {
				walk(k + 1)
			}
			for _, i := range bears[k] {
				sums[i] -= n
			}
			if !fits {
				break
			}
		}
	}
	walk(0)
	return least, most
}

// twoDistricts is single with the two districts that enumerate can bear.
func twoDistricts(t *testing.T) *layout {
	l := single(t, TableTotal, TableSex)
	var areas []Area
	for _, a := range l.areas {
		if a.Code != "leskovac" && a.Code != "pozarevac" {
			areas = append(areas, a)
		}
	}
	return layoutOf(areas, l.tables)
}

// TestTheAttackerIsAsGoodAsEnumeration holds its bounds to those of counting
// every table, on tables small enough for that; and the gate to both.
func TestTheAttackerIsAsGoodAsEnumeration(t *testing.T) {
	needGlpsol(t)
	l := twoDistricts(t)
	checks := 0
	rapid.Check(t, func(r *rapid.T) {
		if checks++; checks > 12 {
			return
		}
		row := func(name string) []int32 {
			return rapid.SliceOfN(rapid.Int32Range(0, 12), 3, 3).Draw(r, name)
		}
		c := asTheRuleAlone(l, oneMonth(l, row("one"), row("two")), 1)
		c.gate(true)
		cells := publish(c)
		a := newAttacker(t, l, 1, cells, DefaultRule, false)
		looked := 0
		for i, p := range cells {
			if !p.small {
				continue
			}
			least, most := enumerate(l, cells, i)
			if most-least+1 < DefaultRule.Threshold-1 {
				r.Errorf("cell %d: enumeration leaves %d to %d", i, least, most)
			}
			if looked++; looked > 3 {
				continue
			}
			if lo, hi := a.bound(t, "Minimize", a.terms(p)), a.bound(t, "Maximize", a.terms(p)); lo != least || hi != most {
				r.Errorf("cell %d: the attacker finds %d to %d, enumeration %d to %d", i, lo, hi, least, most)
			}
		}
	})
}
