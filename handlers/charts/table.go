package charts

import (
	"fmt"

	"znak/locales"
	"znak/models/export"
	"znak/models/trends"
)

// columns are those of every file of figures.
var columns = []string{"release", "period", "table", "row_dim", "row_code", "row_name", "col_dim", "col_code", "col_name", "measure", "value", "status"}

// Table is every cell of a view, each once, in the order of the page.
func (w Words) Table(v *trends.View) export.Table {
	t := export.Table{Name: w.T("trends.sheet"), Columns: columns, Widths: []float64{26, 14, 14, 9, 18, 34, 14, 22, 34, 12, 10, 14}}
	seen := map[trends.Cell]bool{}
	for _, p := range v.Panels {
		for _, c := range p.Cells {
			if !seen[c] && !v.Period.IsZero() { // without any release there is no period
				seen[c] = true
				t.Rows = append(t.Rows, w.line(c))
			}
		}
	}
	return t
}

func (w Words) line(c trends.Cell) []any {
	var value any
	if c.Status == trends.Shown {
		value = c.Value
	}
	return []any{c.Release, c.Period, c.Table, c.RowDim, c.RowCode, w.Area(c.RowCode), c.ColDim, c.ColCode, w.Value(c.ColDim, c.ColCode),
		string(c.Measure), value, string(c.Status)}
}

// Notes are what a reader of a file must know: what the figures are, by what
// rule, of when, how to cite them and under which licence.
func (w Words) Notes(v *trends.View, address string) export.Table {
	t := export.Table{Name: w.T("trends.notes"), Columns: []string{w.T("trends.notes_what"), w.T("trends.notes_text")}, Widths: []float64{34, 110}}
	for _, n := range w.Explain(v, address) {
		t.Rows = append(t.Rows, []any{n.Name, n.Text})
	}
	seen := map[string]bool{}
	for _, p := range v.Panels {
		if id := p.Table.ID; !seen[id] {
			seen[id] = true
			t.Rows = append(t.Rows, []any{id, w.T("trends.def." + id)})
		}
	}
	for _, m := range []trends.Measure{trends.Referrals, trends.Outcomes, trends.Rate, trends.Change} {
		t.Rows = append(t.Rows, []any{string(m), w.T("trends.def_measure." + string(m))})
	}
	for _, s := range []trends.Status{trends.Shown, trends.Hidden, trends.NotReleased} {
		t.Rows = append(t.Rows, []any{string(s), w.T("trends.def_status." + string(s))})
	}
	return t
}

// Note is one thing that a reader must know.
type Note struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// Explain says of what, of when and by what rule the figures are. address is
// the view's permanent one.
func (w Words) Explain(v *trends.View, address string) []Note {
	threshold, base := Rule(v)
	asof := w.T("trends.notes_none")
	if v.AsOf() != 0 {
		asof = locales.Date(w.lang, v.AsOf().Time())
	}
	return []Note{
		{w.T("trends.notes_asked"), w.T("trends.place", "Period", w.Period(v.Period), "Area", w.Area(v.Area.Code))},
		{w.T("trends.notes_asof"), asof},
		{w.T("trends.notes_rule"), w.T("trends.rule", "Threshold", threshold, "Base", base)},
		{w.T("trends.notes_rate"), w.T("trends.rate_text", "Year", fmt.Sprintf("%s/%s", trends.PupilsYear[:4], trends.PupilsYear[5:]))},
		{w.T("trends.notes_frozen"), w.T("trends.frozen_text")},
		{w.T("trends.notes_address"), address},
		{w.T("trends.notes_cite"), w.T("trends.cite_text", "Period", w.Period(v.Period), "Area", w.Area(v.Area.Code), "Date", asof, "Address", address)},
		{w.T("trends.notes_licence"), w.T("trends.licence_text")},
	}
}

// Rule is the threshold and the base of the view's releases: the strictest.
func Rule(v *trends.View) (threshold, base int) {
	for _, r := range v.Releases {
		threshold, base = max(threshold, r.Threshold), max(base, r.Base)
	}
	return threshold, base
}
