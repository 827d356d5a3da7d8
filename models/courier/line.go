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
	workers  = 2                // of one process; other processes have their own
	batch    = 25               // jobs that a worker leases at once
	lease    = 2 * time.Minute  // and for how long nobody else gets them
	hurry    = 60 * time.Second // after that a worker begins no more of a batch: its lease must outlast it
	look     = 5 * time.Second  // how often a worker looks without being woken
	longest  = time.Minute      // the longest pause while the way is blocked
	settling = 10 * time.Second // how long what became of a batch may take to write, also while stopping
)

// Line takes the jobs of one queue to where they go: it leases what is due, has
// it carried, and writes down what became of it. Any number of lines, in any
// number of processes, may work on one queue. Every field must be set.
type Line struct {
	Store *store.Store
	Audit *audit.Log
	Log   *slog.Logger
	Queue string
	// Carry tries each job once, or hands it back. It begins none any more when
	// ctx ends, nor a minute after it was called: the lease must outlast it.
	Carry func(ctx context.Context, jobs []models.Job) []Result
	// Settled does what follows from a result, in the transaction that writes it
	// and that may run again, and returns what the audit trail says of it.
	Settled func(ctx context.Context, tx *store.Tx, r *Result) ([]models.AuditEntry, error)
	Wake    <-chan struct{} // lets a worker look at once

	pulse *pulse
}

// NewLine makes a line.
func NewLine(l Line) *Line {
	l.pulse = new(pulse)
	return &l
}

// pulse is what the workers of a line know of each other.
type pulse struct {
	looked atomic.Int64 // when a worker began to look last, in Unix seconds
	until  atomic.Int64 // not before this stamp: the other side asked for a pause
}

// Fate is what became of a job in one attempt.
type Fate int

// What can become of a job.
const (
	Sent   Fate = iota
	Moot        // nothing is left to do about it
	Lost        // it cannot reach the one it is for
	Failed      // to be tried again, or given up
	Back        // not begun: handed back
)

// Result is a job with its fate, the fault if there was one, and what the other
// side gave in return, if it did.
type Result struct {
	Job   models.Job
	Fate  Fate
	Fault *Fault
	Proof string
}

// Run works until ctx ends; then what is on its way is finished and leased jobs
// that were not begun are handed back.
func (l *Line) Run(ctx context.Context) {
	var running sync.WaitGroup
	for range workers {
		running.Go(func() { l.work(ctx) })
	}
	running.Wait()
}

// work is one worker: batch after batch while there is something to do, and a
// pause that grows while the way is blocked.
func (l *Line) work(ctx context.Context) {
	pause := time.Duration(0)
	for ctx.Err() == nil {
		l.pulse.looked.Store(time.Now().Unix()) // the other side hanging does not make the portal unready
		n, blocked, err := l.Batch(ctx)
		if err != nil && ctx.Err() == nil {
			l.Log.Error("outgoing work waits", "queue", l.Queue, "error", err)
		}
		switch {
		case err != nil || blocked:
			pause = min(max(2*pause, time.Second), longest)
			wait(ctx, nil, pause/2+rand.N(pause))
		case n < batch:
			pause = 0
			wait(ctx, l.Wake, look)
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

// Batch leases what is due, has it carried and writes down what became of it. n
// is how many jobs there were; blocked says that the way itself is.
func (l *Line) Batch(ctx context.Context) (n int, blocked bool, err error) {
	if due, err := l.Store.JobsDue(ctx, l.Queue); err != nil || !due {
		return 0, false, err
	}
	token := models.NewID()
	var jobs []models.Job
	err = l.Store.Tx(ctx, func(tx *store.Tx) error {
		jobs = nil
		if int64(models.StampOf(tx.Now())) < l.pulse.until.Load() {
			return nil
		}
		jobs, err = tx.ClaimJobs(l.Queue, token, batch, lease)
		return err
	})
	if err != nil || len(jobs) == 0 {
		return 0, false, err
	}
	results := l.Carry(ctx, jobs)
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), settling)
	defer cancel()
	err = l.settle(end, results)
	for _, r := range results {
		blocked = blocked || r.Fault != nil && r.Fault.Relay
	}
	return len(jobs), blocked, err
}

// settle writes what became of a batch, and its entries on the audit trail, in
// one transaction. Jobs whose lease has ended meanwhile are left to whoever has
// them now.
func (l *Line) settle(ctx context.Context, results []Result) error {
	return l.Store.Tx(ctx, func(tx *store.Tx) error {
		var entries []models.AuditEntry
		for _, r := range results {
			if f := r.Fault; f != nil && f.Relay && f.After > 0 {
				l.pulse.until.Store(int64(models.StampOf(tx.Now().Add(f.After))))
			}
			r.apply(tx.Now())
			mine, err := tx.SettleJob(r.Job)
			if err != nil {
				return err
			}
			if !mine {
				continue
			}
			said, err := l.Settled(ctx, tx, &r)
			if err != nil {
				return err
			}
			entries = append(entries, said...)
		}
		return l.Audit.Append(tx, entries...)
	})
}
