package store

import (
	"context"

	"gorm.io/gorm"

	"znak/models"
)

// condition is one clause of a scope.
type condition struct {
	sql  string
	args []any
}

// Clauses that more than one role shares.
const (
	notDraft   = "referrals.state <> 'draft'"
	notRecused = "NOT EXISTS (SELECT 1 FROM recusals WHERE recusals.referral_id = referrals.id AND recusals.user_id = ?)"
	nobody     = "1 = 0"
	notVoid    = "(referrals.state <> 'draft' OR referrals.erased_at = 0)" // of an erased draft nothing is left to show
)

// scope is the one table of who may see which referral. All clauses of a role
// must hold. A role that is not here sees none.
func (r *reader) scope(a models.Actor) []condition {
	switch a.Role {
	case models.RoleTeacher:
		return []condition{{"referrals.author_id = ?", []any{a.ID}}, {notVoid, nil}}
	case models.RolePsychologist:
		return []condition{{
			"(referrals.author_id = ? OR (referrals.school_id = ? AND referrals.restricted = FALSE AND " + notDraft + "))",
			[]any{a.ID, a.SchoolID}}, {notVoid, nil}}
	case models.RoleCoordinator:
		return []condition{{notDraft, nil}, {notRecused, []any{a.ID}}, r.deskScope(a)}
	case models.RoleCentre:
		return []condition{{"referrals.forwarded_at > 0", nil}}
	case models.RoleSystem:
		return []condition{{notDraft, nil}}
	}
	return []condition{{nobody, nil}}
}

// deskScope is what a desk sees: its own referrals; the national desk also
// those that a district did not acknowledge in time, and those that wait for,
// or were closed with, a second signature.
func (r *reader) deskScope(a models.Actor) condition {
	if a.DistrictID != models.NationalDesk {
		return condition{"referrals.desk_id = ?", []any{a.DistrictID}}
	}
	now := models.StampOf(r.now())
	return condition{"(referrals.desk_id = ? OR referrals.closing_by <> ''" +
		" OR (referrals.acknowledged_at = 0 AND referrals.forwarded_at = 0 AND referrals.ack_due < ?)" +
		" OR (referrals.acknowledged_at = 0 AND referrals.forwarded_at > referrals.ack_due)" +
		" OR (referrals.forwarded_at = 0 AND referrals.closed_at = 0 AND referrals.decide_due < ?)" +
		" OR referrals.acknowledged_at > referrals.ack_due)",
		[]any{a.DistrictID, now, now}}
}

// referrals begins a query on the referrals that the actor may see.
func (r *reader) referrals(ctx context.Context, a models.Actor) *gorm.DB {
	q := r.db.WithContext(ctx).Model(&models.Referral{})
	for _, c := range r.scope(a) {
		q = q.Where(c.sql, c.args...)
	}
	return q
}
