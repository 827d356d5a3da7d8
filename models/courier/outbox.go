package courier

import (
	"context"
	"slices"
	"time"

	"znak/models"
	"znak/models/directory"
	"znak/models/referral"
	"znak/models/store"
)

// Outbox notes, in the transaction of an act, who must be told of it. One is
// shared by everything that acts; it is a referral.Outbox.
type Outbox struct {
	location *time.Location // where the days of an absence are counted
	wake     chan struct{}
}

// NewOutbox makes an outbox; a Mailer empties it.
func NewOutbox(location *time.Location) *Outbox {
	return &Outbox{location, make(chan struct{}, 1)}
}

// letters says which letters an event causes.
var letters = map[models.Event]models.Letter{
	models.EventSubmit:                models.LetterNew,
	models.EventReassign:              models.LetterHandedOn,
	models.EventAsk:                   models.LetterQuestion,
	models.EventAnswer:                models.LetterAnswer,
	models.EventAdd:                   models.LetterAdded,
	models.EventForward:               models.LetterForwarded,
	models.EventProposeClose:          models.LetterClosing,
	models.EventConfirmClose:          models.LetterOutcome,
	models.EventDecide:                models.LetterOutcome,
	models.EventDecideReconsideration: models.LetterOutcome,
	models.EventReconsider:            models.LetterReconsider,
}

// Queue notes who is told of an act. Who acted is not.
func (o *Outbox) Queue(ctx context.Context, tx *store.Tx, act referral.Act) error {
	kind, ok := letters[act.Event]
	if !ok {
		return nil
	}
	if act.Event == models.EventSubmit && act.Referral.RoutedTo != "" {
		return o.send(tx, kind, act.Referral.ID, act.Referral.RoutedTo) // the way of nearly all, kept short
	}
	if act.Event == models.EventAdd {
		moved, err := o.moved(ctx, tx, act.Referral)
		if err != nil {
			return err
		}
		if moved {
			kind = models.LetterHandedOn
		}
	}
	if err := o.Tell(ctx, tx, kind, act.Referral, act.Actor.ID); err != nil {
		return err
	}
	if act.Event == models.EventForward && act.Actor.Role == models.RoleSystem {
		return o.Tell(ctx, tx, models.LetterDecideLate, act.Referral, "")
	}
	return nil
}

// moved says whether an addition took the referral to the national desk, whose
// contact has not heard of it yet.
func (o *Outbox) moved(ctx context.Context, tx *store.Tx, r *models.Referral) (bool, error) {
	if !r.InTriage() || r.RouteRule != directory.RuleConflict {
		return false, nil
	}
	for _, kind := range []models.Letter{models.LetterNew, models.LetterHandedOn} {
		told, err := tx.JobsAbout(ctx, r.ID, string(kind))
		if err != nil || slices.Contains(told, r.RoutedTo) {
			return false, err
		}
	}
	return true, nil
}

// Tell notes a letter about the referral to everybody whom it concerns but one.
// When it concerns a desk or the Centre and nobody there can be told, the
// admins are: they can put somebody there.
func (o *Outbox) Tell(ctx context.Context, tx *store.Tx, kind models.Letter, r *models.Referral, but string) error {
	ids, err := o.audience(ctx, tx, kind, r)
	if err != nil {
		return err
	}
	if len(ids) == 0 && official(kind) {
		return o.tellAdmins(ctx, tx, r)
	}
	return o.send(tx, kind, r.ID, slices.DeleteFunc(ids, func(id string) bool { return id == but })...)
}

// Invite notes an invitation to the account, in the transaction that makes it.
// invitation is its id; the link is made by the mailer's LinkFunc.
func (o *Outbox) Invite(tx *store.Tx, userID, invitation string) error {
	return o.put(tx, models.Job{Queue: Queue, Kind: string(models.LetterInvitation), RecipientID: userID, Object: invitation})
}

func (o *Outbox) send(tx *store.Tx, kind models.Letter, referralID string, to ...string) error {
	jobs := make([]models.Job, len(to))
	for i, id := range to {
		jobs[i] = models.Job{Queue: Queue, Kind: string(kind), ReferralID: referralID, RecipientID: id}
	}
	return o.put(tx, jobs...)
}

func (o *Outbox) put(tx *store.Tx, jobs ...models.Job) error {
	if len(jobs) == 0 {
		return nil
	}
	tx.AfterCommit(o.Wake)
	return tx.QueueJobs(jobs...)
}

// Wake lets a worker look at once.
func (o *Outbox) Wake() {
	select {
	case o.wake <- struct{}{}:
	default:
	}
}
