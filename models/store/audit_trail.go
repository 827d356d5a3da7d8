package store

import (
	"context"
	"slices"

	"gorm.io/gorm"

	"znak/models"
)

// AuditFilter narrows the trail. Empty fields do not count.
type AuditFilter struct {
	Action     string
	ActorID    string
	ActorRole  models.Role
	ReferralID string
	Outcome    string
	From       models.Stamp // first moment
	Until      models.Stamp // first moment that no longer counts
	Before     int64        // cursor: entries older than this number
	After      int64        // cursor: entries newer than this number, the nearest ones
	Limit      int          // 0 = auditPage
}

const (
	auditPage    = 100
	auditPageMax = 1000
)

// mayAudit says whether the actor may read the audit trail. The store asks it
// too, so that a check forgotten elsewhere cannot show the trail.
func mayAudit(a models.Actor) error {
	if a.Role.May(models.PermAudit) || a.Role == models.RoleSystem || a.Role == models.RoleOperator {
		return nil
	}
	return models.E(models.CodeForbidden, "error.forbidden")
}

// AuditTrail returns a page of entries, the newest first. Auditors, the
// operator and the portal itself may read it; others get CodeForbidden.
func (r *reader) AuditTrail(ctx context.Context, a models.Actor, f AuditFilter) ([]models.AuditEntry, error) {
	if err := mayAudit(a); err != nil {
		return nil, err
	}
	limit := f.Limit
	if limit <= 0 {
		limit = auditPage
	}
	q := f.where(r.db.WithContext(ctx)).Limit(min(limit, auditPageMax))
	var out []models.AuditEntry
	if f.After > 0 {
		err := q.Where("seq > ?", f.After).Order("seq").Find(&out).Error
		slices.Reverse(out)
		return out, fault(err)
	}
	err := q.Order("seq DESC").Find(&out).Error
	return out, fault(err)
}

func (f AuditFilter) where(q *gorm.DB) *gorm.DB {
	for _, c := range []struct{ column, value string }{
		{"action", f.Action}, {"actor_id", f.ActorID}, {"actor_role", string(f.ActorRole)},
		{"referral_id", f.ReferralID}, {"outcome", f.Outcome},
	} {
		if c.value != "" {
			q = q.Where(c.column+" = ?", c.value)
		}
	}
	if !f.From.IsZero() {
		q = q.Where("at >= ?", f.From)
	}
	if !f.Until.IsZero() {
		q = q.Where("at < ?", f.Until)
	}
	if f.Before > 0 {
		q = q.Where("seq < ?", f.Before)
	}
	return q
}

// AuditOf returns every entry of one referral up to number last, the oldest
// first. Auditors, the operator and the portal itself may read it; others get
// CodeForbidden.
func (r *reader) AuditOf(ctx context.Context, a models.Actor, referralID string, last int64) ([]models.AuditEntry, error) {
	if err := mayAudit(a); err != nil {
		return nil, err
	}
	var out []models.AuditEntry
	err := r.db.WithContext(ctx).Where("referral_id = ? AND seq <= ?", referralID, last).Order("seq").Find(&out).Error
	return out, fault(err)
}

// AuditReferral returns the id behind a reference number, for whoever may read
// the trail; others get CodeForbidden. Returns models.ErrNotFound when there is
// no such referral.
func (r *reader) AuditReferral(ctx context.Context, a models.Actor, ref string) (id string, err error) {
	return r.auditName(ctx, a, "SELECT id FROM referrals WHERE ref = ?", ref)
}

// AuditReference returns the reference number of a referral that the trail
// names by its id, under the same rules as AuditReferral.
func (r *reader) AuditReference(ctx context.Context, a models.Actor, referralID string) (ref string, err error) {
	return r.auditName(ctx, a, "SELECT ref FROM referrals WHERE id = ?", referralID)
}

func (r *reader) auditName(ctx context.Context, a models.Actor, query, key string) (string, error) {
	if err := mayAudit(a); err != nil {
		return "", err
	}
	var found []string
	if err := r.db.WithContext(ctx).Raw(query, key).Scan(&found).Error; err != nil {
		return "", fault(err)
	}
	if len(found) == 0 {
		return "", models.ErrNotFound
	}
	return found[0], nil
}
