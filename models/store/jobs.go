package store

import (
	"context"
	"slices"
	"time"

	"znak/models"
)

// jobRows is how many jobs one statement writes: each binds thirteen values.
const jobRows = 500

// QueueJobs writes new jobs: they exist exactly if the act of the transaction
// does. It fills in ids and times that are not set.
func (tx *Tx) QueueJobs(jobs ...models.Job) error {
	now := models.StampOf(tx.now)
	for i := range jobs {
		j := &jobs[i]
		if j.ID == "" {
			j.ID = models.NewID()
		}
		if j.MadeAt.IsZero() {
			j.MadeAt = now
		}
		if j.DueAt.IsZero() {
			j.DueAt = now
		}
	}
	for part := range slices.Chunk(jobs, jobRows) {
		if err := tx.db.Create(part).Error; err != nil {
			return fault(err)
		}
	}
	return nil
}

// open is the condition that a job still has to be done.
const open = "done_at = 0 AND dead_at = 0"

// JobsDue says whether a job of the queue can be claimed now: a look that takes
// no lock. Workers only.
func (r *reader) JobsDue(ctx context.Context, queue string) (bool, error) {
	var due bool
	err := r.db.WithContext(ctx).Raw("SELECT EXISTS (SELECT 1 FROM jobs WHERE queue = ? AND "+open+" AND due_at <= ?)",
		queue, models.StampOf(r.now())).Scan(&due).Error
	return due, fault(err)
}

// ClaimJobs leases up to n jobs of the queue that are due, the oldest first,
// under a token of the worker's; nobody else gets them until the lease ends.
// Where several write at once, rows that another worker is claiming are passed
// over instead of waited for.
func (tx *Tx) ClaimJobs(queue, token string, n int, lease time.Duration) (out []models.Job, err error) {
	locking := ""
	if tx.db.Dialector.Name() == "postgres" {
		locking = " FOR UPDATE SKIP LOCKED"
	}
	now := models.StampOf(tx.now)
	err = tx.db.Raw("UPDATE jobs SET leased_by = ?, due_at = ?, attempts = attempts + 1 WHERE id IN"+
		" (SELECT id FROM jobs WHERE queue = ? AND "+open+" AND due_at <= ? ORDER BY due_at, id LIMIT ?"+locking+") RETURNING *",
		token, models.StampOf(tx.now.Add(lease)), queue, now, n).Scan(&out).Error
	slices.SortFunc(out, func(a, b models.Job) int { return int(a.MadeAt - b.MadeAt) })
	return out, fault(err)
}

// SettleJob writes what became of a leased job and ends its lease: when it is
// due again, or done, or dead, and its last fault. It says false, and changes
// nothing, when the lease had ended and somebody else has the job or had it.
func (tx *Tx) SettleJob(j models.Job) (bool, error) {
	res := tx.db.Exec("UPDATE jobs SET attempts = ?, due_at = ?, leased_by = '', done_at = ?, dead_at = ?, fault = ? WHERE id = ? AND leased_by = ? AND "+open,
		j.Attempts, j.DueAt, j.DoneAt, j.DeadAt, j.Fault, j.ID, j.LeasedBy)
	return res.RowsAffected == 1, fault(res.Error)
}

// JobsAbout returns the recipients who have a job of this kind about the
// referral, whatever became of it. Workers only.
func (r *reader) JobsAbout(ctx context.Context, referralID, kind string) (recipients []string, err error) {
	err = fault(r.db.WithContext(ctx).Raw("SELECT recipient_id FROM jobs WHERE referral_id = ? AND kind = ?", referralID, kind).Scan(&recipients).Error)
	return recipients, err
}

// PruneJobs removes the jobs that were done before the moment. Dead ones stay
// until somebody has looked.
func (tx *Tx) PruneJobs(before time.Time) error {
	return fault(tx.db.Exec("DELETE FROM jobs WHERE done_at > 0 AND done_at < ?", models.StampOf(before)).Error)
}
