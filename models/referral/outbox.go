package referral

import (
	"context"

	"znak/models"
	"znak/models/store"
)

// Outbox takes note, in the transaction of an act, of who must be told of it;
// models/courier has one. What is told goes out after the commit.
type Outbox interface {
	Queue(ctx context.Context, tx *store.Tx, act Act) error
}

// Act is what somebody did to a referral, as the transaction leaves it, in
// clear only: nothing that was written comes this way.
type Act struct {
	Actor    models.Actor
	Event    models.Event
	Referral *models.Referral
}

// tell queues what the act makes known; without an outbox nobody is told.
func (s *Service) tell(ctx context.Context, tx *store.Tx, a models.Actor, e models.Event, r *models.Referral) error {
	if s.Outbox == nil {
		return nil
	}
	return s.Outbox.Queue(ctx, tx, Act{Actor: a, Event: e, Referral: r})
}
