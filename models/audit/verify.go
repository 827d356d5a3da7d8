package audit

import (
	"context"

	"znak/models"
	"znak/models/store"
)

// Options are what Verify is given beyond the log's own folder.
type Options struct {
	Checkpoints [][]byte // checkpoints that somebody else kept
	Erased      []string // ids of the referrals that the ledger of erasures names
}

// Report is what Verify found; its JSON form is part of the program's surface.
type Report struct {
	OK         bool   `json:"ok"`
	Entries    int64  `json:"entries"`
	Pending    int64  `json:"pending"`    // entries that are committed but wait for a number: none on SQLite
	Checkpoint Signed `json:"checkpoint"` // the newest one that the log was held against
	Fault      *Fault `json:"fault"`      // the first one

	Restored []Restored `json:"restored,omitempty"` // where the log was begun anew from a copy
}

// Signed is what a checkpoint says. The zero Signed: there was none.
type Signed struct {
	Size int64  `json:"size"`
	Root string `json:"root"` // base64
}

// Fault names what does not hold.
type Fault struct {
	Kind string `json:"kind"` // one of the kinds below
	Seq  int64  `json:"seq"`  // number of the entry that it concerns; 0 when none
	Ref  string `json:"ref"`  // reference number of the referral that it concerns, when known
}

// Kinds of faults: of the log, in the order of its entries, then of
// checkpoints, then of referrals.
const (
	FaultChanged    = "changed"    // an entry is not as it was written
	FaultMissing    = "missing"    // an entry was taken out
	FaultInserted   = "inserted"   // an entry was put in
	FaultReordered  = "reordered"  // an entry stands at another's number
	FaultTree       = "tree"       // the stored tree is not the one of the entries
	FaultCut        = "cut"        // entries at the end are gone
	FaultRewritten  = "rewritten"  // the log is not the one that a checkpoint signed
	FaultCheckpoint = "checkpoint" // a checkpoint is damaged, or not signed by this log's key
	FaultRestored   = "restored"   // what an entry says of a restoring is not so

	FaultRecusal = "recusal"          // somebody stepped back from it, and no longer does, or the other way round
	FaultState   = "referral_state"   // a referral's state is not its last entry's
	FaultRow     = "referral_row"     // anything else in its row
	FaultSealed  = "referral_sealed"  // its content, timeline or search hashes
	FaultMissed  = "referral_missing" // a referral of the log is gone
	FaultUnknown = "referral_unknown" // a referral that the log does not know
	FaultKey     = "key"              // its data key is gone or does not open; or that or a search hash outlived its erasure
	FaultErasure = "erasure"          // the ledger names it, but it is not erased, or came back
)

// batch is how many entries are read at once, bundleBatch how many referrals.
const (
	batch       = 2000
	bundleBatch = 200
)

// portal is who reads when the log checks itself.
var portal = models.Actor{Role: models.RoleSystem}

// Verify reads the whole log, the checkpoints outside the database and every
// referral, on one consistent view, and reports the first thing that does not
// hold. Its error says that it could not finish, not that it found something.
func (l *Log) Verify(ctx context.Context, o Options) (Report, error) {
	held, err := l.held(o.Checkpoints) // before the view: no checkpoint can be newer than it
	if err != nil {
		return Report{}, err
	}
	var r Report
	err = l.store.Snapshot(ctx, func(s *store.Snapshot) error {
		v := l.verifier(s, held, o)
		fault, err := v.all(ctx)
		r = Report{OK: fault == nil, Entries: v.count.Entries, Pending: v.count.Pending, Checkpoint: v.newest(), Fault: fault, Restored: v.restorings()}
		return err
	})
	return r, err
}

// verifier is one run of Verify.
type verifier struct {
	log   *Log
	s     *store.Snapshot
	held  checkpoints
	count store.AuditCounts
	head  int64             // the log's size as stored; -1 when that is gone
	tree  frontier          // made of the entries read so far
	size  int64             // how many those are
	met   int               // how many checkpoints fit so far
	last  map[string]*write // by referral: what the entries read so far say

	branches []branch // the log's, the oldest first
	tips     []tip    // of what the log says that it lost
	astray   []head   // checkpoints of other branches
	erased   map[string]bool
}

func (l *Log) verifier(s *store.Snapshot, held checkpoints, o Options) *verifier {
	v := &verifier{log: l, s: s, held: held, tree: frontier{}, last: map[string]*write{}, branches: []branch{{}}, erased: map[string]bool{}}
	for _, id := range o.Erased {
		v.erased[id] = true
	}
	return v
}

// all runs the checks in the order in which their faults are named.
func (v *verifier) all(ctx context.Context) (*Fault, error) {
	for _, check := range []func(context.Context) (*Fault, error){v.start, v.entries, v.end, v.waiting, v.referrals} {
		if f, err := check(ctx); f != nil || err != nil {
			return f, err
		}
	}
	return nil, nil
}

func (v *verifier) start(ctx context.Context) (_ *Fault, err error) {
	if v.count, err = v.s.AuditCounts(ctx); err != nil {
		return nil, err
	}
	if v.head, err = v.s.AuditSize(ctx); err == store.ErrAuditHead {
		v.head, err = -1, nil
	}
	return nil, err
}
