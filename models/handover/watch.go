package handover

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"znak/models"
	"znak/models/courier"
	"znak/models/store"
)

const (
	// AlarmAfter is how long a package may wait for its receipt before somebody
	// is told.
	AlarmAfter = time.Hour

	watchEvery = 30 * time.Second
	watchPage  = 100
)

// Watch tells people of packages that no receipt came for. It does not depend on
// the workers that deliver: it speaks also when they hang, or when the settings
// of the Centre's system were taken away.
type Watch struct {
	Service *Service
	Outbox  *courier.Outbox
	Now     func() time.Time
	Log     *slog.Logger
}

// Run looks again and again, until ctx ends.
func (w *Watch) Run(ctx context.Context) {
	for ctx.Err() == nil {
		if err := w.Tick(ctx); err != nil && ctx.Err() == nil {
			w.Log.Error("receipts", "error", err)
		}
		t := time.NewTimer(watchEvery)
		select {
		case <-ctx.Done():
		case <-t.C:
		}
		t.Stop()
	}
}

// Tick looks once. Of each package somebody is told once, whatever restarts and
// however many processes run.
func (w *Watch) Tick(ctx context.Context) error {
	list, err := w.Service.store.Unreceipted(ctx, models.System(), w.Now().Add(-AlarmAfter), watchPage)
	if err != nil {
		return err
	}
	var faults []error
	for i := range list {
		faults = append(faults, w.alarm(ctx, &list[i]))
	}
	return errors.Join(faults...)
}

func (w *Watch) alarm(ctx context.Context, p *models.Package) error {
	return w.Service.store.Tx(ctx, func(tx *store.Tx) error {
		first, err := tx.AlarmPackage(p.MessageID)
		if err != nil || !first {
			return err
		}
		r, err := tx.ReferralByID(ctx, models.System(), p.ReferralID)
		if err != nil {
			return err
		}
		if err := w.Outbox.Tell(ctx, tx, models.LetterUndelivered, r, ""); err != nil {
			return err
		}
		e := models.AuditBy(models.System(), "handover")
		e.Outcome, e.ReferralID, e.Object, e.Rule = models.AuditFailed, p.ReferralID, object(p.Digest), "no-receipt"
		return w.Service.audit.Append(tx, e)
	})
}
