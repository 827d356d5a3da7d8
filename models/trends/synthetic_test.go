package trends

import (
	"math/rand/v2"
	"testing"
	"time"
)

var testGroups = []string{"physical-health", "behaviour-emotional", "attendance-performance", "family-living", "movement-control-documents",
	"online-recruitment", "labour-begging-crime", "sexual-exploitation", "child-marriage", "migrant-unaccompanied", "disclosure"}

func testLayout(t testing.TB) *layout {
	t.Helper()
	l, err := newLayout(testGroups)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// invent makes the true counts of a school year of n referrals.
func invent(l *layout, seed uint64, n int) []counts {
	d := rand.New(rand.NewPCG(seed, 7))
	year := make([]counts, monthsOfYear)
	for i := range year {
		year[i] = l.newCounts()
	}
	var districts []int
	for i, id := range l.places {
		if a, err := findArea(l.areas, id); err == nil {
			for range a.Pupils / 2500 {
				districts = append(districts, i)
			}
		}
	}
	weigh := func(weights ...int) int {
		sum := 0
		for _, w := range weights {
			sum += w
		}
		at := d.IntN(sum)
		for i, w := range weights {
			if at -= w; at < 0 {
				return i
			}
		}
		return 0
	}
	for range n {
		m := weigh(10, 12, 10, 8, 6, 10, 12, 10, 10, 6, 1, 1)
		row := year[m][districts[d.IntN(len(districts))]]
		row[columnN]++
		for i := range l.families {
			f := &l.families[i]
			switch f.table {
			case TableUrgency:
				row[f.columns[weigh(5, 30, 65)]]++
			case TableAge:
				row[f.columns[weigh(8, 30, 34, 22, 2, 4)]]++
			case TableSex:
				row[f.columns[weigh(60, 37, 3)]]++
			case TableRole:
				row[f.columns[weigh(70, 30)]]++
			case TableSchool:
				row[f.columns[weigh(65, 30, 4, 1)]]++
			case TableGroup:
				for k, share := range []float64{0.3, 0.5, 0.45, 0.4, 0.1, 0.22, 0.25, 0.12, 0.1, 0.03, 0.35} {
					if d.Float64() < share && k < len(f.columns) {
						row[f.columns[k]]++
					}
				}
			case TableFunnel:
				if d.Float64() < 0.95 {
					row[f.columns[0]]++
				}
				for k, share := range []float64{0.7, 0.95, 0.6} {
					if d.Float64() > share {
						break
					}
					row[f.columns[1+k]]++
				}
			case TableOutcome:
				if d.Float64() < 0.4 {
					row[f.columns[weigh(35, 40, 20, 5)]]++
				}
			}
		}
	}
	return year
}

// closeYear closes a school year, period by period, as Releaser does.
func closeYear(t testing.TB, l *layout, year []counts, rule Rule) *cube {
	t.Helper()
	c := l.newCube()
	for i, m := range makePeriod(SchoolYear, 2024, 0).months() {
		c.setMonth(i, year[i])
		var due []Period
		for _, kind := range []Kind{Month, Quarter, SchoolYear} {
			if p := m.Within(kind); p.Last == m.Last {
				due = append(due, p)
			}
		}
		start := time.Now()
		rounds := c.release(due, rule)
		for _, p := range due {
			r := c.record(p, makePeriod(Month, 2024, 0))
			t.Logf("%-10s rounds %d cells %d shown %d small %d protecting %d not released %d, %s", p.Code, rounds, r.Cells, r.Shown, r.Small, r.Protecting, r.NotReleased, time.Since(start).Round(time.Millisecond))
		}
		c.settled()
	}
	return c
}
