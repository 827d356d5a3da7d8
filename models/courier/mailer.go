package courier

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"znak/models"
	"znak/models/audit"
	"znak/models/store"
)

const (
	keepDone  = 30 * 24 * time.Hour
	pruneEach = time.Hour
)

// Mailer sends what the outbox holds. Any number of mailers, in any number of
// processes, may work on one database.
type Mailer struct {
	Store  *store.Store
	Audit  *audit.Log
	Outbox *Outbox
	Writer Writer
	Sender Sender
	Links  map[models.Letter]LinkFunc // for letters that lead to no referral
	Log    *slog.Logger

	pulse pulse
}

// Run sends until ctx ends; then the message on its way is finished and leased
// jobs that were not begun are handed back.
func (m *Mailer) Run(ctx context.Context) {
	var running sync.WaitGroup
	running.Go(func() { m.line().Run(ctx) })
	running.Go(func() { m.prune(ctx) })
	running.Wait()
}

// line is the mailer's way through its queue.
func (m *Mailer) line() *Line {
	return &Line{Store: m.Store, Audit: m.Audit, Log: m.Log, Queue: Queue, Carry: m.deliver, Settled: m.settled, Wake: m.Outbox.wake, pulse: &m.pulse}
}

// Batch leases what is due, sends it and writes down what became of it. n is
// how many jobs there were; blocked says that the way itself is.
func (m *Mailer) Batch(ctx context.Context) (n int, blocked bool, err error) {
	return m.line().Batch(ctx)
}

// Ready returns an error when no worker has looked for long.
func (m *Mailer) Ready() error {
	if at := m.pulse.looked.Load(); at == 0 || time.Since(time.Unix(at, 0)) > 5*time.Minute {
		return models.Errorf(models.CodeUnavailable, "", "no worker looks after the letters")
	}
	return nil
}

// prune removes what was delivered long ago.
func (m *Mailer) prune(ctx context.Context) {
	for ctx.Err() == nil {
		err := m.Store.Tx(ctx, func(tx *store.Tx) error { return tx.PruneJobs(tx.Now().Add(-keepDone)) })
		if err != nil && ctx.Err() == nil {
			m.Log.Error("delivered letters stay", "error", err)
		}
		wait(ctx, nil, pruneEach)
	}
}
