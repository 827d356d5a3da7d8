package courier

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"znak/models"
	"znak/models/audit"
	"znak/models/referral"
	"znak/models/store"
)

const (
	tick     = 30 * time.Second // how often the clocks are looked at
	ringPage = 200

	forwardTries = 5 // how often a hand-over is made anew, at one look, because somebody acted meanwhile
)

// Clocks act when people do not: they remind, tell others, and forward what
// nobody decided. Any number of processes may run them on one database: what a
// clock does, and that it did, is one transaction, and each does it once for
// each moment that it counts to. The moments stand in the database, so neither
// a restart nor a change between summer and winter time touches them; a clock
// of the machine that jumps ahead makes them early once, never twice.
type Clocks struct {
	Store     *store.Store
	Referrals *referral.Service
	Outbox    *Outbox
	Audit     *audit.Log
	Log       *slog.Logger
}

// rung says which letter a clock sends. Forwarding sends its own.
var rung = map[models.Clock]models.Letter{
	models.ClockAckSoon:     models.LetterAckSoon,
	models.ClockAckLate:     models.LetterAckLate,
	models.ClockDecideSoon:  models.LetterDecideSoon,
	models.ClockReceiveSoon: models.LetterReceiveSoon,
	models.ClockReceiveLate: models.LetterReceiveLate,
	models.ClockDraft:       models.LetterDraft,
}

// Run looks at the clocks at once and then again and again, until ctx ends.
func (c *Clocks) Run(ctx context.Context) {
	for ctx.Err() == nil {
		if err := c.Tick(ctx); err != nil && ctx.Err() == nil {
			c.Log.Error("clocks", "error", err)
		}
		wait(ctx, nil, tick)
	}
}

// Tick looks at every clock once and lets ring what has to. What fails is tried
// again at the next look; it keeps nothing else from ringing.
func (c *Clocks) Tick(ctx context.Context) error {
	var faults []error
	for _, clock := range models.Clocks {
		if err := c.look(ctx, clock); err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", clock, err))
		}
	}
	return errors.Join(faults...)
}

func (c *Clocks) look(ctx context.Context, clock models.Clock) error {
	var fault error
	for after := ""; ctx.Err() == nil; {
		page, err := c.Store.Ringing(ctx, models.System(), clock, after, ringPage)
		if err != nil {
			return err
		}
		for _, r := range page {
			act := c.ring
			if clock == models.ClockDecideLate {
				act = c.forward
			}
			if err := act(ctx, clock, r.ID); err != nil {
				fault = err
			}
		}
		if len(page) < ringPage {
			break
		}
		after = page[len(page)-1].ID
	}
	return fault
}

// ring does what the clock does, if it still has to: somebody may have acted,
// or another process rung it, since it was looked at.
func (c *Clocks) ring(ctx context.Context, clock models.Clock, id string) error {
	return c.Store.Tx(ctx, func(tx *store.Tx) error {
		r, err := tx.RingsFor(ctx, models.System(), clock, id)
		if errors.Is(err, models.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if first, err := tx.Ring(clock, r); err != nil || !first {
			return err
		}
		if err := c.Outbox.Tell(ctx, tx, rung[clock], r, ""); err != nil {
			return err
		}
		e := models.AuditBy(models.System(), "clock")
		e.ReferralID, e.Rule = r.ID, string(clock)
		return c.Audit.Append(tx, e)
	})
}

// forward hands the referral to the Centre because nobody decided in time. Who
// is told follows from the act. What the Centre gets is made before the
// transaction; when somebody acts in between, it is made anew.
func (c *Clocks) forward(ctx context.Context, clock models.Clock, id string) (err error) {
	for range forwardTries {
		var r *models.Referral
		if r, err = c.Store.RingsFor(ctx, models.System(), clock, id); errors.Is(err, models.ErrNotFound) {
			return nil // somebody decided, or another process forwarded it
		} else if err != nil {
			return err
		}
		var p *referral.Prepared
		p, err = c.Referrals.Prepare(ctx, models.System(), r.Ref, models.EventForward, r.Version, models.Input{})
		if err == nil {
			err = c.forwardPrepared(ctx, clock, id, p)
		}
		if models.CodeOf(err) != models.CodeConflict {
			break
		}
	}
	return err
}

func (c *Clocks) forwardPrepared(ctx context.Context, clock models.Clock, id string, p *referral.Prepared) error {
	return c.Store.Tx(ctx, func(tx *store.Tx) error {
		r, err := tx.RingsFor(ctx, models.System(), clock, id)
		if errors.Is(err, models.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if first, err := tx.Ring(clock, r); err != nil || !first {
			return err
		}
		_, err = c.Referrals.AdvanceIn(ctx, tx, p)
		return err
	})
}
