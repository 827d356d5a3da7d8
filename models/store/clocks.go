package store

import (
	"context"
	"fmt"
	"time"

	"znak/models"
)

// DraftPatience is how long a draft that says danger may be left unsent before
// its author is reminded.
const DraftPatience = 30 * time.Minute

// Clocks remind when three quarters of their time are over: a quarter is left.
const (
	soon = "next_due > 0 AND erased_at = 0 AND %[3]s AND %[1]s - (%[1]s - %[2]s) / 4 <= @now AND %[1]s >= @now"
	late = "next_due > 0 AND erased_at = 0 AND %[3]s AND %[1]s < @now"

	inTriage = "forwarded_at = 0"
	unread   = "forwarded_at = 0 AND acknowledged_at = 0"
	atCentre = "forwarded_at > 0"
)

// rings says, for each clock, which referrals it rings for now.
var rings = map[models.Clock]string{
	models.ClockAckSoon:     fmt.Sprintf(soon, "ack_due", "submitted_at", unread),
	models.ClockAckLate:     fmt.Sprintf(late, "ack_due", "submitted_at", unread),
	models.ClockDecideSoon:  fmt.Sprintf(soon, "decide_due", "submitted_at", inTriage),
	models.ClockDecideLate:  fmt.Sprintf(late, "decide_due", "submitted_at", inTriage),
	models.ClockReceiveSoon: fmt.Sprintf(soon, "receive_due", "forwarded_at", atCentre),
	models.ClockReceiveLate: fmt.Sprintf(late, "receive_due", "forwarded_at", atCentre),
	models.ClockDraft:       "state = 'draft' AND urgency = 'immediate' AND erased_at = 0 AND changed_at <= @left",
}

// dueColumn is the column of models.Clock.Due.
var dueColumn = map[models.Clock]string{
	models.ClockAckSoon: "ack_due", models.ClockAckLate: "ack_due", models.ClockDecideSoon: "decide_due", models.ClockDecideLate: "decide_due",
	models.ClockReceiveSoon: "receive_due", models.ClockReceiveLate: "receive_due", models.ClockDraft: "changed_at",
}

// Ringing returns the referrals, in clear only, for which the clock has to ring
// now and has not yet, by id from the one that follows after ("" = the first),
// at most limit of them. The portal itself only, which thereby sees that a
// draft is there and whose, and nothing in it; anybody else gets CodeForbidden.
func (r *reader) Ringing(ctx context.Context, a models.Actor, c models.Clock, after string, limit int) ([]models.Referral, error) {
	return r.ringing(ctx, a, c, "referrals.id > @id", after, limit)
}

// RingsFor returns the referral if the clock has to ring for it now and has not
// yet. Everything else is as with Ringing. Returns models.ErrNotFound.
func (r *reader) RingsFor(ctx context.Context, a models.Actor, c models.Clock, id string) (*models.Referral, error) {
	list, err := r.ringing(ctx, a, c, "referrals.id = @id", id, 1)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, models.ErrNotFound
	}
	return &list[0], nil
}

func (r *reader) ringing(ctx context.Context, a models.Actor, c models.Clock, which, id string, limit int) (out []models.Referral, err error) {
	if a.Role != models.RoleSystem {
		return nil, models.E(models.CodeForbidden, "error.forbidden")
	}
	now := r.now()
	err = r.db.WithContext(ctx).Raw("SELECT referrals.* FROM referrals WHERE "+rings[c]+" AND "+which+
		" AND NOT EXISTS (SELECT 1 FROM clock_rings WHERE clock_rings.referral_id = referrals.id AND clock_rings.clock = @clock AND clock_rings.due = referrals."+dueColumn[c]+")"+
		" ORDER BY referrals.id LIMIT @limit",
		map[string]any{"now": models.StampOf(now), "left": models.StampOf(now.Add(-DraftPatience)), "clock": c, "id": id, "limit": limit}).Scan(&out).Error
	return out, fault(err)
}

// Ring notes that the clock rings for its present moment. It says false when it
// has already, in whatever process: then the caller must do nothing.
func (tx *Tx) Ring(c models.Clock, r *models.Referral) (bool, error) {
	res := tx.db.Exec("INSERT INTO clock_rings (referral_id, clock, due, rung_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
		r.ID, c, c.Due(r), models.StampOf(tx.now))
	return res.RowsAffected == 1, fault(res.Error)
}
