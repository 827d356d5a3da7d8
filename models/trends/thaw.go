package trends

import (
	"context"
	"fmt"

	"znak/models"
)

// frozen is the cube of a school year as it is published now.
func (r *Releaser) frozen(ctx context.Context, p *past, year int) (*cube, error) {
	c := r.layout.newCube()
	c.year = year
	y := makePeriod(SchoolYear, year, 0)
	var codes, areas, tables []string
	for _, m := range y.months() {
		if t := p.truth[m.Code]; t != nil {
			c.setMonth(m.from, t)
		}
		codes = append(codes, m.Code, m.Within(Quarter).Code, y.Code)
	}
	for _, a := range r.layout.areas {
		areas = append(areas, a.Code)
	}
	for _, t := range r.layout.tables {
		tables = append(tables, t.ID)
	}
	rows, err := r.Store.FigureCells(ctx, r.by(), codes, areas, tables)
	if err != nil {
		return nil, err
	}
	return c, c.thaw(p, rows)
}

// thaw puts released cells in.
func (c *cube) thaw(p *past, rows []models.FigureCell) error {
	areas, codes := map[string]int{}, map[[2]string]int{}
	for i, a := range c.l.areas {
		areas[a.Code] = i
	}
	for i, code := range c.l.codes {
		codes[[2]string{code.table.ID, code.code}] = i
	}
	for _, row := range rows {
		period, err := ParsePeriod(row.Period)
		release, ok := p.released[row.Period]
		if !ok {
			continue // another program released it a moment ago: this one's will clash
		}
		area, known := areas[row.Area]
		code, counted := codes[[2]string{row.Figure, row.Code}]
		if err != nil || release.ID != row.ReleaseID || !known || !counted {
			return fmt.Errorf("release of %s: a cell of %s, %s has no place any more", row.Period, row.Figure, row.Area)
		}
		x := Rule{release.Threshold, release.Base}.cell(period.number(), area, code, c.sum(period.number(), area, code))
		x.fresh = false
		if x.status == Shown && (row.Status != string(Shown) || int64(x.value) != row.Value) {
			if row.Status == string(Shown) {
				return fmt.Errorf("release of %s: a cell of %s, %s is not what its counts make it: it was altered", row.Period, row.Figure, row.Area)
			}
			x.protecting = true
		}
		c.add(x)
	}
	for i := range c.cells {
		if x := &c.cells[i]; x.protecting {
			c.hide(x)
		}
	}
	return nil
}
