package store

import (
	"context"

	"znak/models"
)

// Export is a file that was made of many referrals on the command line.
type Export struct {
	ID        string
	Kind      string // what it is: "htcds"
	Referrals int64  // how many are in it
	Digest    string // of the file, "sha256:" and 64 hexadecimal digits
	MadeBy    string
	MadeAt    models.Stamp
}

// AddExport notes one, for those to see who decide on who reads.
func (tx *Tx) AddExport(e Export) error {
	e.MadeAt = models.StampOf(tx.now)
	return fault(tx.db.Create(&e).Error)
}

// Exports lists those made since a moment, the newest first, for whoever agrees
// to accounts that read; anybody else gets CodeForbidden.
func (r *reader) Exports(ctx context.Context, a models.Actor, since models.Stamp) (out []Export, err error) {
	if !a.Role.May(models.PermApprove) {
		return nil, models.E(models.CodeForbidden, "error.forbidden")
	}
	err = r.db.WithContext(ctx).Where("made_at >= ?", since).Order("made_at DESC, id").Limit(200).Find(&out).Error
	return out, fault(err)
}

// Closed lists the references of the referrals that are closed and not erased,
// for an export: for the operator alone; anybody else gets CodeForbidden.
func (r *reader) Closed(ctx context.Context, a models.Actor) (refs []string, err error) {
	if a.Role != models.RoleOperator {
		return nil, models.E(models.CodeForbidden, "error.forbidden")
	}
	err = r.referrals(ctx, models.Actor{ID: a.ID, Role: models.RoleSystem}).
		Where("state = ? AND erased_at = 0", models.StateClosed).Order("id").Pluck("ref", &refs).Error
	return refs, fault(err)
}
