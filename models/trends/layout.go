package trends

import "slices"

// layout numbers what is counted. A stratum is one month of one place (a
// district); in each, a column counts one value of one dimension. Every
// published cell is a sum of columns over a rectangle of strata.
type layout struct {
	tables   []Table
	areas    []Area
	places   []string // ids of districts; "" last, for one that is in no table: no world puts anybody there
	areaOf   [][]int  // by place: the areas that it lies in
	families []family
	codes    []coded
	inCodes  [][]int        // by column: the codes that count it
	columnOf map[string]int // by name, "table:value"
	names    []string       // of columns
	covers   [][]bool       // by place, area: whether it lies in it
}

// family is the columns of one dimension.
type family struct {
	table   string
	columns []int
	// exclusive: each referral (or decision) counts in exactly one of them;
	// else in any number.
	exclusive bool
	decisions bool // counts decisions, not referrals
}

// coded is one value of a table as it is published.
type coded struct {
	table   Table
	code    string
	columns []int
	family  int // -1: all referrals
}

// columnN counts all referrals of a stratum.
const columnN = 0

// years has 17 periods: the school year, its quarters, its months.
const (
	monthsOfYear   = 12
	periodsOfYear  = 1 + 4 + monthsOfYear
	quartersFrom   = 1
	monthsFrom     = 5
	monthsInAShelf = 3
)

func newLayout(groups []string) (*layout, error) {
	areas, err := Areas()
	if err != nil {
		return nil, err
	}
	return layoutOf(areas, Tables(groups)), nil
}

// layoutOf makes the layout of some areas and tables.
func layoutOf(areas []Area, tables []Table) *layout {
	l := &layout{tables: tables, areas: areas, columnOf: map[string]int{}}
	l.column("n")
	for _, t := range l.tables {
		l.table(t)
	}
	l.inCodes = make([][]int, len(l.names))
	for i, c := range l.codes {
		for _, col := range c.columns {
			l.inCodes[col] = append(l.inCodes[col], i)
		}
	}
	for i, a := range areas {
		if a.Level == District {
			in := []int{i}
			for at := a; at.Parent != ""; {
				p := slices.IndexFunc(areas, func(b Area) bool { return b.Code == at.Parent })
				in, at = append(in, p), areas[p]
			}
			l.places, l.areaOf = append(l.places, a.Code), append(l.areaOf, in)
		}
	}
	l.places = append(l.places, "")
	l.areaOf = append(l.areaOf, []int{slices.IndexFunc(areas, func(a Area) bool { return a.Level == Country })})
	for place := range l.places {
		in := make([]bool, len(areas))
		for _, a := range l.areaOf[place] {
			in[a] = true
		}
		l.covers = append(l.covers, in)
	}
	return l
}

// column returns the number of a column, a new one if need be.
func (l *layout) column(name string) int {
	if i, ok := l.columnOf[name]; ok {
		return i
	}
	l.columnOf[name] = len(l.names)
	l.names = append(l.names, name)
	return l.columnOf[name]
}

// parts are the codes that are sums of others.
var parts = map[string][]string{TableUrgency + ":" + CodePressing: {CodeImmediate, "urgent"}}

func (l *layout) table(t Table) {
	if t.ID == TableTotal {
		l.codes = append(l.codes, coded{t, codeTotal, []int{columnN}, -1})
		return
	}
	if t.ID == TableDecided {
		return // with the outcomes, whose sum it is
	}
	f := family{table: t.ID, exclusive: t.ID != TableGroup && t.ID != TableFunnel, decisions: t.Measure == Outcomes}
	at := len(l.families)
	for _, code := range t.Codes {
		values := parts[t.ID+":"+code]
		if values == nil {
			values = []string{code}
		}
		var cols []int
		for _, v := range values {
			cols = append(cols, l.column(t.ID+":"+v))
		}
		l.codes = append(l.codes, coded{t, code, cols, at})
		for _, col := range cols {
			if !slices.Contains(f.columns, col) {
				f.columns = append(f.columns, col)
			}
		}
	}
	if f.decisions {
		i := slices.IndexFunc(l.tables, func(t Table) bool { return t.ID == TableDecided })
		l.codes = append(l.codes, coded{l.tables[i], codeTotal, f.columns, at})
	}
	l.families = append(l.families, f)
}

// place returns the number of a district.
func (l *layout) place(id string) int {
	if i := slices.Index(l.places, id); i >= 0 {
		return i
	}
	return len(l.places) - 1
}

// number returns the number of a period in its school year.
func (p Period) number() int {
	switch p.Kind {
	case Quarter:
		return quartersFrom + p.from/monthsInAShelf
	case Month:
		return monthsFrom + p.from
	}
	return 0
}

// around lists the numbers of the periods that a month lies in.
func around(month int) [3]int {
	return [3]int{0, quartersFrom + month/monthsInAShelf, monthsFrom + month}
}
