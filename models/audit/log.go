package audit

import (
	"context"
	"crypto/hmac"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"znak/models"
	"znak/models/store"
	"znak/models/vault"
)

// Keys is what the log needs of the vault.
type Keys interface {
	Digester
	EntryMAC(seq int64, leafHash []byte) []byte
	Signer() note.Signer
	Verifier() note.Verifier
	Unwrap(referralID string, wrapped []byte) (vault.DataKey, error)
}

// Log is the audit log. It is safe for use by many goroutines at once.
type Log struct {
	store   *store.Store
	keys    Keys
	program string
	folder  string // of the checkpoints
	now     func() time.Time

	// Logger takes the faults that Run meets; nil stands for slog.Default.
	Logger *slog.Logger

	counts counts
	signed sync.Mutex // held while a checkpoint is made
}

// New makes the log of a store. program is the version that entries name; dir
// is the folder that holds, or will hold, the folder "checkpoints", outside the
// database.
func New(s *store.Store, k Keys, program, dir string, now func() time.Time) *Log {
	return &Log{store: s, keys: k, program: program, folder: filepath.Join(dir, "checkpoints"), now: now}
}

// Append puts entries on the log within the transaction of their act: they are
// there exactly if the act is. It fills in number, id, time, program and
// authenticator; the rest is the caller's, as models.AuditBy begins it. On a
// database with many writers they get their numbers soon afterwards; see Run.
func (l *Log) Append(tx *store.Tx, entries ...models.AuditEntry) error {
	if len(entries) == 0 {
		return nil
	}
	rows := make([]models.AuditEntry, len(entries))
	for i, e := range entries {
		if e.Action == "" || e.Outcome == "" {
			return models.Errorf(models.CodeInternal, "", "audit: entry without action or outcome")
		}
		e.Seq, e.At, e.Program, e.Times = unnumbered, models.StampOf(tx.Now()), l.program, max(e.Times, 1)
		if e.ID == "" {
			e.ID = models.NewID()
		}
		clean(&e)
		rows[i] = e
	}
	if tx.Serial() {
		return l.number(tx, rows)
	}
	for i := range rows {
		l.authenticate(&rows[i])
	}
	return tx.AuditAwait(rows)
}

// clean makes text of what a request can have put into an entry: no database
// has a reason to refuse it, so that an act cannot keep itself off the log.
func clean(e *models.AuditEntry) {
	for _, s := range []*string{&e.ReferralID, &e.Object, &e.Fields, &e.Rule, &e.RequestID, &e.ActorID, &e.Action} {
		*s = strings.ToValidUTF8(strings.ReplaceAll(*s, "\x00", "\uFFFD"), "\uFFFD")
	}
}

// number gives entries the log's next numbers and their places in the tree.
// Nobody else may do so before the transaction ends.
func (l *Log) number(tx *store.Tx, rows []models.AuditEntry) error {
	ctx := tx.Context()
	size, err := tx.AuditSize(ctx)
	if err != nil {
		return err
	}
	tree := newGrowth(size, storedHashes(ctx, tx))
	for i := range rows {
		e := &rows[i]
		e.Seq = size + 1
		if err := tree.add(size, l.authenticate(e)); err != nil {
			return err
		}
		size++
	}
	return tx.AuditAppend(rows, tree.added, size)
}

// authenticate puts the authenticator at its number into the entry, and returns
// its hash there.
func (l *Log) authenticate(e *models.AuditEntry) tlog.Hash {
	leaf := LeafHash(e)
	e.MAC = l.keys.EntryMAC(e.Seq, leaf[:])
	return leaf
}

// AppendWrite is Append for the write of a referral: it puts version, state and
// digests of the referral, as the transaction leaves it, into the entry. b is
// what is stored once the transaction commits; nothing of it may be written
// afterwards.
func (l *Log) AppendWrite(tx *store.Tx, b *store.AuditBundle, e models.AuditEntry) error {
	e.ReferralID, e.Version, e.State = b.Referral.ID, b.Referral.Version, b.Referral.State
	e.Digest, e.RowDigest = ReferralDigests(l.keys, b)
	return l.Append(tx, e)
}

// Record puts entries on the log in a transaction of their own. Once it returns
// nil they are durable.
func (l *Log) Record(ctx context.Context, entries ...models.AuditEntry) error {
	if len(entries) == 0 {
		return nil
	}
	return l.store.Tx(ctx, func(tx *store.Tx) error { return l.Append(tx, entries...) })
}

// written says whether the entry, at this number, carries the authenticator
// that only the holder of the keys can make.
func (l *Log) written(e *models.AuditEntry, seq int64) bool {
	at := *e
	at.Seq = seq
	leaf := LeafHash(&at)
	return hmac.Equal(l.keys.EntryMAC(seq, leaf[:]), e.MAC)
}
