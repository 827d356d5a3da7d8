package audit

import (
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"znak/models"
	"znak/models/store/testdb"
	"znak/models/vault"
)

const entryColumns = "id, at, action, outcome, actor_id, actor_role, organisation, referral_id, object, fields, rule, " +
	"request_id, program, version, state, digest, row_digest, times, mac"

// history is a log of nine entries, of which the third and the fifth are the
// writes of one referral.
func history(t *testing.T) (*world, *models.Referral) {
	w := newWorld(t)
	w.acts(2)
	r := w.refer()
	w.acts(1)
	w.advance(r, models.StateAcknowledged)
	w.acts(4)
	w.holds()
	w.unguard()
	return w, r
}

func TestEveryColumnOfAnEntryIsGuarded(t *testing.T) {
	values := map[string]any{"at": 1, "version": 7, "times": 2, "digest": []byte{1}, "row_digest": []byte{1}, "mac": []byte{1}}
	for column := range strings.SplitSeq(entryColumns, ", ") {
		t.Run(column, func(t *testing.T) {
			w, r := history(t)
			value, ok := values[column]
			if !ok {
				value = "other"
			}
			w.alter("UPDATE audit_entries SET "+column+" = ? WHERE seq = 5", value)
			ref := r.Ref
			if column == "referral_id" {
				ref = "" // there is no such referral
			}
			w.finds(FaultChanged, 5, ref, Options{})
		})
	}
}

func TestAValueOfAnotherKindIsFound(t *testing.T) {
	testdb.NeedSQLite(t) // PostgreSQL takes none
	w, r := history(t)
	w.alter("UPDATE audit_entries SET times = 'many' WHERE seq = 5")
	w.finds(FaultChanged, 5, r.Ref, Options{})
	w, _ = history(t)
	w.alter("UPDATE audit_entries SET action = CAST(action AS BLOB) WHERE seq = 4")
	w.finds(FaultChanged, 4, "", Options{})
	w, r = history(t)
	w.alter("UPDATE referrals SET restricted = 2")
	w.finds(FaultRow, 5, r.Ref, Options{})
}

// swap gives entry a the number b and the other way round.
func (w *world) swap(a, b int) {
	w.Helper()
	w.alter("UPDATE audit_entries SET seq = -1 WHERE seq = ?", a)
	w.alter("UPDATE audit_entries SET seq = ? WHERE seq = ?", a, b)
	w.alter("UPDATE audit_entries SET seq = ? WHERE seq = -1", b)
}

// insert puts a copy of entry 1 in at a number.
func (w *world) insert(seq int) {
	w.Helper()
	w.alter("INSERT INTO audit_entries SELECT ?, 'x' || id"+strings.TrimPrefix(entryColumns, "id")+" FROM audit_entries WHERE seq = 1", seq)
}

// rebuild makes head and hashes fit the entries, as whoever knows the tree's
// format can without any key.
func (w *world) rebuild() {
	w.Helper()
	w.alter("DELETE FROM audit_hashes")
	rows, err := w.store.AuditScan(w.Context(), operator, 0, 1000)
	w.must(err)
	tree := newGrowth(0, nil)
	for i := range rows {
		w.must(tree.add(int64(i), LeafHash(&rows[i].AuditEntry)))
	}
	for _, h := range tree.added {
		w.alter("INSERT INTO audit_hashes VALUES (?, ?)", h.Idx, h.Hash)
	}
	w.alter("UPDATE audit_head SET size = ?", len(rows))
}

// cut takes the entries after last away.
func (w *world) cut(last int64) { w.alter("DELETE FROM audit_entries WHERE seq > ?", last) }

func TestTheLogIsGuarded(t *testing.T) {
	renumber := func(w *world, from, by int) {
		w.alter("UPDATE audit_entries SET seq = -seq WHERE seq >= ?", from)
		w.alter("UPDATE audit_entries SET seq = -seq + ? WHERE seq < 0", by)
	}
	for _, c := range []struct {
		name string
		do   func(w *world)
		kind string
		seq  int64
	}{
		{"deleted in the middle", func(w *world) { w.alter("DELETE FROM audit_entries WHERE seq = 4") }, FaultMissing, 4},
		{"deleted at the beginning", func(w *world) { w.alter("DELETE FROM audit_entries WHERE seq = 1") }, FaultMissing, 1},
		{"deleted and renumbered", func(w *world) {
			w.alter("DELETE FROM audit_entries WHERE seq = 4")
			renumber(w, 5, -1)
			w.rebuild()
		}, FaultMissing, 4},
		{"inserted", func(w *world) { renumber(w, 4, 1); w.insert(4) }, FaultInserted, 4},
		{"inserted with its tree", func(w *world) { renumber(w, 4, 1); w.insert(4); w.rebuild() }, FaultInserted, 4},
		{"inserted at the end", func(w *world) { w.insert(10) }, FaultInserted, 10},
		{"inserted at the end with its tree", func(w *world) { w.insert(10); w.rebuild() }, FaultChanged, 10},
		{"inserted before all", func(w *world) { w.insert(0) }, FaultInserted, 0},
		{"inserted far before all", func(w *world) { w.insert(-1 << 63) }, FaultInserted, 0},
		{"swapped", func(w *world) { w.swap(4, 7) }, FaultReordered, 4},
		{"swapped with its tree", func(w *world) { w.swap(4, 7); w.rebuild() }, FaultReordered, 4},
		{"swapped neighbours", func(w *world) { w.swap(6, 7) }, FaultReordered, 6},
		{"changed with its tree", func(w *world) { w.alter("UPDATE audit_entries SET times = 9 WHERE seq = 4"); w.rebuild() }, FaultChanged, 4},
		{"cut", func(w *world) { w.cut(7) }, FaultCut, 8},
		{"cut with its hashes", func(w *world) {
			w.cut(7)
			w.alter("DELETE FROM audit_hashes WHERE idx >= ?", tlog.StoredHashCount(7))
		}, FaultCut, 8},
		{"cut with its head", func(w *world) { w.cut(7); w.alter("UPDATE audit_head SET size = 7") }, FaultCut, 8},
		{"all gone", func(w *world) { w.cut(0) }, FaultCut, 1},
		{"hash of a leaf", func(w *world) { w.alter("UPDATE audit_hashes SET hash = randomblob(32) WHERE idx = 0") }, FaultTree, 1},
		{"hash of a node", func(w *world) { w.alter("UPDATE audit_hashes SET hash = randomblob(32) WHERE idx = 6") }, FaultTree, 4},
		{"hash gone", func(w *world) { w.alter("DELETE FROM audit_hashes WHERE idx = 6") }, FaultTree, 4},
		{"hash of another kind", func(w *world) { w.alter("UPDATE audit_hashes SET hash = 'x' WHERE idx = 6") }, FaultTree, 4},
		{"head gone", func(w *world) { w.alter("DELETE FROM audit_head") }, FaultTree, 9},
		{"head lowered", func(w *world) { w.alter("UPDATE audit_head SET size = 8") }, FaultTree, 9},
		{"two faults", func(w *world) { w.alter("UPDATE audit_entries SET times = 9 WHERE seq IN (8, 6)"); w.cut(8) }, FaultChanged, 6},
		{"a fault beside a referral's", func(w *world) {
			w.alter("UPDATE referrals SET state = 'closed'")
			w.alter("UPDATE audit_entries SET times = 9 WHERE seq = 8")
		}, FaultChanged, 8},
	} {
		t.Run(c.name, func(t *testing.T) {
			w, _ := history(t)
			c.do(w)
			w.finds(c.kind, c.seq, "", Options{})
		})
	}
}

func TestAnotherKeyFindsEverythingChanged(t *testing.T) {
	w, _ := history(t)
	w.checkpoint()
	w.log = New(w.store, vault.NewMemory(), "test-1", w.dir, w.clock.now)
	w.finds(FaultChanged, 1, "", Options{})
	if _, err := w.log.Checkpoint(t.Context()); models.CodeOf(err) != models.CodeInternal {
		t.Errorf("another key continued the checkpoints: %v", err)
	}
}
