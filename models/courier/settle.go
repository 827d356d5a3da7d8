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
	// Whoever asks for long pauses is not asked for ever either.
	persistence = 3 * 24 * time.Hour
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

// settled redirects a letter that reached nobody, and says what the audit trail
// says of it.
func (m *Mailer) settled(ctx context.Context, tx *store.Tx, r *Result) ([]models.AuditEntry, error) {
	if r.Fate == Lost {
		if err := m.Outbox.Redirect(ctx, tx, r.Job); err != nil {
			return nil, err
		}
	}
	if e, ok := r.entry(); ok {
		return []models.AuditEntry{e}, nil
	}
	return nil, nil
}

// apply puts the result into the job.
func (r *Result) apply(now time.Time) {
	j := &r.Job
	switch r.Fate {
	case Sent:
		j.DoneAt, j.Fault = models.StampOf(now), ""
	case Moot:
		j.DoneAt, j.Fault = models.StampOf(now), faultMoot
	case Lost:
		j.DoneAt, j.Fault = models.StampOf(now), faultUnreachable
	case Back:
		j.Attempts, j.DueAt = j.Attempts-1, models.StampOf(now)
	case Failed:
		j.Fault, j.DueAt = r.Fault.Code, models.StampOf(now.Add(max(Backoff(j.Attempts), r.Fault.After)))
		if r.hopeless(now) {
			j.DeadAt = models.StampOf(now)
		}
	}
}

// hopeless says whether the job is given up.
func (r *Result) hopeless(now time.Time) bool {
	f, attempts := r.Fault, r.Job.Attempts
	switch {
	case f.Final, attempts >= tries:
		return true
	case f.Refused, f.After > 0 && now.Sub(r.Job.MadeAt.Time()) > persistence:
		return attempts >= triesRefused
	}
	return false
}

// entry is what the audit trail says: that a letter was delivered, reached
// nobody or was given up; ids only.
func (r *Result) entry() (models.AuditEntry, bool) {
	e := models.AuditBy(models.System(), "letter")
	e.ReferralID, e.Object, e.Rule = r.Job.ReferralID, "user:"+r.Job.RecipientID, r.Job.Kind
	switch {
	case r.Fate == Sent:
	case r.Fate == Lost, !r.Job.DeadAt.IsZero():
		e.Outcome, e.Rule = models.AuditFailed, r.Job.Kind+":"+r.Job.Fault
	default:
		return e, false
	}
	return e, true
}
