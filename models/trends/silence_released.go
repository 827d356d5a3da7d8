package trends

import (
	"context"

	"znak/models"
)

// Quarters tells of each district what became of its count in the released
// quarters: Figures is a Silence. Districts are compared whoever asks, so it
// reads as the ministry does, which sees no more than what is released.
func (f *Figures) Quarters(ctx context.Context) (map[string][]QuarterStatus, error) {
	reader := models.Actor{ID: models.System().ID, Role: models.RoleMinistry}
	releases, err := f.releases(ctx, reader)
	if err != nil {
		return nil, err
	}
	var periods, districts []string
	for _, r := range releases {
		if r.Period.Kind == Quarter {
			periods = append([]string{r.Period.Code}, periods...) // the newest last
		}
	}
	for _, a := range f.areas {
		if a.Level == District {
			districts = append(districts, a.Code)
		}
	}
	cells, err := f.from.FigureCells(ctx, reader, periods, districts, []string{TableTotal})
	if err != nil {
		return nil, err
	}
	known := map[place]QuarterStatus{}
	for _, c := range cells {
		known[place{c.Period, c.Area, c.Figure, c.Code}] = QuarterStatus(c.Status)
	}
	out := map[string][]QuarterStatus{}
	for _, d := range districts {
		for _, p := range periods {
			status, ok := known[place{p, d, TableTotal, codeTotal}]
			if !ok {
				status = QuarterNotReleased
			}
			out[d] = append(out[d], status)
		}
	}
	return out, nil
}
