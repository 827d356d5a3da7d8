package trends

import (
	"cmp"
	"context"
	"slices"

	"znak/models"
)

// load reads every cell that any panel may show: all tables of the periods and
// areas to climb to, the areas side by side, and the series.
func (b *builder) load(ctx context.Context, from Frozen, a models.Actor) error {
	if len(b.newest) == 0 {
		return nil
	}
	var near, all, around, every []string
	for _, p := range b.climbing() {
		near = append(near, p.Code, p.YearBefore().Code)
	}
	for _, r := range b.newest {
		all = append(all, r.Period.Code)
	}
	for _, area := range b.widening() {
		around = append(around, area.Code)
	}
	for _, area := range b.areas {
		every = append(every, area.Code)
	}
	var tables []string
	for id := range b.tables {
		tables = append(tables, id)
	}
	slices.Sort(tables)
	for _, part := range []struct{ periods, areas, tables []string }{
		{near, around, tables},
		{near, every, []string{TableTotal, TableGroup}},
		{all, around, slices.Compact([]string{TableOutcome, b.seriesTable()})},
	} {
		cells, err := from.FigureCells(ctx, a, part.periods, part.areas, part.tables)
		if err != nil {
			return err
		}
		for _, c := range cells {
			if r := b.releases[c.Period]; r != nil && r.ID == c.ReleaseID {
				b.cells[place{c.Period, c.Area, c.Figure, c.Code}] = c
			}
		}
	}
	return nil
}

// seriesTable is the table whose cells the series show.
func (b *builder) seriesTable() string { return cmp.Or(b.view.Query.Dimension, TableTotal) }
