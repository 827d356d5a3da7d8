package trends

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"znak/models"
)

// Frozen is where released cells are read: the store, which gives each reader
// those that are the reader's and knows nothing but releases.
type Frozen interface {
	// FigureReleases returns every release, without what is sealed.
	FigureReleases(ctx context.Context, a models.Actor) ([]models.FigureRelease, error)
	// FigureCells returns the cells of some periods, areas and tables.
	FigureCells(ctx context.Context, a models.Actor, periods, areas, tables []string) ([]models.FigureCell, error)
}

// Figures reads released figures. It is safe for use by many at once.
type Figures struct {
	from   Frozen
	areas  []Area
	tables []Table
}

// NewFigures makes the reader of what from holds. groups are the ids of the
// sign groups of every checklist.
func NewFigures(from Frozen, groups []string) (*Figures, error) {
	areas, err := Areas()
	if err != nil {
		return nil, err
	}
	return &Figures{from: from, areas: areas, tables: Tables(groups)}, nil
}

// Catalogue is as Reader has it.
func (f *Figures) Catalogue(ctx context.Context, a models.Actor) (*Catalogue, error) {
	areas := f.visible(a)
	if len(areas) == 0 {
		return nil, models.ErrNotFound
	}
	releases, err := f.releases(ctx, a)
	if err != nil {
		return nil, err
	}
	return &Catalogue{Releases: releases, Areas: areas, Tables: f.tables}, nil
}

// visible lists the areas that the reader may see; the store holds every query
// to the same.
func (f *Figures) visible(a models.Actor) []Area {
	switch {
	case a.Role == models.RoleMinistry, a.Role == models.RoleCoordinator && a.DistrictID == models.NationalDesk:
		return f.areas
	case a.Role == models.RoleCoordinator:
		if own, err := findArea(f.areas, a.DistrictID); err == nil {
			return []Area{own}
		}
	}
	return nil
}

func (f *Figures) releases(ctx context.Context, a models.Actor) ([]*Release, error) {
	rows, err := f.from.FigureReleases(ctx, a)
	if err != nil {
		return nil, err
	}
	var out []*Release
	for _, row := range rows {
		p, err := ParsePeriod(row.Period)
		if err != nil {
			return nil, fmt.Errorf("release %s: no period %s", row.ID, row.Period)
		}
		r := &Release{ID: row.ID, Period: p, ReleasedAt: row.ReleasedAt, Threshold: row.Threshold, Base: row.Base}
		if err := json.Unmarshal([]byte(row.Record), &r.Record); err != nil {
			return nil, fmt.Errorf("record of release %s: %w", row.ID, err)
		}
		out = append(out, r)
	}
	slices.SortFunc(out, func(x, y *Release) int {
		return cmp.Or(-cmp.Compare(x.Period.Last, y.Period.Last), cmp.Compare(x.Period.First, y.Period.First))
	})
	return out, nil
}
