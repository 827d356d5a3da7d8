package audit

import (
	"context"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"znak/models"
	"znak/models/store"
)

// A log that was restored from a copy is shorter than checkpoints that were
// made after the copy, and what it has from then on is another branch. It may
// go on only after an entry that says so, at the very number where the branches
// part: what was lost is on the log for ever, and in every report of Verify.
// The checkpoints of a branch name the entry that it begins with, so that none
// of them can pass for one of another branch; and a checkpoint that the log does
// not continue is a fault unless an entry names its branch as lost, up to a size
// and root. So the entry excuses exactly what it admits.

// Actions of the entries that say so.
const (
	actionRestored = "restored" // object: how many entries were kept, and their root
	actionLost     = "lost"     // object: how many were kept, size, root and branch of what is gone
)

// Restored is a place where the log was begun anew from a copy.
type Restored struct {
	Seq  int64 `json:"seq"`  // of the entry that says so
	Kept int64 `json:"kept"` // entries before it
	Lost int64 `json:"lost"` // number of the last entry, in the log of before, that is known to be gone; 0 when none is
}

// branch is a part of the log that begins with a restoring; the first has no
// id.
type branch struct {
	id   string // of the entry
	seq  int64  // of the entry
	kept int64
}

// tip is the newest known checkpoint of a branch that was lost.
type tip struct {
	kept int64
	head
}

func (h head) signed() Signed { return Signed{h.size, h.root.String()} }

func restoredObject(kept int64, root tlog.Hash) string { return fmt.Sprintf("%d %s", kept, root) }

func lostObject(kept int64, h head) string {
	return fmt.Sprintf("%d %d %s %s", kept, h.size, h.root, "branch:"+h.branch)
}

func parseLost(object string) (t tip, ok bool) {
	var root, branch string
	if n, err := fmt.Sscanf(object, "%d %d %s %s", &t.kept, &t.size, &root, &branch); n != 4 || err != nil {
		return t, false
	}
	hash, err := tlog.ParseHash(root)
	if err != nil || len(branch) < len("branch:") {
		return t, false
	}
	t.root, t.branch = hash, branch[len("branch:"):]
	return t, lostObject(t.kept, t.head) == object
}

// branchAt returns the branch of the log's entry with that number.
func branchAt(ctx context.Context, s *store.Snapshot, size int64) (string, error) {
	list, err := s.AuditTrail(ctx, portal, store.AuditFilter{Action: actionRestored, Outcome: models.AuditDone, Before: size + 1, Limit: 1})
	if err != nil || len(list) == 0 {
		return "", err
	}
	return list[0].ID, nil
}

// branch is the one of the entry that was read last.
func (v *verifier) branch() branch { return v.branches[len(v.branches)-1] }

// restoring takes what an entry, which is read next, says of a restoring, and
// says whether that can be.
func (v *verifier) restoring(e *models.AuditEntry) (bool, error) {
	if e.Outcome != models.AuditDone {
		return true, nil
	}
	switch e.Action {
	case actionRestored:
		root, err := tlog.TreeHash(v.size, v.tree)
		v.branches = append(v.branches, branch{e.ID, e.Seq, v.size})
		return e.Object == restoredObject(v.size, root), err
	case actionLost:
		t, ok := parseLost(e.Object)
		v.tips = append(v.tips, t)
		return ok && v.mayLose(t), nil
	}
	return true, nil
}

// mayLose says whether the log can have lost that: it was restored at that
// place, and what is lost is no branch on which it went on.
func (v *verifier) mayLose(t tip) bool {
	known := false
	for i, b := range v.branches {
		known = known || i > 0 && b.kept == t.kept
		last := i == len(v.branches)-1
		if b.id == t.branch && (last || v.branches[i+1].kept != t.kept || t.size <= t.kept) {
			return false
		}
	}
	return known
}

// loose returns the checkpoints that the log neither continues nor admits to
// have lost: those that no branch of its can have had, and those beyond the end
// of their branch.
func (v *verifier) loose() (rewritten, lost []head) {
	for _, h := range append(v.astray[:len(v.astray):len(v.astray)], v.held.heads[v.met:]...) {
		end, known := v.extent(h.branch)
		switch {
		case v.admitted(h):
		case known && h.size <= end:
			rewritten = append(rewritten, h)
		default:
			lost = append(lost, h)
		}
	}
	return rewritten, lost
}

// extent returns the number of a branch's last entry in this log, and whether
// it has the branch at all.
func (v *verifier) extent(id string) (last int64, known bool) {
	for i, b := range v.branches {
		if b.id != id {
			continue
		}
		if i+1 < len(v.branches) {
			return v.branches[i+1].kept, true
		}
		return v.size, true
	}
	return v.size, false
}

// admitted says whether the log has an entry that names the checkpoint's branch
// as lost, at least up to there.
func (v *verifier) admitted(h head) bool {
	for _, t := range v.tips {
		inside := h.size < t.size || h.size == t.size && h.root == t.root
		if _, known := v.extent(t.branch); t.branch == h.branch && inside && (h.size > t.kept || !known) {
			return true
		}
	}
	return false
}

// newest is the newest checkpoint that the log was held against and that is not
// of a branch that was lost.
func (v *verifier) newest() Signed {
	for i := len(v.held.heads) - 1; i >= 0; i-- {
		if h := v.held.heads[i]; !v.admitted(h) {
			return h.signed()
		}
	}
	return Signed{}
}

// restorings are those on the log, for the report.
func (v *verifier) restorings() (out []Restored) {
	for _, b := range v.branches[1:] {
		r := Restored{Seq: b.seq, Kept: b.kept}
		for _, t := range v.tips {
			if t.kept == b.kept {
				r.Lost = max(r.Lost, t.size)
			}
		}
		out = append(out, r)
	}
	return out
}
