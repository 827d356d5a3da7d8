package trends

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// published is what an attacker has: every cell of every release, and the rule.
// So as to be stronger than anybody outside, this one is also told which hidden
// cells are small, and which were hidden to protect others.
type published struct {
	period, area, code int
	status             Status
	value              int32
	small              bool
}

// publish lists a cube's cells as they are published.
func publish(c *cube) (out []published) {
	for i := range c.cells {
		if x := &c.cells[i]; x.status != NotReleased {
			out = append(out, published{x.period, x.area, x.code, x.status, x.value, x.status == Hidden && !x.protecting})
		}
	}
	return out
}

// between is what the rule says of a cell; it is written without the gate's.
func (p published) between(r Rule, exact bool) (lo, hi int) {
	v := int(p.value)
	switch {
	case p.status == Shown && exact:
		return v, v
	case p.status == Shown:
		lo, hi = v, v
		for (lo-1+r.Base/2)/r.Base*r.Base == v && lo-1 >= r.Threshold {
			lo--
		}
		for (hi+1+r.Base/2)/r.Base*r.Base == v {
			hi++
		}
		return lo, hi
	case p.small:
		return 0, r.Threshold - 1
	}
	return r.Threshold, -1 // no upper bound
}

// attacker holds everything published as a linear program over the counts that
// nobody published: one variable for each column of each stratum.
type attacker struct {
	l      *layout
	months int
	cells  []published
	rows   strings.Builder
	dir    string
}

func (a *attacker) variable(month, place, col int) string {
	return fmt.Sprintf("x%d", (month*len(a.l.places)+place)*len(a.l.names)+col)
}

// places are the unpublished counts whose sum a cell is.
func (a *attacker) places(p published) (out []int) {
	from, until := 0, 12
	switch {
	case p.period >= 5:
		from, until = p.period-5, p.period-4
	case p.period >= 1:
		from, until = 3*(p.period-1), 3*p.period
	}
	for m := from; m < min(until, a.months); m++ {
		for place, areas := range a.l.areaOf {
			for _, area := range areas {
				if area == p.area {
					for _, col := range a.l.codes[p.code].columns {
						out = append(out, (m*len(a.l.places)+place)*len(a.l.names)+col)
					}
				}
			}
		}
	}
	return out
}

// terms are the variables whose sum a cell is.
func (a *attacker) terms(p published) (out []string) {
	for _, at := range a.places(p) {
		out = append(out, fmt.Sprintf("x%d", at))
	}
	return out
}

func newAttacker(t *testing.T, l *layout, months int, cells []published, r Rule, exact bool) *attacker {
	t.Helper()
	a := &attacker{l: l, months: months, cells: cells, dir: t.TempDir()}
	for _, p := range cells {
		lo, hi := p.between(r, exact)
		sum := strings.Join(a.terms(p), " + ")
		fmt.Fprintf(&a.rows, " %s >= %d\n", sum, lo)
		if hi >= 0 {
			fmt.Fprintf(&a.rows, " %s <= %d\n", sum, hi)
		}
	}
	for m := range months {
		for place := range l.places {
			n := a.variable(m, place, columnN)
			if l.places[place] == "" { // every school lies in a district
				for col := range l.names {
					fmt.Fprintf(&a.rows, " %s = 0\n", a.variable(m, place, col))
				}
			}
			for _, f := range l.families {
				if f.decisions {
					continue
				}
				var sum []string
				for _, col := range f.columns {
					sum = append(sum, a.variable(m, place, col))
				}
				if f.exclusive {
					fmt.Fprintf(&a.rows, " %s - %s = 0\n", strings.Join(sum, " + "), n)
					continue
				}
				for i, x := range sum {
					above := n
					if f.table == TableFunnel && i > 1 { // forwarded, received, outcome
						above = sum[i-1]
					}
					fmt.Fprintf(&a.rows, " %s - %s <= 0\n", x, above)
				}
			}
		}
	}
	return a
}

// bound solves for the least or the most that a sum can be.
func (a *attacker) bound(t *testing.T, sense string, terms []string) int {
	t.Helper()
	var model bytes.Buffer
	fmt.Fprintf(&model, "%s\n obj: %s\nSubject To\n%sGenerals\n", sense, strings.Join(terms, " + "), a.rows.String())
	for i := range a.months * len(a.l.places) * len(a.l.names) {
		fmt.Fprintf(&model, " x%d\n", i)
	}
	model.WriteString("End\n")
	in, out := filepath.Join(a.dir, "m.lp"), filepath.Join(a.dir, "m.out")
	if err := os.WriteFile(in, model.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	if text, err := exec.Command("glpsol", "--lp", in, "-w", out, "--tmlim", "60", "--intopt", "--cuts").CombinedOutput(); err != nil {
		t.Fatalf("glpsol: %v\n%s", err, text)
	}
	text, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(string(text), "\n") { // s mip ROWS COLUMNS STATUS VALUE
		if f := strings.Fields(line); len(f) == 6 && f[0] == "s" && f[1] == "mip" {
			v, err := strconv.ParseFloat(f[5], 64)
			if f[4] == "u" && sense == "Maximize" || f[4] == "u" && err == nil {
				t.Fatalf("unbounded or undefined: %s", line)
			}
			if f[4] != "o" || err != nil {
				t.Fatalf("not solved: %s", line)
			}
			return int(v + 0.5)
		}
	}
	t.Fatalf("no solution:\n%s", text)
	return 0
}

// narrowed counts the small cells of which the attacker leaves fewer than
// threshold-1 values; it looks at one in every so many.
func (a *attacker) narrowed(t *testing.T, r Rule, every int) (looked, fell int) {
	t.Helper()
	for i, p := range a.cells {
		if !p.small || i%every != 0 {
			continue
		}
		terms := a.terms(p)
		lo := a.bound(t, "Minimize", terms)
		hi := a.bound(t, "Maximize", terms)
		looked++
		if hi-lo+1 < r.Threshold-1 {
			fell++
			t.Logf("period %d, %s, %s %s: %d to %d", p.period, a.l.areas[p.area].Code, a.l.codes[p.code].table.ID, a.l.codes[p.code].code, lo, hi)
		}
	}
	return looked, fell
}

// needGlpsol skips a test where there is no attacker; the gate has one.
func needGlpsol(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("glpsol"); err != nil {
		if os.Getenv("ZNAK_GATE") != "" {
			t.Fatal("glpsol is missing: install glpk-utils")
		}
		t.Skip("NO ATTACKER: glpsol is missing (Debian: glpk-utils). Nothing is proven here.")
	}
}

// smallLayout is a country of five districts in three macro-regions.
func smallLayout(t *testing.T, tables ...string) *layout {
	t.Helper()
	areas, err := Areas()
	if err != nil {
		t.Fatal(err)
	}
	keep := map[string]bool{CountryCode: true, "r-beograd": true, "r-vojvodina": true, "r-jug-istok": true,
		"beograd": true, "novi-sad": true, "sombor": true, "nis": true, "zajecar": true}
	var some []Area
	for _, a := range areas {
		if keep[a.Code] {
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

// TestTheAttackerNarrowsNothing closes school years of all sizes and attacks
// everything published together; with exact figures the same attacker succeeds.
func TestTheAttackerNarrowsNothing(t *testing.T) {
	needGlpsol(t)
	for i, c := range []struct {
		n      int
		every  int
		tables []string
	}{
		{20, 4, []string{TableTotal, TableSex, TableGroup}},
		{200, 12, []string{TableTotal, TableUrgency, TableGroup}},
		{200, 12, []string{TableTotal, TableDecided, TableOutcome}},
		{2000, 6, []string{TableTotal, TableSex, TableFunnel}},
		{20000, 1, []string{TableTotal, TableAge, TableGroup}},
	} {
		t.Run(fmt.Sprint(c.n, c.tables), func(t *testing.T) {
			l := smallLayout(t, c.tables...)
			cube := closeYear(t, l, invent(l, uint64(i)+1, c.n), DefaultRule)
			looked, fell := newAttacker(t, l, monthsOfYear, publish(cube), DefaultRule, false).narrowed(t, DefaultRule, c.every)
			t.Logf("%d small cells attacked", looked)
			if fell > 0 {
				t.Errorf("the attacker narrows %d of %d small cells", fell, looked)
			}
		})
	}
}
