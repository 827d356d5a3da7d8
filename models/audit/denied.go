package audit

import (
	"context"
	"sync"
	"time"

	"znak/models"
)

const (
	countFor   = time.Minute // for how long like failures make one entry
	countKinds = 10_000      // kinds counted apart; beyond, sources and people are not told apart
)

// kind is what makes failures alike. The source (an address) is never written.
type kind struct{ source, action, outcome, rule, actor string }

// tally counts failures of one kind that are not on the log yet.
type tally struct {
	entry models.AuditEntry
	n     int
	since time.Time // of the last entry written
}

type counts struct {
	mu sync.Mutex
	m  map[kind]*tally
}

// Denied puts it on the log that something was denied to the actor by a rule.
// source is where it came from and is not written; see Counted.
func (l *Log) Denied(ctx context.Context, a models.Actor, action, rule, referralID, source string) error {
	e := models.AuditBy(a, action)
	e.Outcome, e.Rule, e.ReferralID = models.AuditDenied, rule, referralID
	return l.Counted(ctx, source, e)
}

// Counted puts a failure on the log such that a flood cannot fill it: the first
// of a kind (actor, action, outcome, rule) from a source is written at once,
// what follows within a minute as one entry with the number of times, by Flush
// or Run or the first failure after it. What differs among those counted stays
// empty in their entry.
func (l *Log) Counted(ctx context.Context, source string, e models.AuditEntry) error {
	k, due := l.counts.add(l.now(), source, e)
	if due == nil {
		return nil
	}
	err := l.Record(ctx, due.entry)
	if err != nil {
		l.counts.restore(k, due)
	}
	return err
}

// Flush writes every failure that is counted but not on the log yet.
func (l *Log) Flush(ctx context.Context) error { return l.flush(ctx, 0) }

func (l *Log) flush(ctx context.Context, age time.Duration) error {
	due := l.counts.take(l.now(), age)
	entries := make([]models.AuditEntry, 0, len(due))
	for _, t := range due {
		entries = append(entries, t.entry)
	}
	err := l.Record(ctx, entries...)
	if err != nil {
		for k, t := range due {
			l.counts.restore(k, t)
		}
	}
	return err
}

// add counts a failure and returns what is to be written now, if anything.
func (c *counts) add(now time.Time, source string, e models.AuditEntry) (kind, *tally) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k := kind{source, e.Action, e.Outcome, e.Rule, e.ActorID}
	if c.m == nil {
		c.m = map[kind]*tally{}
	}
	if c.m[k] == nil && len(c.m) >= countKinds {
		k.source, k.actor = "", ""
	}
	t := c.m[k]
	if t == nil {
		c.m[k] = &tally{since: now}
		e.Times = 1
		return k, &tally{entry: e, n: 1, since: now}
	}
	t.count(e, 1)
	if now.Sub(t.since) < countFor {
		return k, nil
	}
	return k, t.take(now)
}

// take returns what was counted for at least age, and forgets the kinds of
// which nothing came for as long as like failures make one entry.
func (c *counts) take(now time.Time, age time.Duration) map[kind]*tally {
	c.mu.Lock()
	defer c.mu.Unlock()
	due := map[kind]*tally{}
	for k, t := range c.m {
		switch old := now.Sub(t.since); {
		case t.n > 0 && old >= age:
			due[k] = t.take(now)
		case t.n == 0 && old >= countFor:
			delete(c.m, k)
		}
	}
	return due
}

// restore counts again what could not be written.
func (c *counts) restore(k kind, lost *tally) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.m[k] == nil {
		c.m[k] = &tally{since: lost.since}
	}
	c.m[k].count(lost.entry, lost.n)
}

// take returns what is counted, ready to be written, and begins anew.
func (t *tally) take(now time.Time) *tally {
	out := *t
	out.entry.Times = t.n
	t.n, t.since = 0, now
	return &out
}

// count adds a failure, n times, and keeps of the entry what all have in common.
func (t *tally) count(e models.AuditEntry, n int) {
	if t.n == 0 {
		t.entry, t.n = e, n
		return
	}
	t.n += n
	same := &t.entry
	if same.ActorID != e.ActorID || same.ActorRole != e.ActorRole || same.Organisation != e.Organisation {
		same.ActorID, same.ActorRole, same.Organisation = "", "", ""
	}
	for _, f := range []struct {
		have *string
		got  string
	}{{&same.ReferralID, e.ReferralID}, {&same.Object, e.Object}, {&same.Fields, e.Fields}, {&same.RequestID, e.RequestID}} {
		if *f.have != f.got {
			*f.have = ""
		}
	}
}
