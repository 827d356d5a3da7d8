package trends

import (
	"fmt"
	"testing"
)

// tally says of the cells of a kind of period, or of all, how many are shown,
// small, hidden to protect others, and taken out.
func tally(c *cube, kind Kind) string {
	var n [4]int
	for i := range c.cells {
		x := &c.cells[i]
		switch {
		case kindOf(x.period) != kind:
		case x.status == Shown:
			n[0]++
		case x.status == NotReleased:
			n[3]++
		case x.protecting:
			n[2]++
		default:
			n[1]++
		}
	}
	return fmt.Sprintf("%s %d/%d/%d/%d", kind, n[0], n[1], n[2], n[3])
}

// yearShown checks the country's school year: its referrals are always shown,
// as the rule alone has them.
func yearShown(t *testing.T, c *cube) {
	t.Helper()
	for i, code := range c.l.codes {
		if code.table.ID != TableTotal {
			continue
		}
		for a, area := range c.l.areas {
			if x := c.find(0, a, i); area.Level == Country && (x.status != Shown || x.value != (x.count+2)/5*5) {
				t.Errorf("%d referrals of the country's school year are %s, %d", x.count, x.status, x.value)
			}
		}
	}
}

// TestACountrysYear closes the year of a whole country with every table, by the
// full rule: the country's year is shown, and every proof stands up to a check
// that shares no code with the search.
func TestACountrysYear(t *testing.T) {
	l := testLayout(t)
	volumes := []int{20, 200, 700, 2000, 20000}
	if racing {
		volumes = volumes[:1]
	}
	for _, n := range volumes {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			c := closeYear(t, l, invent(l, 2, n), DefaultRule)
			yearShown(t, c)
			small, unproven := proven(t, c, DefaultRule)
			if unproven > 0 || small == 0 {
				t.Errorf("of %d small counts %d are not proven safe", small, unproven)
			}
			t.Logf("shown/small/protecting/not made: %s, %s, %s; %d worlds", tally(c, SchoolYear), tally(c, Quarter), tally(c, Month), len(c.witnesses))
		})
	}
}

// TestTheCountrysYearIsShown is the same for more countries, with some of the
// tables, for time.
func TestTheCountrysYearIsShown(t *testing.T) {
	areas, err := Areas()
	if err != nil {
		t.Fatal(err)
	}
	var some []Table
	for _, table := range Tables(testGroups[:4]) {
		if table.ID == TableTotal || table.ID == TableSex || table.ID == TableGroup {
			some = append(some, table)
		}
	}
	l := layoutOf(areas, some)
	volumes, seeds := []int{20, 200, 700, 2000, 20000}, uint64(4)
	if racing {
		volumes, seeds = []int{200, 700}, 1
	}
	for _, n := range volumes {
		for seed := uint64(2); seed < 2+seeds; seed++ {
			year := invent(l, seed, n)
			c := closeYear(quiet{t}, l, year, DefaultRule)
			yearShown(t, c)
			if _, unproven := proven(t, c, DefaultRule); unproven > 0 {
				t.Errorf("%d a year, seed %d: %d small counts are not proven safe", n, seed, unproven)
			}
		}
	}
}

// quiet is a test whose closings are not logged.
type quiet struct{ testing.TB }

func (quiet) Logf(string, ...any) {}
