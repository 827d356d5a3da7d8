package referral

import (
	"context"

	"znak/models"
	"znak/models/store"
)

// Closed is a closed referral as an export reads it.
type Closed struct {
	models.Referral
	Content  models.Content
	Outcome  models.Outcome // the Centre's newest; "" when it decided nothing
	HandedTo string         // of a closing by the district: the body it was handed to
}

// EachClosed calls fn for every referral that is closed and not erased, within
// the transaction that puts the reading of each on the audit trail as action. It
// is the operator's; anybody else gets CodeForbidden. What fn collects counts
// only once the transaction is committed.
func (s *Service) EachClosed(ctx context.Context, tx *store.Tx, a models.Actor, action string, fn func(*Closed) error) error {
	refs, err := tx.Closed(ctx, a)
	if err != nil {
		return err
	}
	reader := models.Actor{ID: a.ID, Role: models.RoleSystem, RequestID: a.RequestID}
	for _, ref := range refs {
		o, err := s.open(ctx, tx, reader, ref)
		if err != nil {
			return err
		}
		c, err := o.closed()
		if err != nil {
			return err
		}
		e := models.AuditBy(a, action)
		e.ReferralID, e.Rule = o.ID, "operator"
		if err := s.Audit.Append(tx, e); err != nil {
			return err
		}
		if err := fn(c); err != nil {
			return err
		}
	}
	return nil
}

// closed says how it was closed.
func (o *opened) closed() (*Closed, error) {
	c := &Closed{Referral: o.Referral, Content: o.content}
	c.Content.FactID = ""
	for i := range o.Records {
		in, err := o.input(&o.Records[i])
		if err != nil {
			return nil, err
		}
		switch o.Records[i].Event {
		case models.EventProposeClose:
			c.HandedTo = in.HandedTo
		case models.EventForward:
			c.HandedTo = ""
		case models.EventDecide, models.EventDecideReconsideration:
			c.Outcome = in.Outcome
		}
	}
	return c, nil
}
