package audit

import (
	"context"
	"os"

	"golang.org/x/mod/sumdb/tlog"

	"znak/models"
	"znak/models/store"
)

// Continues refuses a log that is shorter than the newest checkpoint in the
// folder: the database is an older copy, and whatever is written before that is
// marked hides for ever where the log was cut. Called before anything is
// written. Returns CodeConflict. A log that is otherwise not as it should be is
// Verify's to name: the portal has to go on.
func (l *Log) Continues(ctx context.Context) error {
	size, err := newestIn(l.folder)
	if err != nil {
		return err
	}
	have, err := l.store.AuditSize(ctx)
	if err == nil && have < size {
		err = models.Errorf(models.CodeConflict, "", "the audit log has %d entries, its newest checkpoint %d: the database is an older copy, or somebody cut it. "+
			"Run znak audit verify; if it was brought back from a copy, znak audit restored", have, size)
	}
	return err
}

// Sign signs the log as a view of the database has it, which must continue a
// checkpoint that was signed before. The checkpoint is not kept in the folder:
// it goes with a copy of the database.
func (l *Log) Sign(ctx context.Context, s *store.Snapshot, before []byte) ([]byte, Signed, error) {
	last, err := openHead(before, l.keys.Verifier())
	if err != nil {
		return nil, Signed{}, err
	}
	now, err := headOf(ctx, s)
	if err != nil {
		return nil, Signed{}, err
	}
	then, err := tlog.TreeHash(min(last.size, now.size), storedHashes(ctx, s))
	if err != nil || now.size < last.size || then != last.root {
		return nil, now.signed(), models.Errorf(models.CodeInternal, "", "audit: the copy does not continue the checkpoint at %d", last.size)
	}
	signed, err := signHead(now, l.keys.Signer())
	return signed, now.signed(), err
}

// headOf returns the head of the log as a view of the database has it.
func headOf(ctx context.Context, s *store.Snapshot) (now head, err error) {
	if now.size, err = s.AuditSize(ctx); err != nil {
		return now, err
	}
	if now.root, err = tlog.TreeHash(now.size, storedHashes(ctx, s)); err != nil {
		return now, err
	}
	now.branch, err = branchAt(ctx, s, now.size)
	return now, err
}

// Head returns size and root of the log as a view of the database has it.
func (l *Log) Head(ctx context.Context, s *store.Snapshot) (Signed, error) {
	h, err := headOf(ctx, s)
	return h.signed(), err
}

// Keep adds a checkpoint to the folder that was signed by this log's key, if
// there is none of that size. Returns CodeInvalid for another's.
func (l *Log) Keep(signed []byte) error {
	h, err := openHead(signed, l.keys.Verifier())
	if err != nil {
		return models.Errorf(models.CodeInvalid, "", "the checkpoint is not signed by this log's key")
	}
	if _, err := os.Stat(filePath(l.folder, h.size)); err == nil || h.size == 0 {
		return nil
	}
	return writeFile(l.folder, h.size, signed)
}

// AppendErasure is AppendWrite for an erasure: only the digest of the row
// stands from then on.
func (l *Log) AppendErasure(tx *store.Tx, b *store.AuditBundle, e models.AuditEntry) error {
	_, row := ReferralDigests(l.keys, b)
	e.ReferralID, e.Version, e.State, e.Digest, e.RowDigest = b.Referral.ID, b.Referral.Version, b.Referral.State, row, row
	return l.Append(tx, e)
}
