package courier

import (
	"context"
	"math/rand/v2"
	"time"

	"znak/models"
	"znak/models/store"
)

const (
	firstWait = 30 * time.Second
	lastWait  = 30 * time.Minute
	// A message that does not get through is tried for about three days.
	tries = 150
	// One that the other side refuses for good is tried for some minutes, since
	// a mailbox that is just being moved refuses too.
	triesRefused = 5
)

// Backoff is how long to wait after so many attempts: twice as long each time
// up to half an hour, give or take a half, so that what failed together does
// not come back together.
func Backoff(attempts int) time.Duration {
	d := lastWait
	if shift := attempts - 1; shift < 6 {
		d = firstWait << max(shift, 0)
	}
	return d/2 + rand.N(d)
}

// settle writes what became of a batch, and its entries on the audit trail, in
// one transaction. Jobs whose lease has ended meanwhile are left to whoever has
// them now.
func (m *Mailer) settle(ctx context.Context, results []result) error {
	return m.Store.Tx(ctx, func(tx *store.Tx) error {
		var entries []models.AuditEntry
		for _, r := range results {
			r.apply(tx.Now())
			mine, err := tx.SettleJob(r.job)
			if err != nil {
				return err
			}
			if !mine {
				continue
			}
			if r.fate == fateLost {
				if err := m.Outbox.Redirect(ctx, tx, r.job); err != nil {
					return err
				}
			}
			if e, ok := r.entry(); ok {
				entries = append(entries, e)
			}
		}
		return m.Audit.Append(tx, entries...)
	})
}

// apply puts the result into the job.
func (r *result) apply(now time.Time) {
	j := &r.job
	switch r.fate {
	case fateSent:
		j.DoneAt, j.Fault = models.StampOf(now), ""
	case fateMoot:
		j.DoneAt, j.Fault = models.StampOf(now), faultMoot
	case fateLost:
		j.DoneAt, j.Fault = models.StampOf(now), faultUnreachable
	case fateBack:
		j.Attempts, j.DueAt = j.Attempts-1, models.StampOf(now)
	case fateFailed:
		j.Fault, j.DueAt = r.fault.Code, models.StampOf(now.Add(Backoff(j.Attempts)))
		if j.Attempts >= tries || r.fault.Refused && j.Attempts >= triesRefused {
			j.DeadAt = models.StampOf(now)
		}
	}
}

// entry is what the audit trail says: that a letter was delivered, reached
// nobody or was given up; ids only.
func (r *result) entry() (models.AuditEntry, bool) {
	e := models.AuditBy(models.System(), "letter")
	e.ReferralID, e.Object, e.Rule = r.job.ReferralID, "user:"+r.job.RecipientID, r.job.Kind
	switch {
	case r.fate == fateSent:
	case r.fate == fateLost, !r.job.DeadAt.IsZero():
		e.Outcome, e.Rule = models.AuditFailed, r.job.Kind+":"+r.job.Fault
	default:
		return e, false
	}
	return e, true
}
