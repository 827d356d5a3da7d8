package store

import (
	"context"
	"slices"

	"znak/models"
)

// AuditHash is one hash of the log's tree, at its place in the numbering of
// golang.org/x/mod/sumdb/tlog.
type AuditHash struct {
	Idx  int64 `gorm:"primaryKey;autoIncrement:false"`
	Hash []byte
}

// TableName is the table of hashes, ordered by idx.
func (AuditHash) TableName() string { return "audit_hashes" }

// Context is the context in which the transaction runs.
func (tx *Tx) Context() context.Context { return tx.db.Statement.Context }

// auditRows is how many rows of entries one statement takes: each binds twenty
// values.
const auditRows = 500

// AuditAppend writes entries, which are numbered, the hashes that they add to
// the tree, and the log's new size. Only models/audit calls it.
func (tx *Tx) AuditAppend(entries []models.AuditEntry, hashes []AuditHash, size int64) error {
	for i := range entries {
		e := &entries[i]
		e.Digest, e.RowDigest = notNull(e.Digest), notNull(e.RowDigest)
	}
	for part := range slices.Chunk(entries, auditRows) {
		if err := tx.db.Create(part).Error; err != nil {
			return fault(err)
		}
	}
	for part := range slices.Chunk(hashes, 10*auditRows) {
		if err := tx.db.Create(part).Error; err != nil {
			return fault(err)
		}
	}
	return fault(tx.db.Exec("UPDATE audit_head SET size = ? WHERE id = 1", size).Error)
}

// notNull returns b as a value that the database does not take for NULL.
func notNull(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

// ErrAuditHead says that the row with the log's size is gone, which the program
// never does.
var ErrAuditHead error = models.Errorf(models.CodeInternal, "", "the audit log has no head")

// AuditSize returns the number of entries in the log's tree. It tells nothing
// about anyone, so whoever asks may have it. Returns ErrAuditHead.
func (r *reader) AuditSize(ctx context.Context) (int64, error) {
	var sizes []int64
	if err := r.db.WithContext(ctx).Raw("SELECT size FROM audit_head WHERE id = 1").Scan(&sizes).Error; err != nil {
		return 0, fault(err)
	}
	if len(sizes) != 1 {
		return 0, ErrAuditHead
	}
	return sizes[0], nil
}

// AuditHashes returns the hashes of the tree at these places, in their order.
// Hashes tell nothing about anyone, so whoever asks may have them. Returns
// CodeInternal when one is not there.
func (r *reader) AuditHashes(ctx context.Context, idx []int64) ([][]byte, error) {
	if len(idx) == 0 {
		return nil, nil
	}
	rows, err := r.db.WithContext(ctx).Raw("SELECT idx, hash FROM audit_hashes WHERE idx IN ?", idx).Rows()
	if err != nil {
		return nil, fault(err)
	}
	defer rows.Close()
	out, got := make([][]byte, len(idx)), 0
	for rows.Next() {
		var h AuditHash
		if err := rows.Scan(&h.Idx, &h.Hash); err != nil {
			return nil, err
		}
		for i, want := range idx {
			if want == h.Idx && out[i] == nil {
				out[i], got = h.Hash, got+1
			}
		}
	}
	if err := rows.Err(); err != nil {
		return nil, fault(err)
	}
	if got != len(idx) {
		return nil, models.Errorf(models.CodeInternal, "", "the audit log's tree lacks %d of %d hashes", len(idx)-got, len(idx))
	}
	return out, nil
}
