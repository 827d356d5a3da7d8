package store

import (
	"context"
	"fmt"
	"sort"
	"strings"
	"time"

	"znak/models"
)

// WorkingCount is how many referrals of a desk did a duty within a step of
// time. Exact: it is for making figures, and never leaves models/trends.
type WorkingCount struct {
	DeskID string
	Step   int  // index of the first step that was long enough; len(steps) when none was, or it is not done
	InTime bool // done before its clock ran out
	N      int64
}

// WorkingAccount is how many open accounts of a role there are in a district.
type WorkingAccount struct {
	DistrictID string // "" for roles that belong to none
	Role       models.Role
	Open       int // not disabled
	Used       int // of these, did something that the audit trail notes
}

// workingDuty says how one duty is measured, in columns that stand in clear.
type workingDuty struct{ since, done, due, where string }

// A referral that was forwarded without being acknowledged was seen by then,
// unless its clock for deciding had run out: then the portal forwarded it.
var workingDuties = map[models.Event]workingDuty{
	models.EventAcknowledge: {"submitted_at", "CASE WHEN acknowledged_at > 0 THEN acknowledged_at WHEN forwarded_at <= decide_due THEN forwarded_at ELSE 0 END", "ack_due", "submitted_at > 0"},
	models.EventForward:     {"submitted_at", "CASE WHEN forwarded_at > 0 THEN forwarded_at ELSE closed_at END", "decide_due", "submitted_at > 0"},
	models.EventReceive:     {"forwarded_at", "received_at", "receive_due", "forwarded_at > 0"},
}

// onlySystem keeps exact counts from people.
func onlySystem(a models.Actor) error {
	if a.Role != models.RoleSystem {
		return models.E(models.CodeForbidden, "error.forbidden")
	}
	return nil
}

// stepOf is the index of the first of the steps that the expression, in
// microseconds, is not longer than.
func stepOf(expression string, steps []time.Duration) string {
	var s strings.Builder
	s.WriteString("CASE")
	for i, step := range steps {
		fmt.Fprintf(&s, " WHEN %s <= %d THEN %d", expression, step.Microseconds(), i)
	}
	fmt.Fprintf(&s, " ELSE %d END", len(steps))
	return s.String()
}

// WorkingTimes counts, for the referrals submitted from a moment until before
// another, how long a duty (acknowledge, forward as deciding, receive) took, by
// the desk that holds them. The portal itself only; others get CodeForbidden.
func (r *reader) WorkingTimes(ctx context.Context, a models.Actor, duty models.Event, from, until models.Stamp, steps []time.Duration) (out []WorkingCount, err error) {
	if err := onlySystem(a); err != nil {
		return nil, err
	}
	d, ok := workingDuties[duty]
	if !ok {
		return nil, models.ErrNotFound
	}
	took := "CASE WHEN (" + d.done + ") = 0 THEN " + fmt.Sprint(int64(1)<<60) + " ELSE (" + d.done + ") - " + d.since + " END"
	inTime := "((" + d.done + ") > 0 AND (" + d.done + ") <= " + d.due + ")"
	err = r.referrals(ctx, a).Where("submitted_at >= ? AND submitted_at < ? AND "+d.where, from, until).
		Select("desk_id, " + stepOf("("+took+")", steps) + " AS step, " + inTime + " AS in_time, COUNT(*) AS n").
		Group("desk_id, step, in_time").Scan(&out).Error
	return out, fault(err)
}

// WorkingBacklog counts what is open now by how long it waits: at the desks
// since its submission, or at the Centre since its forwarding. The portal itself
// only; others get CodeForbidden.
func (r *reader) WorkingBacklog(ctx context.Context, a models.Actor, centre bool, steps []time.Duration) (out []WorkingCount, err error) {
	if err := onlySystem(a); err != nil {
		return nil, err
	}
	open, since := "next_due > 0 AND forwarded_at = 0", "submitted_at"
	if centre {
		open, since = "forwarded_at > 0 AND state <> 'closed'", "forwarded_at"
	}
	age := fmt.Sprintf("(%d - %s)", models.StampOf(r.now()), since)
	err = r.referrals(ctx, a).Where(open + " AND erased_at = 0").
		Select("desk_id, " + stepOf(age, steps) + " AS step, COUNT(*) AS n").Group("desk_id, step").Scan(&out).Error
	return out, fault(err)
}

// WorkingAccounts counts the accounts that are not disabled, by role and
// district, and how many of them did something since then. A wrong password for an
// account is not its doing. The portal itself only; others get CodeForbidden.
func (r *reader) WorkingAccounts(ctx context.Context, a models.Actor, since models.Stamp) (out []WorkingAccount, err error) {
	if err := onlySystem(a); err != nil {
		return nil, err
	}
	seq, err := r.firstSince(ctx, since)
	if err != nil {
		return nil, err
	}
	err = r.db.WithContext(ctx).Raw(`SELECT place AS district_id, role, COUNT(*) AS open, SUM(used) AS used FROM (
		SELECT COALESCE(schools.district_id, users.district_id) AS place, users.role,
			CASE WHEN EXISTS (SELECT 1 FROM audit_entries e WHERE e.actor_id = users.id AND e.seq >= ? AND e.outcome = ?) THEN 1 ELSE 0 END AS used
		FROM users LEFT JOIN schools ON schools.id = users.school_id
		WHERE NOT users.disabled) AS known GROUP BY place, role ORDER BY place, role`,
		seq, models.AuditDone).Scan(&out).Error
	return out, fault(err)
}

// firstSince returns the number of the first audit entry written at or after
// the moment. Entries stand in the order of time.
func (r *reader) firstSince(ctx context.Context, since models.Stamp) (int, error) {
	size, err := r.AuditSize(ctx)
	if err != nil {
		return 0, err
	}
	var failed error
	seq := sort.Search(int(size), func(i int) bool {
		var at models.Stamp
		if err := r.db.WithContext(ctx).Raw("SELECT at FROM audit_entries WHERE seq = ?", i+1).Scan(&at).Error; err != nil {
			failed = err
		}
		return failed != nil || at >= since
	})
	return seq + 1, fault(failed)
}
