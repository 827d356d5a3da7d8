package audit

import (
	"bytes"
	"context"
	"math"

	"golang.org/x/mod/sumdb/tlog"

	"znak/models"
	"znak/models/store"
)

// entries reads every entry and the tree beside it, and holds them against
// each other and against the checkpoints.
func (v *verifier) entries(ctx context.Context) (*Fault, error) {
	if f, err := v.checkpoints(); f != nil || err != nil {
		return f, err
	}
	after := int64(math.MinInt64)
	for {
		rows, err := v.s.AuditScan(ctx, portal, after, batch)
		if err != nil || len(rows) == 0 {
			return nil, err
		}
		from := tlog.StoredHashCount(v.size)
		stored, err := v.s.AuditHashScan(ctx, from, tlog.StoredHashCount(v.size+int64(len(rows))))
		if err != nil {
			return nil, err
		}
		for i := range rows {
			f, err := v.entry(ctx, &rows[i], stored[tlog.StoredHashCount(v.size)-from:])
			if f != nil || err != nil {
				return f, err
			}
		}
		after = rows[len(rows)-1].Seq
	}
}

// entry checks one entry, which is read next, against the stored hashes from
// its own on.
func (v *verifier) entry(ctx context.Context, row *store.AuditRow, stored [][]byte) (*Fault, error) {
	seq := v.size + 1
	switch {
	case row.Seq > seq:
		return &Fault{Kind: FaultMissing, Seq: seq}, nil
	case row.Seq < seq:
		return v.concerning(ctx, FaultInserted, row)
	case !row.Sound:
		return v.concerning(ctx, FaultChanged, row)
	case !v.log.written(&row.AuditEntry, seq) && v.head >= 0 && seq > v.head:
		return v.concerning(ctx, FaultInserted, row)
	case !v.log.written(&row.AuditEntry, seq):
		kind, err := v.diagnose(ctx, row)
		if err != nil || kind == FaultMissing {
			return &Fault{Kind: kind, Seq: seq}, err
		}
		return v.concerning(ctx, kind, row)
	}
	if ok, err := v.restoring(&row.AuditEntry); err != nil || !ok {
		return &Fault{Kind: FaultRestored, Seq: seq}, err
	}
	hashes, err := v.tree.add(v.size, LeafHash(&row.AuditEntry))
	if err != nil {
		return nil, err
	}
	for i, h := range hashes {
		if !bytes.Equal(stored[i], h[:]) {
			return v.concerning(ctx, FaultTree, row)
		}
	}
	v.size = seq
	v.note(&row.AuditEntry)
	return v.checkpoints()
}

// checkpoints holds the tree against the checkpoints of its present size.
func (v *verifier) checkpoints() (*Fault, error) {
	for ; len(v.held.heads) > v.met && v.held.heads[v.met].size == v.size; v.met++ {
		h := v.held.heads[v.met]
		if h.branch != v.branch().id {
			v.astray = append(v.astray, h)
			continue
		}
		root, err := tlog.TreeHash(v.size, v.tree)
		if err != nil {
			return nil, err
		}
		if root != h.root {
			return &Fault{Kind: FaultRewritten, Seq: v.size}, nil
		}
	}
	return nil, nil
}

// end holds what was read against the stored size, the number of rows and the
// checkpoints that sign more than there is.
func (v *verifier) end(context.Context) (*Fault, error) {
	beyond := v.size + 1
	rewritten, lost := v.loose()
	if len(lost) > 0 {
		last, _ := v.extent(lost[0].branch)
		beyond = last + 1
	}
	switch {
	case len(rewritten) > 0:
		return &Fault{Kind: FaultRewritten, Seq: rewritten[0].size}, nil
	case v.head > v.size, len(lost) > 0, v.count.Hashes > tlog.StoredHashCount(v.size):
		return &Fault{Kind: FaultCut, Seq: beyond}, nil
	case v.head < v.size:
		return &Fault{Kind: FaultTree, Seq: v.size}, nil
	case v.count.Entries != v.size:
		return &Fault{Kind: FaultInserted}, nil
	case v.held.bad:
		return &Fault{Kind: FaultCheckpoint}, nil
	}
	return nil, nil
}

// concerning makes a fault of an entry, with the reference of its referral.
func (v *verifier) concerning(ctx context.Context, kind string, row *store.AuditRow) (*Fault, error) {
	f := &Fault{Kind: kind, Seq: row.Seq}
	if row.ReferralID == "" {
		return f, nil
	}
	ref, err := v.s.AuditReference(ctx, portal, row.ReferralID)
	if models.CodeOf(err) == models.CodeNotFound {
		return f, nil
	}
	f.Ref = ref
	return f, err
}

// diagnose says what became of an entry that was not written at its number.
func (v *verifier) diagnose(ctx context.Context, row *store.AuditRow) (string, error) {
	next, err := v.s.AuditScan(ctx, portal, row.Seq, 1)
	if err != nil {
		return "", err
	}
	pushed := len(next) == 1 && v.log.written(&next[0].AuditEntry, row.Seq)
	for seq := int64(1); seq <= v.count.Entries+1; seq++ {
		if !v.log.written(&row.AuditEntry, seq) {
			continue
		}
		if seq == row.Seq+1 && !pushed {
			return FaultMissing, nil // what follows was moved up
		}
		return FaultReordered, nil
	}
	if pushed {
		return FaultInserted, nil // what follows was moved down
	}
	return FaultChanged, nil
}
