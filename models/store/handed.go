package store

import (
	"context"

	"znak/models"
)

// Handed narrows the list of what was handed to the Centre.
type Handed struct {
	State    models.State // "" = any
	Since    models.Stamp // forwarded at this moment or later
	AfterAt  models.Stamp // the cursor: the last one of the page before
	AfterRef string
	Limit    int
}

// Handed lists what was forwarded to the Centre, the oldest first, and says
// whether more follow. What was erased is not there any more. For officers of
// the Centre; anybody else gets CodeForbidden.
func (r *reader) Handed(ctx context.Context, a models.Actor, f Handed) (out []models.Referral, more bool, err error) {
	if a.Role != models.RoleCentre {
		return nil, false, models.E(models.CodeForbidden, "error.forbidden")
	}
	q := r.referrals(ctx, a).Where("erased_at = 0 AND forwarded_at >= ?", f.Since)
	if f.State != "" {
		q = q.Where("state = ?", f.State)
	}
	if f.AfterRef != "" {
		q = q.Where("(forwarded_at, ref) > (?, ?)", f.AfterAt, f.AfterRef)
	}
	if err := q.Order("forwarded_at, ref").Limit(f.Limit + 1).Find(&out).Error; err != nil {
		return nil, false, fault(err)
	}
	if more = len(out) > f.Limit; more {
		out = out[:f.Limit]
	}
	return out, more, nil
}
