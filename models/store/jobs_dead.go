package store

import (
	"context"

	"znak/models"
)

// JobTally is how the outgoing work stands.
type JobTally struct {
	Waiting int64        // still to be done, those just being done included
	Oldest  models.Stamp // since when the oldest of them waits; zero when none does
	Dead    int64        // given up
}

// JobTally counts the jobs of a queue, "" = of all. It tells nothing about
// anyone, so whoever asks may have it.
func (r *reader) JobTally(ctx context.Context, queue string) (t JobTally, err error) {
	where, args := "", []any{}
	if queue != "" {
		where, args = "queue = ? AND ", []any{queue}
	}
	db := r.db.WithContext(ctx)
	err = db.Raw("SELECT count(*) AS waiting, coalesce(min(made_at), 0) AS oldest FROM jobs WHERE "+where+open, args...).Scan(&t).Error
	if err == nil {
		err = db.Raw("SELECT count(*) FROM jobs WHERE "+where+"dead_at > 0", args...).Scan(&t.Dead).Error
	}
	return t, fault(err)
}

// DeadJob is a job that was given up, with the role of whom it is for.
type DeadJob struct {
	models.Job
	Role models.Role
}

// DeadJobs lists the jobs that were given up, the newest first, at most limit
// of them. Admins only; anybody else gets CodeForbidden.
func (r *reader) DeadJobs(ctx context.Context, a models.Actor, limit int) (out []DeadJob, err error) {
	if a.Role != models.RoleAdmin {
		return nil, models.E(models.CodeForbidden, "error.forbidden")
	}
	err = fault(r.db.WithContext(ctx).Raw(`SELECT jobs.*, coalesce(users.role, '') AS role FROM jobs
		LEFT JOIN users ON users.id = jobs.recipient_id
		WHERE jobs.dead_at > 0 ORDER BY jobs.dead_at DESC, jobs.id LIMIT ?`, limit).Scan(&out).Error)
	return out, err
}

// RetryJobs lets the workers try a dead job again at once, "" = every dead job,
// as if it were new, and returns them; its message keeps its id. Admins only;
// anybody else gets CodeForbidden. Returns models.ErrNotFound when the job is
// not there or not dead.
func (tx *Tx) RetryJobs(a models.Actor, id string) (out []models.Job, err error) {
	if a.Role != models.RoleAdmin {
		return nil, models.E(models.CodeForbidden, "error.forbidden")
	}
	where, args := "dead_at > 0", []any{models.StampOf(tx.now)}
	if id != "" {
		where, args = where+" AND id = ?", append(args, id)
	}
	err = tx.db.Raw("UPDATE jobs SET dead_at = 0, attempts = 0, leased_by = '', due_at = ? WHERE "+where+" RETURNING *", args...).Scan(&out).Error
	if err != nil {
		return nil, fault(err)
	}
	if len(out) == 0 && id != "" {
		return nil, models.ErrNotFound
	}
	return out, nil
}
