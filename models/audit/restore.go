package audit

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"znak/models"
	"znak/models/store"
)

// ErrLoss says that a log to be restored lacks entries that checkpoints outside
// sign, and that nobody has accepted that.
var ErrLoss = errors.New("audit: checkpoints outside sign entries that the log does not have")

// MarkRestored says on the log, for ever, that from here on it goes on from a
// copy, and which entries checkpoints outside sign that it lacks. from names the
// copy; "" when there is none, and then no new place is marked if all that is
// lost was lost at one that is marked already. Whoever runs the server calls it, before anything else is written to the
// log. Checkpoints of what is lost are moved aside, into the folder "lost",
// where Verify goes on to read them. Returns the place, and ErrLoss, with the
// place, when something is lost and accept is not set: then nothing was done.
// Where the log was changed and not only cut, or went on before it was marked,
// it returns CodeConflict: that can never be made good.
func (l *Log) MarkRestored(ctx context.Context, a models.Actor, from string, accept bool, o Options) (Restored, error) {
	held, err := l.held(o.Checkpoints)
	if err != nil {
		return Restored{}, err
	}
	now, lost, err := l.losses(ctx, held, o)
	r := Restored{Seq: now.size + 1, Kept: now.size}
	for _, t := range lost {
		r.Lost = max(r.Lost, t.size)
	}
	if err != nil {
		return r, err
	}
	if len(lost) > 0 && !accept {
		return r, ErrLoss
	}
	id := models.NewID()
	if from == "" && len(lost) > 0 && !slices.ContainsFunc(lost, func(t tip) bool { return t.kept == now.size }) {
		id = ""
	} else if err := l.moveAside(id, now.size); err != nil {
		return r, err
	}
	return r, l.store.Tx(ctx, func(tx *store.Tx) error { return l.mark(tx, a, id, from, now, lost) })
}

// losses returns the log's head and the newest checkpoint of each branch that
// it does not continue, with how many entries of it were kept.
func (l *Log) losses(ctx context.Context, held checkpoints, o Options) (now head, lost []tip, err error) {
	err = l.store.Snapshot(ctx, func(s *store.Snapshot) error {
		lost = nil
		v := l.verifier(s, held, o)
		f, err := v.start(ctx)
		if err == nil && f == nil {
			f, err = v.entries(ctx)
		}
		if err != nil {
			return err
		}
		rewritten, loose := v.loose()
		if f != nil || len(rewritten) > 0 || held.bad || v.head != v.size {
			return models.Errorf(models.CodeConflict, "", "the log was changed, or went on before it was marked as restored: audit verify says where")
		}
		now = head{size: v.size}
		for _, h := range newestOfEach(loose) {
			kept, _ := v.extent(h.branch)
			lost = append(lost, tip{kept, h})
		}
		now.root, err = tlog.TreeHash(v.size, v.tree)
		return err
	})
	return now, lost, err
}

func newestOfEach(heads []head) (out []head) {
	slices.SortFunc(heads, func(a, b head) int { return cmp.Or(cmp.Compare(a.branch, b.branch), cmp.Compare(b.size, a.size)) })
	return slices.CompactFunc(heads, func(a, b head) bool { return a.branch == b.branch })
}

// mark writes the entries; without an id, only those of what is lost. They are
// numbered at once, before whatever waits.
func (l *Log) mark(tx *store.Tx, a models.Actor, id, from string, now head, lost []tip) error {
	if !tx.Serial() {
		if _, err := tx.AuditLead(true); err != nil {
			return err
		}
	}
	if size, err := tx.AuditSize(tx.Context()); err != nil || size != now.size {
		return cmp.Or(err, error(models.E(models.CodeConflict, "error.conflict")))
	}
	var rows []models.AuditEntry
	if id != "" {
		e := models.AuditBy(a, actionRestored)
		e.ID, e.Object, e.Rule = id, restoredObject(now.size, now.root), from
		rows = append(rows, e)
	}
	for _, t := range lost {
		e := models.AuditBy(a, actionLost)
		e.ID, e.Object, e.Rule = models.NewID(), lostObject(t.kept, t.head), from
		rows = append(rows, e)
	}
	for i := range rows {
		rows[i].At, rows[i].Program = models.StampOf(tx.Now()), l.program
		clean(&rows[i])
	}
	return l.number(tx, rows)
}

// lostFolder holds the checkpoints of branches that were lost, below the folder
// of checkpoints.
const lostFolder = "lost"

// moveAside moves the checkpoints of more entries than kept to where nothing
// takes them for the log's own.
func (l *Log) moveAside(id string, kept int64) error {
	sizes, err := listFolder(l.folder)
	if err != nil {
		return err
	}
	into := filepath.Join(l.folder, lostFolder, id)
	for _, size := range sizes {
		if size <= kept {
			continue
		}
		if err := os.MkdirAll(into, 0o700); err != nil {
			return err
		}
		if err := os.Rename(filePath(l.folder, size), filepath.Join(into, fileName(size))); err != nil {
			return err
		}
	}
	if _, err := os.Stat(into); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return errors.Join(syncDir(into), syncDir(filepath.Dir(into)), syncDir(l.folder))
}

// heldLost adds the checkpoints that were moved aside.
func (l *Log) heldLost(c *checkpoints) error {
	err := filepath.WalkDir(filepath.Join(l.folder, lostFolder), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		signed, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		h, err := openHead(signed, l.keys.Verifier())
		c.add(h, err != nil)
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

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
