package audit

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/transparency-dev/merkle/compact"
	"github.com/transparency-dev/merkle/rfc6962"
	"golang.org/x/mod/sumdb/tlog"

	"znak/models"
	"znak/models/store"
	"znak/models/store/testdb"
)

func TestAnEntryIsThereExactlyIfItsActIs(t *testing.T) {
	w := newWorld(t)
	w.acts(3)
	stop := errors.New("the act failed")
	err := w.store.Tx(t.Context(), func(tx *store.Tx) error {
		w.must(w.log.Append(tx, models.AuditBy(teacher, "read"), models.AuditBy(teacher, "print")))
		return stop
	})
	if !errors.Is(err, stop) {
		t.Fatal(err)
	}
	if n := w.holds().Entries; n != 3 {
		t.Fatalf("%d entries after a rollback, want 3", n)
	}
	w.acts(6)
	if n := w.holds().Entries; n != 9 {
		t.Fatalf("%d entries, want 9", n)
	}
}

func TestAppendFillsIn(t *testing.T) {
	w := newWorld(t)
	w.must(w.log.Record(t.Context(), models.AuditBy(teacher, "read"), models.AuditBy(teacher, "print")))
	list := w.entries()
	if len(list) != 2 || list[0].Seq != 2 || list[1].Seq != 1 {
		t.Fatalf("entries %+v, want numbers 2 and 1", list)
	}
	e := list[1]
	if e.ID == "" || e.ID == list[0].ID || e.At != models.StampOf(w.clock.now()) || e.Program != "test-1" || e.Times != 1 ||
		len(e.MAC) != 32 || e.Organisation != "school:s1" || e.RequestID != "req-t" {
		t.Errorf("entry %+v", e)
	}
	if err := w.log.Record(t.Context(), models.AuditEntry{}); models.CodeOf(err) != models.CodeInternal {
		t.Errorf("an entry without action: %v", err)
	}
}

func TestManyAppendAtOnce(t *testing.T) {
	w := newWorld(t)
	const people, each = 16, 12
	var wg sync.WaitGroup
	for i := range people {
		wg.Go(func() {
			for j := range each {
				entries := make([]models.AuditEntry, 1+(i+j)%3)
				for k := range entries {
					entries[k] = models.AuditBy(teacher, "read")
				}
				if err := w.log.Record(context.Background(), entries...); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for range each {
		w.holds() // while they write
		if _, err := w.log.Checkpoint(t.Context()); err != nil && models.CodeOf(err) != models.CodeNotFound {
			t.Error(err)
		}
	}
	wg.Wait()
	if n := w.holds().Entries; n != people*each*2 {
		t.Errorf("%d entries, want %d", n, people*each*2)
	}
}

// TestRootAsOthersComputeIt holds the tree against an implementation that the
// program does not use.
func TestRootAsOthersComputeIt(t *testing.T) {
	w := newWorld(t)
	for n := 1; n <= 33; n++ {
		w.must(w.log.Record(t.Context(), oneToThree(n)...))
		h, err := openHead(w.checkpoint(), w.vault.Verifier())
		w.must(err)
		factory := compact.RangeFactory{Hash: rfc6962.DefaultHasher.HashChildren}
		tree := factory.NewEmptyRange(0)
		rows, err := w.store.AuditScan(t.Context(), auditor, 0, 10_000)
		w.must(err)
		for i := range rows {
			w.must(tree.Append(rfc6962.DefaultHasher.HashLeaf(Leaf(&rows[i].AuditEntry)), nil))
		}
		root, err := tree.GetRootHash(nil)
		w.must(err)
		if tlog.Hash(root) != h.root || int64(tree.End()) != h.size {
			t.Fatalf("at %d entries our root is %s, theirs %x", h.size, h.root, root)
		}
	}
}

// oneToThree makes from one to three entries.
func oneToThree(n int) []models.AuditEntry {
	list := make([]models.AuditEntry, 1+n%3)
	for i := range list {
		list[i] = models.AuditBy(auditor, "search")
	}
	return list
}

func TestGuardsOfTheDatabase(t *testing.T) {
	testdb.NeedSQLite(t) // PostgreSQL's own are in sequencer_test.go
	w := newWorld(t)
	w.refer()
	w.acts(2)
	for _, query := range []string{
		"UPDATE audit_entries SET action = 'x' WHERE seq = 2",
		"DELETE FROM audit_entries WHERE seq = 3",
		"INSERT OR REPLACE INTO audit_entries SELECT 2, 'new', at, action, outcome, actor_id, actor_role, organisation, referral_id, object, fields, rule, request_id, program, version, state, digest, row_digest, times, mac FROM audit_entries WHERE seq = 1",
		"INSERT OR REPLACE INTO audit_entries SELECT 9, id, at, action, outcome, actor_id, actor_role, organisation, referral_id, object, fields, rule, request_id, program, version, state, digest, row_digest, times, mac FROM audit_entries WHERE seq = 1",
		"UPDATE audit_hashes SET hash = x'00' WHERE idx = 0",
		"DELETE FROM audit_hashes WHERE idx = 3",
		"INSERT OR REPLACE INTO audit_hashes VALUES (0, x'00')",
		"UPDATE audit_head SET size = 1",
		"DELETE FROM audit_head",
		"UPDATE referral_events SET body = x'00'",
		"DELETE FROM referral_events",
		"DELETE FROM referrals",
	} {
		if _, err := w.raw.Exec(query); err == nil {
			t.Errorf("the database allowed: %s", query)
		}
	}
	w.holds()
}

func TestGuardsAgainstReplacing(t *testing.T) {
	testdb.NeedSQLite(t) // PostgreSQL cannot replace a row
	for trigger, query := range map[string]string{
		"audit_head_no_replace": "INSERT OR REPLACE INTO audit_head VALUES (1, 1)",
		"referral_events_no_replace": `INSERT OR REPLACE INTO referral_events
			SELECT id, referral_id, version, 'note', from_state, to_state, actor_id, actor_role, at, body FROM referral_events`,
	} {
		t.Run(trigger, func(t *testing.T) {
			w := newWorld(t)
			w.refer()
			w.acts(2)
			var n int
			w.must(w.raw.QueryRow("SELECT COUNT(*) FROM sqlite_master WHERE name = ?", trigger).Scan(&n))
			_, err := w.raw.Exec(query)
			if n == 0 {
				if w.verify(Options{}).OK {
					t.Fatal("neither refused nor found")
				}
				t.Skip("the schema has no such guard; found by the check alone")
			}
			if err == nil {
				t.Error("the database allowed it")
			}
			w.holds()
		})
	}
}

// TestNoRequestKeepsItselfOffTheLog: bytes that are no text do not either.
func TestNoRequestKeepsItselfOffTheLog(t *testing.T) {
	w := newWorld(t)
	e := models.AuditBy(teacher, "read-child")
	e.Object, e.RequestID = "child:a\x00b", "\xff\xfe"
	w.must(w.log.Record(t.Context(), e))
	if got := w.entries()[0]; got.Object != "child:a\uFFFDb" || got.RequestID != "\uFFFD" {
		t.Errorf("%q, %q", got.Object, got.RequestID)
	}
	w.holds()
}
