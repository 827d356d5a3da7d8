package store

import (
	"context"
	"fmt"

	"znak/models"
)

// Gauges say how the portal's work stands, for its operator. They are counts
// over the whole country and times, and name nobody.
type Gauges struct {
	Queues   map[string]JobTally // of outgoing work, by queue; those without work may be missing
	Unread   Duties              // to be acknowledged
	Open     Duties              // to be decided
	Sent     Duties              // to be received by the Centre
	Entries  int64               // numbered on the audit trail
	LastAt   models.Stamp        // of the newest of them; zero when there is none
	BackupAt models.Stamp        // of the newest backup that the trail knows; zero when there is none
}

// Duties are referrals that wait for one act.
type Duties struct {
	Waiting int64
	Late    int64 // of them, those whose time is over
}

// Gauges reads how the work stands by now. Each part of it is answered by an
// index, whatever the size of the tables. It tells nothing about anyone, so
// whoever asks may have it.
func (r *reader) Gauges(ctx context.Context) (g Gauges, err error) {
	if g.Queues, err = r.jobTallies(ctx); err != nil {
		return g, err
	}
	if err = r.duties(ctx, &g); err != nil {
		return g, err
	}
	if g.Entries, err = r.AuditSize(ctx); err != nil {
		return g, err
	}
	const newest = "SELECT COALESCE((SELECT at FROM audit_entries %s ORDER BY seq DESC LIMIT 1), 0)"
	db := r.db.WithContext(ctx)
	if err = db.Raw(fmt.Sprintf(newest, "")).Scan(&g.LastAt).Error; err == nil {
		err = db.Raw(fmt.Sprintf(newest, "WHERE action = 'backup' AND outcome = ? AND rule = 'finished'"), models.AuditDone).Scan(&g.BackupAt).Error
	}
	return g, fault(err)
}

// jobTallies is JobTally for every queue that has work to do or to look at.
func (r *reader) jobTallies(ctx context.Context) (map[string]JobTally, error) {
	var rows []struct {
		Queue string
		Dead  bool
		N     int64
		Since models.Stamp
	}
	err := r.db.WithContext(ctx).Raw(`SELECT queue, FALSE AS dead, COUNT(*) AS n, MIN(made_at) AS since FROM jobs WHERE ` + open + ` GROUP BY queue
		UNION ALL SELECT queue, TRUE, COUNT(*), 0 FROM jobs WHERE dead_at > 0 GROUP BY queue`).Scan(&rows).Error
	out := map[string]JobTally{}
	for _, row := range rows {
		t := out[row.Queue]
		if row.Dead {
			t.Dead = row.N
		} else {
			t.Waiting, t.Oldest = row.N, row.Since
		}
		out[row.Queue] = t
	}
	return out, fault(err)
}

// duties counts the referrals whose clock runs.
func (r *reader) duties(ctx context.Context, g *Gauges) error {
	const count = "COALESCE(SUM(CASE WHEN %s THEN 1 ELSE 0 END), 0)"
	now := models.StampOf(r.now())
	row := r.db.WithContext(ctx).Raw(fmt.Sprintf("SELECT "+count+", "+count+", "+count+", "+count+", "+count+", "+count+
		" FROM referrals WHERE next_due > 0 AND erased_at = 0",
		unread, unread+" AND ack_due < @now", inTriage, inTriage+" AND decide_due < @now", atCentre, atCentre+" AND receive_due < @now"),
		map[string]any{"now": now}).Row()
	return fault(row.Scan(&g.Unread.Waiting, &g.Unread.Late, &g.Open.Waiting, &g.Open.Late, &g.Sent.Waiting, &g.Sent.Late))
}
