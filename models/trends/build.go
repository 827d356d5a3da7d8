package trends

import (
	"context"
	"math"
	"slices"

	"znak/models"
)

// View is as Reader has it.
func (f *Figures) View(ctx context.Context, a models.Actor, q Query) (*View, error) {
	b, err := f.begin(ctx, a, q)
	if err != nil {
		return nil, err
	}
	if err := b.load(ctx, f.from, a); err != nil {
		return nil, err
	}
	for _, id := range Panels {
		if p := b.panel(id); p != nil {
			b.view.Panels = append(b.view.Panels, p)
		}
	}
	b.cite()
	return b.view, nil
}

// builder makes one view.
type builder struct {
	view     *View
	areas    []Area // that the reader may see
	tables   map[string]Table
	releases map[string]*Release // by code of period
	newest   []*Release
	cells    map[place]models.FigureCell
}

// place is what a frozen cell is of.
type place struct{ period, area, table, code string }

func (f *Figures) begin(ctx context.Context, a models.Actor, q Query) (*builder, error) {
	if err := q.check(); err != nil {
		return nil, err
	}
	c, err := f.Catalogue(ctx, a)
	if err != nil {
		return nil, err
	}
	if q.AsOf != "" {
		c.Releases = slices.DeleteFunc(c.Releases, func(r *Release) bool { return asOf(r) > q.AsOf })
	}
	for _, r := range c.Releases {
		q.AsOf = max(q.AsOf, asOf(r))
	}
	b := &builder{areas: c.Areas, tables: map[string]Table{}, releases: map[string]*Release{}, newest: c.Releases, cells: map[place]models.FigureCell{}}
	for _, t := range f.tables {
		b.tables[t.ID] = t
	}
	for _, r := range c.Releases {
		b.releases[r.Period.Code] = r
	}
	area := c.Areas[0]
	if q.Area != "" {
		if area, err = findArea(c.Areas, q.Area); err != nil {
			return nil, err
		}
	}
	period := b.latest(SchoolYear)
	if q.Period != "" {
		if period, err = ParsePeriod(q.Period); err != nil {
			return nil, err
		}
	}
	q.Period, q.Area = period.Code, area.Code
	b.view = &View{Query: q, Period: period, Area: area, Released: b.releases[period.Code] != nil}
	return b, nil
}

// asOf is when a release was made, as Query has it.
func asOf(r *Release) string { return r.ReleasedAt.Time().UTC().Format(asOfForm) }

// latest is the newest released period of a kind, or of any if there is none.
func (b *builder) latest(kind Kind) Period {
	for _, r := range b.newest {
		if r.Period.Kind == kind {
			return r.Period
		}
	}
	if len(b.newest) > 0 {
		return b.newest[0].Period
	}
	return Period{}
}

// climbing lists the periods to try, the one asked for first, then longer ones,
// then the newest school year.
func (b *builder) climbing() []Period {
	var out []Period
	for i := len(Kinds) - 1; i >= 0 && !b.view.Period.IsZero(); i-- {
		if kind := Kinds[i]; kind.length() >= b.view.Period.Kind.length() {
			out = append(out, b.view.Period.Within(kind))
		}
	}
	if last := b.latest(SchoolYear); !last.IsZero() && !slices.ContainsFunc(out, func(p Period) bool { return p.Code == last.Code }) {
		out = append(out, last)
	}
	return out
}

// widening lists the areas to try, the one asked for first, then those around it.
func (b *builder) widening() []Area {
	out := []Area{b.view.Area}
	for at := b.view.Area; at.Parent != ""; out = append(out, at) {
		next, err := findArea(b.areas, at.Parent)
		if err != nil {
			break
		}
		at = next
	}
	return out
}

// cell returns a frozen cell, or one that says it was not released.
func (b *builder) cell(p Period, area Area, t Table, code string) Cell {
	out := Cell{Period: p.Code, Table: t.ID, RowDim: "area", RowCode: area.Code, ColDim: t.ColDim, ColCode: code, Measure: t.Measure, Status: NotReleased}
	if got, ok := b.cells[place{p.Code, area.Code, t.ID, code}]; ok {
		out.Release, out.Status, out.Value = got.ReleaseID, Status(got.Status), float64(got.Value)
	}
	return out
}

// change is the change from a cell to the same a year later, from what is
// shown. To a period in which the portal did not work from its first month on
// nothing is compared.
func (b *builder) change(p Period, now, before Cell) Cell {
	out := now
	out.Measure, out.Value, out.Status = Change, 0, worse(now.Status, before.Status)
	if r := b.releases[p.YearBefore().Code]; r == nil || r.Record.Months < p.Kind.length() {
		out.Status = NotReleased
	}
	if out.Status == Shown {
		out.Value = math.Round((now.Value-before.Value)/before.Value*1000) / 10
	}
	return out
}

// rate is a count per 10,000 pupils.
func rate(c Cell, area Area) Cell {
	c.Measure = Rate
	if area.Pupils == 0 {
		c.Status = NotReleased
	}
	if c.Status != Shown {
		c.Value = 0
		return c
	}
	c.Value = math.Round(c.Value*10000/float64(area.Pupils)*10) / 10
	return c
}

// worse is what may be known of a figure made of two.
func worse(x, y Status) Status {
	for _, s := range []Status{NotReleased, Hidden} {
		if x == s || y == s {
			return s
		}
	}
	return Shown
}
