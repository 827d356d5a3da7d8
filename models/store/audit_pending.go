package store

import (
	"context"
	"database/sql"
	"slices"

	"znak/models"
)

// On a database with many writers an act does not wait for the log's next
// number: it puts its entry into audit_pending, in its own transaction, and one
// sequencer at a time numbers what waits there. The places in that queue come
// from a sequence and may have gaps; of two writes of one referral the second
// has the higher place, since it could not begin to write before the first was
// committed.

// pendingTable holds the entries that wait; Seq is their place in the queue.
const pendingTable = "audit_pending"

// Serial says whether the database has one writer at a time. There an act takes
// the log's next number itself, and nothing waits for one.
func (r *reader) Serial() bool { return serial(r.db) }

// AuditAwait writes entries that are to be numbered later. Only models/audit
// calls it, on a database that is not Serial.
func (tx *Tx) AuditAwait(entries []models.AuditEntry) error {
	for part := range slices.Chunk(entries, auditRows) {
		for i := range part {
			part[i].Digest, part[i].RowDigest = notNull(part[i].Digest), notNull(part[i].RowDigest)
		}
		if err := tx.db.Table(pendingTable).Omit("Seq").Create(part).Error; err != nil {
			return fault(err)
		}
	}
	return nil
}

// AuditLead makes the transaction the one that numbers entries, until it ends
// or the program that runs it dies. Unless wait is set it does not wait for
// another that leads, and returns false. Only models/audit calls it.
func (tx *Tx) AuditLead(wait bool) (bool, error) {
	if wait {
		return true, hold(tx.db, "SELECT pg_advisory_xact_lock(?)", lockSequencer)
	}
	var leads bool
	err := tx.db.Raw("SELECT pg_try_advisory_xact_lock(?)", int64(lockSequencer)).Row().Scan(&leads)
	return leads, fault(err)
}

// AuditQueue returns the entries that wait for a number behind the place after,
// the oldest first, at most limit; none on a database that is Serial. Auditors,
// the operator and the portal itself may read them; others get CodeForbidden.
func (r *reader) AuditQueue(ctx context.Context, a models.Actor, after int64, limit int) ([]AuditRow, error) {
	if err := mayAudit(a); err != nil || serial(r.db) {
		return nil, err
	}
	var out []AuditRow
	err := scanStrict(r.db.WithContext(ctx), pendingTable, "seq > ? ORDER BY seq LIMIT ?", []any{after, limit},
		func(e *models.AuditEntry, sound bool) { out = append(out, AuditRow{*e, sound}) })
	return out, err
}

// AuditKnown returns which of the ids are those of numbered entries. Ids tell
// nothing about anyone, so whoever asks may have them.
func (r *reader) AuditKnown(ctx context.Context, ids []string) (map[string]bool, error) {
	var rows []string
	if err := r.db.WithContext(ctx).Raw("SELECT id FROM audit_entries WHERE id IN ?", ids).Scan(&rows).Error; err != nil {
		return nil, fault(err)
	}
	known := make(map[string]bool, len(rows))
	for _, id := range rows {
		known[id] = true
	}
	return known, nil
}

// AuditLeave takes entries that were numbered in this transaction out of the
// queue. Only models/audit calls it.
func (tx *Tx) AuditLeave(places []int64) error {
	return fault(tx.db.Exec("DELETE FROM audit_pending WHERE seq IN ?", places).Error)
}

// AuditWaiting returns how many entries wait for a number, and when the oldest
// of them was written; none on a database that is Serial. It tells nothing
// about anyone, so whoever asks may have it.
func (r *reader) AuditWaiting(ctx context.Context) (n int64, oldest models.Stamp, err error) {
	if serial(r.db) {
		return 0, 0, nil
	}
	var at sql.NullInt64
	err = r.db.WithContext(ctx).Raw("SELECT COUNT(*), MIN(at) FROM audit_pending").Row().Scan(&n, &at)
	return n, models.Stamp(at.Int64), fault(err)
}
