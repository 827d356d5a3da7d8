package audit

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"znak/models"
	"znak/models/store"
	"znak/models/store/testdb"
)

// act puts an entry on the log and leaves it waiting.
func (w *world) act() {
	w.Helper()
	w.must(w.log.Record(w.Context(), models.AuditBy(auditor, "search")))
}

// replica is another program on the same database.
func (w *world) replica() *Log {
	w.Helper()
	s, err := store.Open(w.Context(), w.raw.URL, w.clock.now)
	w.must(err)
	w.Cleanup(func() { s.Close() })
	return New(s, w.vault, "test-2", w.TempDir(), w.clock.now)
}

// write moves a referral on and leaves the entry waiting.
func (w *world) write(r *models.Referral) {
	w.Helper()
	w.must(w.store.Tx(w.Context(), func(tx *store.Tx) error {
		w.must(tx.UpdateReferral(r))
		w.must(tx.InsertRecord(w.event(r, models.EventNote)))
		return w.appendWrite(tx, r.ID, models.AuditBy(operator, "note"))
	}))
}

func newSequenced(t *testing.T) *world {
	t.Helper()
	testdb.NeedPostgres(t)
	return newWorld(t)
}

func TestWhatWaitsIsCountedAndHeldAgainst(t *testing.T) {
	w := newSequenced(t)
	w.acts(2)
	r := w.refer()
	w.write(r)
	w.write(r)
	w.act()
	report := w.holds()
	if report.Entries != 3 || report.Pending != 3 {
		t.Errorf("%d entries and %d waiting, want 3 and 3", report.Entries, report.Pending)
	}
	w.alter("UPDATE referrals SET district_id = 'beograd'")
	w.finds(FaultRow, 0, r.Ref, Options{})
	w.alter("UPDATE referrals SET district_id = 'nis'")
	w.settle()
	report = w.holds()
	if report.Entries != 6 || report.Pending != 0 {
		t.Errorf("%d entries and %d waiting, want 6 and 0", report.Entries, report.Pending)
	}
	w.settle() // nothing is left to do
	w.holds()
}

func TestACheckpointAndAProofTakeInWhatWaits(t *testing.T) {
	w := newSequenced(t)
	r := w.refer()
	w.write(r)
	h, err := openHead(w.checkpoint(), w.vault.Verifier())
	w.must(err)
	if h.size != 2 {
		t.Errorf("the checkpoint signs %d entries, want 2", h.size)
	}
	w.write(r)
	doc, err := w.log.Prove(t.Context(), auditor, r.Ref)
	w.must(err)
	result, err := Check(doc, w.vault.VerifierKey())
	w.must(err)
	if len(result.Entries) != 3 || result.Entries[2].Version != 3 {
		t.Errorf("the proof has %d entries", len(result.Entries))
	}
}

// TestManyProgramsNumberOneLog has two programs that act and number at once.
func TestManyProgramsNumberOneLog(t *testing.T) {
	w := newSequenced(t)
	const people, each = 8, 25
	logs := []*Log{w.log, w.replica()}
	r := w.refer()
	var acting, numbering sync.WaitGroup
	ctx, stop := context.WithCancel(t.Context())
	for _, l := range logs {
		numbering.Go(func() {
			for ctx.Err() == nil {
				if err := l.sequence(ctx, false); err != nil && ctx.Err() == nil {
					t.Error(err)
				}
			}
		})
		for range people {
			acting.Go(func() {
				for range each {
					if err := l.Record(t.Context(), models.AuditBy(teacher, "read"), models.AuditBy(teacher, "print")); err != nil {
						t.Error(err)
					}
				}
			})
		}
	}
	for range 20 {
		w.write(r)
		w.holds() // while they act and number
	}
	acting.Wait()
	stop()
	numbering.Wait()
	w.settle()
	if n := w.holds().Entries; n != 2*people*each*2+21 {
		t.Errorf("%d entries, want %d", n, 2*people*each*2+21)
	}
	w.inOrder(r)
}

// inOrder fails unless the writes of a referral are numbered by its versions.
func (w *world) inOrder(r *models.Referral) {
	w.Helper()
	list, err := w.store.AuditOf(w.Context(), auditor, r.ID, 1<<40)
	w.must(err)
	for i, e := range list {
		if e.Version != int64(i+1) {
			w.Fatalf("entry %d of the referral is of version %d", i+1, e.Version)
		}
	}
}

// TestASequencerThatDiesIsTakenOver cuts one off in the middle of its work.
func TestASequencerThatDiesIsTakenOver(t *testing.T) {
	w := newSequenced(t)
	w.acts(3)
	for range 5 {
		w.act()
	}
	led, dead := make(chan int, 1), make(chan error, 1)
	hang := make(chan struct{})
	go func() {
		dead <- w.replica().store.Tx(context.Background(), func(tx *store.Tx) error {
			if _, err := tx.AuditLead(true); err != nil {
				return err
			}
			led <- 1
			<-hang
			return nil
		})
	}()
	<-led
	w.must(w.log.sequence(t.Context(), false)) // leaves it to the other
	if waiting, err := w.log.Waiting(t.Context()); err != nil || waiting.Entries != 5 {
		t.Fatalf("%+v wait, %v", waiting, err)
	}
	settled := make(chan error, 1)
	go func() { settled <- w.log.Settle(context.Background()) }() // waits for the other
	// pg_locks lists the locks of the whole server, other tests' among them.
	w.alter("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted AND pid <> pg_backend_pid()" +
		" AND database = (SELECT oid FROM pg_database WHERE datname = current_database())")
	w.must(<-settled)
	close(hang)
	if err := <-dead; models.CodeOf(err) != models.CodeUnavailable {
		t.Errorf("the one that was cut off: %v", err)
	}
	if r := w.holds(); r.Entries != 8 || r.Pending != 0 {
		t.Errorf("%+v", r)
	}
}

// TestOnlyEntriesOfOursAreNumbered: whoever can write to the database cannot
// have the sequencer put an entry into the log.
func TestOnlyEntriesOfOursAreNumbered(t *testing.T) {
	const copied = "INSERT INTO audit_pending (" + entryColumns + ") SELECT "
	for name, c := range map[string]struct {
		do   func(w *world)
		kind string
	}{
		"forged": {func(w *world) { w.alter(copied + "'x' || " + entryColumns + " FROM audit_pending LIMIT 1") }, FaultChanged},
		"altered": {func(w *world) {
			w.alter("UPDATE audit_pending SET times = 9 WHERE seq = (SELECT MAX(seq) FROM audit_pending)")
		}, FaultChanged},
		"numbered": {func(w *world) { w.alter(copied + entryColumns + " FROM audit_entries WHERE seq = 1") }, FaultChanged},
		"repeated": {repeat, FaultInserted},
	} {
		t.Run(name, func(t *testing.T) {
			w := newSequenced(t)
			w.acts(2)
			w.unguard()
			w.act()
			w.act()
			c.do(w)
			w.act()
			w.settle()
			w.finds(c.kind, 0, "", Options{})
			waiting, err := w.log.Waiting(t.Context())
			if err != nil || waiting.Entries != 1 || waiting.Long() {
				t.Errorf("%+v wait, %v", waiting, err)
			}
			w.clock.pass(2 * waitAlarm)
			if waiting, err = w.log.Waiting(t.Context()); err != nil || !waiting.Long() || w.log.alarm(t.Context()) == nil {
				t.Errorf("no alarm: %+v, %v", waiting, err)
			}
			w.alter("DELETE FROM audit_pending")
			w.holds()
		})
	}
}

// repeat puts an entry that waited, and was numbered since, back.
func repeat(w *world) {
	w.alter("CREATE TABLE kept AS SELECT * FROM audit_pending ORDER BY seq LIMIT 1")
	w.settle()
	w.alter("INSERT INTO audit_pending (" + entryColumns + ") SELECT " + entryColumns + " FROM kept")
}

func TestAWriteThatWaitsOutOfOrderIsFound(t *testing.T) {
	w := newSequenced(t)
	r := w.refer()
	w.unguard()
	w.write(r)
	w.write(r)
	w.alter("ALTER TABLE audit_pending ALTER seq DROP IDENTITY")
	w.alter("UPDATE audit_pending SET seq = 100 - seq")
	w.finds(FaultReordered, 0, r.Ref, Options{})
}

func TestGuardsOfPostgres(t *testing.T) {
	w := newSequenced(t)
	w.refer()
	w.acts(2)
	w.act()
	for _, query := range []string{
		"UPDATE audit_entries SET action = 'x' WHERE seq = 2",
		"DELETE FROM audit_entries WHERE seq = 3",
		"TRUNCATE audit_entries",
		"INSERT INTO audit_entries SELECT * FROM audit_entries WHERE seq = 1 ON CONFLICT (seq) DO UPDATE SET action = 'x'",
		"INSERT INTO audit_entries SELECT * FROM audit_entries WHERE seq = 1",
		"UPDATE audit_hashes SET hash = x'00' WHERE idx = 0",
		"DELETE FROM audit_hashes WHERE idx = 3",
		"TRUNCATE audit_hashes",
		"INSERT INTO audit_hashes VALUES (0, x'00') ON CONFLICT (idx) DO UPDATE SET hash = EXCLUDED.hash",
		"UPDATE audit_head SET size = 1",
		"DELETE FROM audit_head",
		"TRUNCATE audit_head",
		"INSERT INTO audit_head VALUES (1, 0) ON CONFLICT (id) DO UPDATE SET size = 0",
		"INSERT INTO audit_head VALUES (2, 0)",
		"UPDATE audit_pending SET action = 'x'",
		"DELETE FROM audit_pending",
		"TRUNCATE audit_pending",
		"UPDATE referral_events SET body = x'00'",
		"DELETE FROM referral_events",
		"TRUNCATE referral_events",
		"DELETE FROM referrals",
		"TRUNCATE referrals CASCADE",
		"SET session_replication_role = replica; DELETE FROM audit_entries",
		"CREATE TEMPORARY TABLE audit_entries AS SELECT id FROM audit_pending; DELETE FROM audit_pending",
	} {
		if _, err := w.raw.Exec(query); err == nil {
			t.Errorf("the database allowed: %s", query)
		}
	}
	w.settle()
	w.holds()
}

// TestNumberingInRounds has more waiting than one transaction numbers, and one
// among them that it must pass over.
func TestNumberingInRounds(t *testing.T) {
	w := newSequenced(t)
	w.unguard()
	many := make([]models.AuditEntry, sequenceBatch+7)
	for i := range many {
		many[i] = models.AuditBy(auditor, "search")
		many[i].Object = fmt.Sprint(i)
	}
	w.must(w.log.Record(t.Context(), many...))
	w.must(w.log.Record(t.Context(), many...))
	w.alter("UPDATE audit_pending SET times = 2 WHERE seq = 3")
	w.settle()
	w.alter("DELETE FROM audit_pending")
	if n := w.holds().Entries; n != int64(2*len(many)-1) {
		t.Errorf("%d entries, want %d", n, 2*len(many)-1)
	}
	rows, err := w.store.AuditScan(t.Context(), auditor, 0, 10)
	w.must(err)
	var objects []string
	for _, r := range rows {
		objects = append(objects, r.Object)
	}
	if got := strings.Join(objects, " "); got != "0 1 3 4 5 6 7 8 9 10" {
		t.Errorf("numbered in the order %s", got)
	}
}

func TestRunNumbersAndSaysWhenItCannot(t *testing.T) {
	w := newSequenced(t)
	w.act()
	ctx, stop := context.WithCancel(t.Context())
	sequence, minute, done := make(chan time.Time), make(chan time.Time), make(chan struct{})
	var said strings.Builder
	w.log.Logger = slog.New(slog.NewTextHandler(&said, nil))
	go func() { w.log.run(ctx, nil, minute, sequence); close(done) }()
	sequence <- time.Time{}
	minute <- time.Time{} // taken once the numbering is done
	if r := w.holds(); r.Entries != 1 || r.Pending != 0 {
		t.Errorf("%+v", r)
	}
	w.alter("INSERT INTO audit_pending (" + entryColumns + ") SELECT 'x' || " + entryColumns + " FROM audit_entries")
	w.clock.pass(time.Hour)
	minute <- time.Time{}
	minute <- time.Time{}
	stop()
	<-done
	if !strings.Contains(said.String(), "1 entries wait for a number") {
		t.Errorf("the log of the program: %s", said.String())
	}
}

// TestAnEntryCommittedLateKeepsItsPlace: a write may be committed after others
// that stand behind it in the queue, while these are being numbered, and then
// the next write of its referral.
func TestAnEntryCommittedLateKeepsItsPlace(t *testing.T) {
	w := newSequenced(t)
	r := w.refer()
	written, commit, done := make(chan bool), make(chan bool), make(chan error)
	go func() {
		done <- w.store.Tx(context.Background(), func(tx *store.Tx) error {
			w.must(tx.UpdateReferral(r))
			w.must(tx.InsertRecord(w.event(r, models.EventNote)))
			w.must(w.appendWrite(tx, r.ID, models.AuditBy(operator, "note")))
			written <- true
			<-commit
			return nil
		})
	}()
	<-written
	many := make([]models.AuditEntry, sequenceBatch+1)
	for i := range many {
		many[i] = models.AuditBy(auditor, "search")
	}
	w.must(w.log.Record(t.Context(), many...))
	refused := 0
	if n, err := w.log.sequenceOnce(t.Context(), true, &refused); n != sequenceBatch || err != nil {
		t.Fatalf("%d numbered, %v", n, err)
	}
	commit <- true
	w.must(<-done)
	w.write(r)
	w.settle()
	w.holds()
	w.inOrder(r)
}
