package store

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"znak/models"
)

// Throttle counts failures under one name since a moment. The name is a hash
// of whom and whence: the table holds no address of either kind.
type Throttle struct {
	Name     string `gorm:"primaryKey"`
	Failures int
	Since    models.Stamp
}

// Throttles returns the counters with these names, as far as there are any, by
// name. They are shared between all programs on the same database.
func (r *reader) Throttles(ctx context.Context, names ...string) (map[string]Throttle, error) {
	var rows []Throttle
	if err := r.db.WithContext(ctx).Where("name IN ?", names).Find(&rows).Error; err != nil {
		return nil, fault(err)
	}
	out := make(map[string]Throttle, len(rows))
	for _, t := range rows {
		out[t.Name] = t
	}
	return out, nil
}

// CountFailure adds one failure to a counter and returns it. A counter older
// than window starts again at the moment of the transaction.
func (tx *Tx) CountFailure(name string, window time.Duration) (Throttle, error) {
	now := models.StampOf(tx.now)
	t := Throttle{Name: name, Failures: 1, Since: now}
	old := models.StampOf(tx.now.Add(-window))
	err := tx.db.Clauses(
		clause.OnConflict{
			Columns: []clause.Column{{Name: "name"}},
			DoUpdates: clause.Assignments(map[string]any{
				"failures": gorm.Expr("CASE WHEN throttles.since <= ? THEN 1 ELSE throttles.failures + 1 END", old),
				"since":    gorm.Expr("CASE WHEN throttles.since <= ? THEN ? ELSE throttles.since END", old, now),
			}),
		}).Create(&t).Error
	if err != nil {
		return Throttle{}, fault(err)
	}
	err = tx.db.Where("name = ?", name).Take(&t).Error
	return t, fault(err)
}

// ForgiveFailure takes one failure back from a counter.
func (tx *Tx) ForgiveFailure(name string) error {
	return fault(tx.db.Exec("UPDATE throttles SET failures = failures - 1 WHERE name = ? AND failures > 0", name).Error)
}

// ClearThrottle removes a counter.
func (tx *Tx) ClearThrottle(name string) error {
	return fault(tx.db.Exec("DELETE FROM throttles WHERE name = ?", name).Error)
}

// PruneThrottles removes the counters that began before the moment.
func (tx *Tx) PruneThrottles(before time.Time) error {
	return fault(tx.db.Exec("DELETE FROM throttles WHERE since < ?", models.StampOf(before)).Error)
}
