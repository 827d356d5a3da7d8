package charts

import (
	"slices"

	"znak/models/trends"
)

// Grid is a part as a table: all its cells, in the order of the view.
type Grid struct {
	Corner string
	Heads  []string
	Rows   []GridRow
	More   string // areas left out, of which nothing is shown; "" = none
}

// GridRow is one row of a grid.
type GridRow struct {
	Head  string
	Cells []GridCell
}

// GridCell is one figure of a grid.
type GridCell struct {
	Text   string
	Status trends.Status
}

// grid makes the table of a part.
func (w Words) grid(p *trends.Panel) *Grid {
	switch {
	case isSeries(p.ID):
		return w.crossed(p, w.T("trends.head_period"), func(c trends.Cell) (string, string) {
			period, _ := trends.ParsePeriod(c.Period) // the view's own
			return c.Period, w.Brief(period)
		}, w.column)
	case p.ID == trends.PanelDistrictGroup:
		return w.shownRows(w.crossed(p, w.T("trends.head_area"), func(c trends.Cell) (string, string) { return c.RowCode, w.Short(c.RowCode) }, w.column))
	case isComparison(p.ID):
		return w.crossed(p, w.T("trends.head_area"), func(c trends.Cell) (string, string) { return c.RowCode, w.Short(c.RowCode) }, w.column)
	}
	return w.crossed(p, w.Dimension(p.Table.ColDim), func(c trends.Cell) (string, string) { return c.Table + c.ColCode, w.step(c) },
		func(c trends.Cell) string { return w.T("trends.measure." + string(c.Measure)) })
}

// column is the head of a cell's column.
func (w Words) column(c trends.Cell) string {
	if c.ColDim == "" {
		return w.T("trends.measure." + string(c.Measure))
	}
	return w.Value(c.ColDim, c.ColCode)
}

// crossed puts cells into rows: those that follow each other with one key.
func (w Words) crossed(p *trends.Panel, corner string, row func(trends.Cell) (key, head string), column func(trends.Cell) string) *Grid {
	g := &Grid{Corner: corner}
	last := ""
	for i, c := range p.Cells {
		key, head := row(c)
		if i == 0 || key != last {
			g.Rows = append(g.Rows, GridRow{Head: head})
			last = key
		}
		if len(g.Rows) == 1 {
			g.Heads = append(g.Heads, column(c))
		}
		r := &g.Rows[len(g.Rows)-1]
		r.Cells = append(r.Cells, GridCell{w.Figure(c), c.Status})
	}
	return g
}

// shownRows leaves out the rows of which nothing is shown, and says so.
func (w Words) shownRows(g *Grid) *Grid {
	all := len(g.Rows)
	g.Rows = slices.DeleteFunc(g.Rows, func(r GridRow) bool {
		return !slices.ContainsFunc(r.Cells, func(c GridCell) bool { return c.Status == trends.Shown })
	})
	if n := all - len(g.Rows); n > 0 {
		g.More = w.names.texts.N(w.lang, "trends.chart.others", n) + ": " + w.T("trends.chart.unpublished")
	}
	return g
}
