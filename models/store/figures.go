package store

import (
	"context"

	"gorm.io/gorm"

	"znak/models"
)

// figures scopes a query on released figures: the ministry and the national
// desk read every area, other coordinators their own district's cells, the
// portal and its operator what a release is made from. Nobody else reads any.
func figures(db *gorm.DB, a models.Actor) *gorm.DB {
	switch {
	case a.Role == models.RoleMinistry, releases(a), a.Role == models.RoleCoordinator && a.DistrictID == models.NationalDesk:
		return db
	case a.Role == models.RoleCoordinator:
		return db.Where("release_cells.area = ?", a.DistrictID)
	}
	return db.Where(nobody)
}

// releases says whether the actor makes releases.
func releases(a models.Actor) bool {
	return a.Role == models.RoleSystem || a.Role == models.RoleOperator
}

// FigureReleases returns every release, the oldest first, without what is
// sealed in it. The ministry, coordinators, the portal and its operator may
// call it; others get models.ErrNotFound.
func (r *reader) FigureReleases(ctx context.Context, a models.Actor) (out []models.FigureRelease, err error) {
	if a.Role != models.RoleMinistry && a.Role != models.RoleCoordinator && !releases(a) {
		return nil, models.ErrNotFound
	}
	err = r.db.WithContext(ctx).Omit("truth").Order("released_at, last_day, first_day DESC").Find(&out).Error
	return out, fault(err)
}

// FigureCells returns the cells of some periods, areas and tables that the
// actor may see: none to whoever may not.
func (r *reader) FigureCells(ctx context.Context, a models.Actor, periods, areas, tables []string) (out []models.FigureCell, err error) {
	rows, err := figures(r.db.WithContext(ctx).Table("release_cells"), a).Select("release_id", "period", "area", "figure", "code", "status", "value").
		Where("area IN ? AND figure IN ? AND period IN ?", areas, tables, periods).Rows()
	if err != nil {
		return nil, fault(err)
	}
	defer rows.Close()
	for rows.Next() {
		var c models.FigureCell
		if err := rows.Scan(&c.ReleaseID, &c.Period, &c.Area, &c.Figure, &c.Code, &c.Status, &c.Value); err != nil {
			return nil, fault(err)
		}
		out = append(out, c)
	}
	return out, fault(rows.Err())
}

// FigureTruths returns what is sealed in releases, by code of period. Only the
// portal and its operator may read it; others get CodeForbidden.
func (r *reader) FigureTruths(ctx context.Context, a models.Actor) (out []models.FigureRelease, err error) {
	if !releases(a) {
		return nil, models.E(models.CodeForbidden, "error.forbidden")
	}
	err = r.db.WithContext(ctx).Order("last_day, first_day DESC").Find(&out).Error
	return out, fault(err)
}

// AddRelease freezes a release with its cells. Returns CodeConflict when its
// period is released already.
func (tx *Tx) AddRelease(r *models.FigureRelease, cells []models.FigureCell) error {
	if err := tx.db.Create(r).Error; err != nil {
		return fault(err)
	}
	if len(cells) == 0 {
		return nil
	}
	return fault(tx.db.CreateInBatches(cells, 500).Error)
}
