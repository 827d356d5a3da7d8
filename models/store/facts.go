package store

import (
	"context"

	"znak/models"
)

// FactMonth returns the month of the oldest row of the figures; "" when there
// is none. Only the portal and its operator may ask; others get CodeForbidden.
func (r *reader) FactMonth(ctx context.Context, a models.Actor) (month string, err error) {
	if !releases(a) {
		return "", models.E(models.CodeForbidden, "error.forbidden")
	}
	err = r.db.WithContext(ctx).Raw("SELECT COALESCE(MIN(month), '') FROM facts").Row().Scan(&month)
	return month, fault(err)
}

// Facts gives fn every row of the figures up to a month, that included, sealed,
// in no order. body is fn's until it returns. Only the portal and its operator
// may read them; others get CodeForbidden.
func (r *reader) Facts(ctx context.Context, a models.Actor, until string, fn func(id, month string, body []byte) error) error {
	if !releases(a) {
		return models.E(models.CodeForbidden, "error.forbidden")
	}
	rows, err := r.db.WithContext(ctx).Raw("SELECT id, month, body FROM facts WHERE month <= ?", until).Rows()
	if err != nil {
		return fault(err)
	}
	defer rows.Close()
	for rows.Next() {
		var id, month string
		var body []byte
		if err := rows.Scan(&id, &month, &body); err != nil {
			return fault(err)
		}
		if err := fn(id, month, body); err != nil {
			return err
		}
	}
	return fault(rows.Err())
}

// Milestone is when a referral passed the stations of its way; a zero stamp:
// not yet. It says nothing else of the referral.
type Milestone struct {
	DistrictID                                         string
	Submitted, Acknowledged, Forwarded, Received, Done models.Stamp
}

// Milestones gives fn those of every referral submitted from one moment up to
// another. Only the portal and its operator may read them, to count them;
// others get CodeForbidden.
func (r *reader) Milestones(ctx context.Context, a models.Actor, from, until models.Stamp, fn func(Milestone)) error {
	if !releases(a) {
		return models.E(models.CodeForbidden, "error.forbidden")
	}
	rows, err := r.db.WithContext(ctx).Raw(`SELECT district_id, submitted_at, acknowledged_at, forwarded_at, received_at, closed_at
		FROM referrals WHERE submitted_at > 0 AND submitted_at >= ? AND submitted_at < ?`, from, until).Rows()
	if err != nil {
		return fault(err)
	}
	defer rows.Close()
	for rows.Next() {
		var m Milestone
		if err := rows.Scan(&m.DistrictID, &m.Submitted, &m.Acknowledged, &m.Forwarded, &m.Received, &m.Done); err != nil {
			return fault(err)
		}
		fn(m)
	}
	return fault(rows.Err())
}
