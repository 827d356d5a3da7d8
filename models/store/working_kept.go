package store

import (
	"context"

	"gorm.io/gorm/clause"

	"znak/models"
)

// WorkingCountry is the scope of a figure on all desks together.
const WorkingCountry = "country"

// WorkingRow is a figure on the working of the system as it is shown.
type WorkingRow struct {
	Part   string // which figures
	Day    string // YYYY-MM-DD from which they hold
	Rule   string // by which they were protected
	Scope  string // a district's id, or WorkingCountry
	Body   string
	MadeAt models.Stamp
}

// TableName is the table of kept figures.
func (WorkingRow) TableName() string { return "working_days" }

// WorkingKept returns the figures of a part that were kept for a day and that
// the actor may see: the ministry, the national desk and the portal itself all
// of them, a district's coordinator the own district's; others get
// CodeForbidden.
func (r *reader) WorkingKept(ctx context.Context, a models.Actor, part, day, rule string) (out []WorkingRow, err error) {
	q := r.db.WithContext(ctx).Where("part = ? AND day = ? AND rule = ?", part, day, rule)
	switch {
	case a.Role == models.RoleMinistry, a.Role == models.RoleSystem, a.Role == models.RoleCoordinator && a.DistrictID == models.NationalDesk:
	case a.Role == models.RoleCoordinator && a.DistrictID != "":
		q = q.Where("scope = ?", a.DistrictID)
	default:
		return nil, models.E(models.CodeForbidden, "error.forbidden")
	}
	err = fault(q.Order("scope").Find(&out).Error)
	return out, err
}

// KeepWorking keeps figures of one part and day, unless somebody else has kept
// theirs already, and forgets those of earlier days.
func (tx *Tx) KeepWorking(part, day string, rows []WorkingRow) error {
	if err := tx.db.Exec("DELETE FROM working_days WHERE part = ? AND day < ?", part, day).Error; err != nil {
		return fault(err)
	}
	return fault(tx.db.Clauses(clause.OnConflict{DoNothing: true}).Create(&rows).Error)
}

// ForgetWorking throws all kept figures away. For a demo, whose history comes
// after its first visitors.
func (tx *Tx) ForgetWorking() error { return fault(tx.db.Exec("DELETE FROM working_days").Error) }
