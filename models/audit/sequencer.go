package audit

import (
	"context"
	"fmt"
	"math"
	"time"

	"znak/models"
	"znak/models/store"
)

// An entry that waits carries the authenticator of number 0, which no entry of
// the log has. The sequencer numbers nothing else: whoever can write to the
// database but has no keys cannot have an entry put into the log. What it
// refuses stays where it is, for Verify to name and the alarm to tell.

const (
	unnumbered    = 0
	sequenceEvery = 200 * time.Millisecond
	sequenceBatch = 500         // entries that one transaction numbers
	waitAlarm     = time.Minute // for how long an entry may wait
)

// Settle numbers every entry that is committed by now and waits for a number,
// after whoever else is numbering. Those that were not written by this log's
// keys stay waiting. On SQLite there is nothing to do.
func (l *Log) Settle(ctx context.Context) error { return l.sequence(ctx, true) }

// sequence numbers what waits, batch by batch. Whoever leads a batch holds the
// sequencer's lock for that transaction: when the program or its connection
// dies the database undoes the batch, and any other program takes over.
// Without wait it leaves the work to another that is at it.
//
// Each batch begins at the head of the queue: an entry may be committed after
// others that stand behind it, and with it the next write of its referral.
func (l *Log) sequence(ctx context.Context, wait bool) error {
	if l.store.Serial() {
		return nil
	}
	if n, _, err := l.store.AuditWaiting(ctx); n == 0 || err != nil {
		return err
	}
	refused := 0
	for {
		done, err := l.sequenceOnce(ctx, wait, &refused)
		if err != nil || done == 0 {
			return err
		}
	}
}

// sequenceOnce numbers one batch and returns how many entries that were; 0 when
// none was there, or another leads. refused is how many at the head of the
// queue it could not number last time, and those that it could not this time.
func (l *Log) sequenceOnce(ctx context.Context, wait bool, refused *int) (done int, err error) {
	past := *refused
	err = l.store.Tx(ctx, func(tx *store.Tx) error {
		done = 0
		leads, err := tx.AuditLead(wait)
		if err != nil || !leads {
			return err
		}
		queue, err := tx.AuditQueue(ctx, portal, math.MinInt64, past+sequenceBatch)
		if err != nil || len(queue) == 0 {
			return err
		}
		rows, places, err := l.ours(ctx, tx, queue)
		*refused = len(queue) - len(rows)
		if err != nil || len(rows) == 0 {
			return err
		}
		done = len(rows)
		if err := l.number(tx, rows); err != nil {
			return err
		}
		return tx.AuditLeave(places)
	})
	return done, err
}

// knower tells which entries the log has already.
type knower interface {
	AuditKnown(ctx context.Context, ids []string) (map[string]bool, error)
}

// ours picks from the queue what this log's keys wrote and the log does not
// have already, with its places in the queue.
func (l *Log) ours(ctx context.Context, from knower, queue []store.AuditRow) (rows []models.AuditEntry, places []int64, err error) {
	known, err := knownOf(ctx, from, queue)
	if err != nil {
		return nil, nil, err
	}
	for i := range queue {
		if l.fit(&queue[i], known) == "" {
			rows, places = append(rows, queue[i].AuditEntry), append(places, queue[i].Seq)
		}
	}
	return rows, places, nil
}

func knownOf(ctx context.Context, from knower, queue []store.AuditRow) (map[string]bool, error) {
	ids := make([]string, len(queue))
	for i := range queue {
		ids[i] = queue[i].ID
	}
	return from.AuditKnown(ctx, ids)
}

// fit returns the kind of fault of an entry that waits, "" for none.
func (l *Log) fit(row *store.AuditRow, known map[string]bool) string {
	switch {
	case !row.Sound || !l.written(&row.AuditEntry, unnumbered):
		return FaultChanged
	case known[row.ID]:
		return FaultInserted // it was numbered, and came back
	}
	return ""
}

// Waiting is what waits for a number.
type Waiting struct {
	Entries int64
	Age     time.Duration // of the oldest; 0 when none waits
}

// Long says whether an entry waits for so long that somebody must look.
func (w Waiting) Long() bool { return w.Age > waitAlarm }

// Waiting returns what waits for a number, for readiness and metrics; nothing
// ever does on SQLite.
func (l *Log) Waiting(ctx context.Context) (Waiting, error) {
	n, oldest, err := l.store.AuditWaiting(ctx)
	if err != nil || n == 0 {
		return Waiting{}, err
	}
	return Waiting{n, max(0, l.now().Sub(oldest.Time()))}, nil
}

// alarm is an error when entries wait for long.
func (l *Log) alarm(ctx context.Context) error {
	w, err := l.Waiting(ctx)
	if err == nil && w.Long() {
		err = fmt.Errorf("%d entries wait for a number, one for %s: run audit verify", w.Entries, w.Age.Round(time.Second))
	}
	return err
}
