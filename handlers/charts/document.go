package charts

import (
	"time"

	"znak/models/trends"
)

// Document is a view for programs. docs/figures-reading.md describes it; names
// are added to it, never changed.
type Document struct {
	Format    string     `json:"format"`
	Language  string     `json:"language"`
	Query     Asked      `json:"query"`
	Address   string     `json:"address"`
	Released  bool       `json:"released"`
	AsOf      string     `json:"as_of,omitempty"`
	Threshold int        `json:"threshold"`
	Base      int        `json:"base"`
	Releases  []Released `json:"releases"`
	Panels    []Part     `json:"panels"`
	Notes     []Note     `json:"notes"`
}

// Asked is the query of a document, everything filled in.
type Asked struct {
	Period string `json:"period"`
	Area   string `json:"area"`
	By     string `json:"by,omitempty"`
	AsOf   string `json:"asof,omitempty"`
}

// Released is one release of a document.
type Released struct {
	ID         string        `json:"id"`
	Period     string        `json:"period"`
	Name       string        `json:"name"`
	Kind       string        `json:"kind"`
	First      string        `json:"first_day"`
	Last       string        `json:"last_day"`
	ReleasedAt string        `json:"released_at"`
	Threshold  int           `json:"threshold"`
	Base       int           `json:"base"`
	Record     trends.Record `json:"record"`
}

// Part is one panel of a document.
type Part struct {
	ID       string   `json:"id"`
	Title    string   `json:"title"`
	Headline string   `json:"headline,omitempty"`
	Kind     string   `json:"kind,omitempty"` // of the periods of a series
	Period   string   `json:"period,omitempty"`
	Area     string   `json:"area"`
	Climbed  string   `json:"climbed,omitempty"`
	Cells    []Figure `json:"cells"`
}

// Figure is one cell of a document.
type Figure struct {
	Release string   `json:"release"`
	Period  string   `json:"period"`
	Table   string   `json:"table"`
	RowDim  string   `json:"row_dim"`
	RowCode string   `json:"row_code"`
	RowName string   `json:"row_name"`
	ColDim  string   `json:"col_dim"`
	ColCode string   `json:"col_code"`
	ColName string   `json:"col_name"`
	Measure string   `json:"measure"`
	Value   *float64 `json:"value"` // null unless shown
	Status  string   `json:"status"`
}

// Document makes the document of a view. address is the view's permanent one.
func (w Words) Document(v *trends.View, address string) *Document {
	q := v.Query
	d := &Document{Format: "znak-figures-1", Language: string(w.lang), Query: Asked{q.Period, q.Area, q.Dimension, q.AsOf}, Address: address,
		Released: v.Released, Releases: []Released{}, Panels: []Part{}, Notes: w.Explain(v, address)}
	d.Threshold, d.Base = Rule(v)
	if v.AsOf() != 0 {
		d.AsOf = v.AsOf().Time().UTC().Format(time.RFC3339)
	}
	for _, r := range v.Releases {
		d.Releases = append(d.Releases, Released{r.ID, r.Period.Code, w.Period(r.Period), string(r.Period.Kind), r.Period.First, r.Period.Last,
			r.ReleasedAt.Time().UTC().Format(time.RFC3339), r.Threshold, r.Base, r.Record})
	}
	for _, p := range v.Panels {
		if v.Period.IsZero() {
			break // nothing is released, and nothing was asked for
		}
		d.Panels = append(d.Panels, w.part(p))
	}
	return d
}

func (w Words) part(p *trends.Panel) Part {
	out := Part{ID: string(p.ID), Title: w.title(p), Area: p.Area.Code, Climbed: string(p.Climbed), Cells: []Figure{}}
	if isSeries(p.ID) {
		out.Kind = string(p.Kind)
	} else {
		out.Period = p.Period.Code
	}
	if !p.Empty() && !isKey(p.ID) {
		out.Headline = w.headline(p)
	}
	for _, c := range p.Cells {
		f := Figure{c.Release, c.Period, c.Table, c.RowDim, c.RowCode, w.Area(c.RowCode), c.ColDim, c.ColCode, w.Value(c.ColDim, c.ColCode),
			string(c.Measure), nil, string(c.Status)}
		if c.Status == trends.Shown {
			f.Value = &c.Value
		}
		out.Cells = append(out.Cells, f)
	}
	return out
}
