package courier

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"znak/models"
	"znak/models/audit"
	"znak/models/store"
)

const (
	workers   = 2                // of one process; other processes have their own
	batch     = 25               // jobs that a worker leases at once
	lease     = 2 * time.Minute  // and for how long nobody else gets them
	hurry     = 60 * time.Second // after that a worker begins no more of a batch: its lease must outlast it
	look      = 5 * time.Second  // how often a worker looks without being woken
	longest   = time.Minute      // the longest pause while the way is blocked
	settling  = 10 * time.Second // how long what became of a batch may take to write, also while stopping
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

	looked atomic.Int64 // when a worker began to look last, in Unix seconds
}

// Run sends until ctx ends; then the message on its way is finished and leased
// jobs that were not begun are handed back.
func (m *Mailer) Run(ctx context.Context) {
	var running sync.WaitGroup
	for range workers {
		running.Go(func() { m.work(ctx) })
	}
	running.Go(func() { m.prune(ctx) })
	running.Wait()
}

// work is one worker: batch after batch while there is something to do, and a
// pause that grows while the way is blocked.
func (m *Mailer) work(ctx context.Context) {
	pause := time.Duration(0)
	for ctx.Err() == nil {
		m.looked.Store(time.Now().Unix()) // a relay that hangs does not make the portal unready
		n, blocked, err := m.Batch(ctx)
		if err != nil && ctx.Err() == nil {
			m.Log.Error("letters wait", "error", err)
		}
		switch {
		case err != nil || blocked:
			pause = min(max(2*pause, time.Second), longest)
			wait(ctx, nil, pause/2+rand.N(pause))
		case n < batch:
			pause = 0
			wait(ctx, m.Outbox.wake, look)
		default:
			pause = 0
		}
	}
}

// wait waits for a signal, the time or the end.
func wait(ctx context.Context, signal <-chan struct{}, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-signal:
	case <-t.C:
	}
}

// Batch leases what is due, sends it and writes down what became of it. n is
// how many jobs there were; blocked says that the way itself is.
func (m *Mailer) Batch(ctx context.Context) (n int, blocked bool, err error) {
	if due, err := m.Store.JobsDue(ctx, Queue); err != nil || !due {
		return 0, false, err
	}
	token := models.NewID()
	var jobs []models.Job
	err = m.Store.Tx(ctx, func(tx *store.Tx) error {
		jobs, err = tx.ClaimJobs(Queue, token, batch, lease)
		return err
	})
	if err != nil || len(jobs) == 0 {
		return 0, false, err
	}
	results := m.deliver(ctx, jobs)
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), settling)
	defer cancel()
	err = m.settle(end, results)
	for _, r := range results {
		blocked = blocked || r.fault != nil && r.fault.Relay
	}
	return len(jobs), blocked, err
}

// Ready returns an error when no worker has looked for long.
func (m *Mailer) Ready() error {
	if at := m.looked.Load(); at == 0 || time.Since(time.Unix(at, 0)) > 5*time.Minute {
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
