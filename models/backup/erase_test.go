package backup

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"znak/models"
	"znak/models/audit"
	"znak/models/store"
	"znak/models/store/storetest"
)

// session stores one in which something sealed waits for its owner.
func (w *world) session(token, owner string, sealed []byte) {
	w.T.Helper()
	data, err := json.Marshal(map[string]any{"values": map[string]any{models.KeptForm: base64.RawStdEncoding.EncodeToString(sealed), "kept-owner": owner}})
	w.must(err)
	w.Tx(func(tx *store.Tx) error {
		return tx.AddSession(store.Session{TokenHash: token, Data: data, ExpiresAt: models.StampOf(w.Clock.Now().Add(time.Hour))})
	})
}

func (w *world) count(query string, args ...any) (n int) {
	w.T.Helper()
	w.must(w.Raw().QueryRow("SELECT COUNT(*) FROM "+query, args...).Scan(&n))
	return n
}

// values are the stored bytes by which a referral opens or is found.
func (w *world) values(id string) (out [][]byte) {
	w.T.Helper()
	for _, q := range []string{"SELECT wrapped FROM data_keys WHERE referral_id = ?", "SELECT hash FROM name_hashes WHERE referral_id = ?",
		"SELECT hash FROM child_hashes WHERE referral_id = ?"} {
		rows, err := w.Raw().Query(q, id)
		w.must(err)
		for rows.Next() {
			var b []byte
			w.must(rows.Scan(&b))
			out = append(out, b)
		}
		w.must(rows.Err())
		rows.Close()
	}
	if len(out) < 3 {
		w.T.Fatalf("only %d values", len(out))
	}
	return out
}

func (w *world) verify(o audit.Options) audit.Report {
	w.T.Helper()
	w.Settle()
	r, err := w.Audit.Verify(w.T.Context(), o)
	w.must(err)
	return r
}

// TestAnErasureLeavesNothingToOpenOrFind, and leaves row, figures and trail.
func TestAnErasureLeavesNothingToOpenOrFind(t *testing.T) {
	w := newWorld(t)
	ref := w.At(models.StateClosed)
	other := w.Submitted(storetest.Teacher, func(c *models.Content) { c.Child.Name = "Неко Други" })
	id, facts := w.Head(ref).ID, w.count("facts")
	secrets := w.values(id)
	w.must(w.Store.Tx(t.Context(), func(tx *store.Tx) error {
		return tx.QueueJobs(models.Job{Queue: "mail", Kind: "new", ReferralID: id, RecipientID: storetest.Coordinator})
	}))
	w.session("teacher's", storetest.Teacher, []byte("form"))
	w.session("far away", storetest.TeacherFar, []byte("form"))

	done := w.erase(ref)
	if done.Unclean != nil {
		t.Errorf("not clean: %v", done.Unclean)
	}
	if r := w.verify(audit.Options{Erased: []string{id}}); !r.OK {
		t.Fatalf("the log does not hold: %+v", r.Fault)
	}
	for table, n := range map[string]int{"data_keys": 1, "child_hashes": 1, "children": 1} { // the other one's
		if got := w.count(table); got != n {
			t.Errorf("%s: %d rows, want %d", table, got, n)
		}
	}
	if w.count("name_hashes WHERE referral_id = ?", id) != 0 || w.count("jobs WHERE done_at = 0 AND referral_id = ?", id) != 0 {
		t.Error("search hashes or messages are left")
	}
	if w.count("sessions WHERE token_hash = 'teacher''s'") != 0 || w.count("sessions WHERE token_hash = 'far away'") != 1 {
		t.Error("a form for it waits, or somebody's else was taken")
	}
	if w.count("facts") != facts || w.count("audit_entries WHERE referral_id = ?", id) < 5 {
		t.Error("figures or trail are not as they were")
	}
	d, err := w.Referrals.Read(t.Context(), w.Actor(storetest.Coordinator), ref, "read")
	if err != nil || d.Content.Child.Name != "" || d.ErasedAt.IsZero() || len(d.Timeline) == 0 {
		t.Errorf("the referral is shown as %+v, %v", d, err)
	}
	if d, err := w.Referrals.Read(t.Context(), w.Actor(storetest.Coordinator), other, "read"); err != nil || d.Content.Child.Name == "" {
		t.Errorf("another referral was hurt: %v", err)
	}
	for _, q := range []string{"Ђурђица", storetest.Marker} {
		list, _, err := w.Referrals.List(t.Context(), w.Actor(storetest.Coordinator), store.Filter{}, q)
		w.must(err)
		if slices.ContainsFunc(list, func(r models.Referral) bool { return r.Ref == ref }) {
			t.Errorf("found by %q", q)
		}
	}
	w.gone(secrets)
}

// gone says whether the bytes are in no file of the database.
func (w *world) gone(secrets [][]byte) {
	w.T.Helper()
	if w.Path == "" {
		return // what PostgreSQL keeps is in docs/postgresql.md
	}
	for _, name := range []string{w.Path, w.Path + "-wal", w.Path + "-shm"} {
		data, err := os.ReadFile(name)
		if os.IsNotExist(err) {
			continue
		}
		w.must(err)
		for i, b := range secrets {
			if bytes.Contains(data, b) {
				w.T.Errorf("value %d is still in %s", i, filepath.Base(name))
			}
		}
	}
}

func TestTheTrailHoldsAReasonAndNoText(t *testing.T) {
	w := newWorld(t)
	ref := w.Submitted(storetest.Teacher)
	if _, err := w.eraser().Erase(t.Context(), operator, ref, "because of Petra"); models.CodeOf(err) != models.CodeInvalid {
		t.Errorf("a text for a reason: %v", err)
	}
	if _, err := w.eraser().Erase(t.Context(), operator, ref, models.ReasonRetention); models.CodeOf(err) != models.CodeConflict {
		t.Errorf("retention of an open referral: %v", err)
	}
	if _, err := w.eraser().Erase(t.Context(), w.Actor(storetest.Admin), ref, models.ReasonMistake); models.CodeOf(err) != models.CodeForbidden {
		t.Errorf("by an admin: %v", err)
	}
	w.erase(ref)
	if _, err := w.eraser().Erase(t.Context(), operator, ref, models.ReasonMistake); models.CodeOf(err) != models.CodeConflict {
		t.Errorf("twice: %v", err)
	}
	w.Settle()
	list, err := w.Store.AuditTrail(t.Context(), operator, store.AuditFilter{Action: "erase"})
	w.must(err)
	if len(list) != 1 || list[0].Object != "reason:court-order" || !bytes.Equal(list[0].Digest, list[0].RowDigest) {
		t.Errorf("%+v", list)
	}
	for who, want := range map[string]int{storetest.Coordinator: 1, storetest.National: 1, storetest.CoordinatorFar: 0, storetest.Centre: 0} {
		rows, err := w.Store.Erasures(t.Context(), w.Actor(who), 0)
		if err != nil || len(rows) != want || want == 1 && (rows[0].Ref != ref || rows[0].Reason != models.ReasonCourtOrder) {
			t.Errorf("%s is told %+v, %v", who, rows, err)
		}
	}
	if _, err := w.Store.Erasures(t.Context(), w.Actor(storetest.Teacher), 0); models.CodeOf(err) != models.CodeForbidden {
		t.Errorf("a teacher: %v", err)
	}
}

// TestAnErasureCutShortIsEnded: the ledger says what is to be gone, before it
// is.
func TestAnErasureCutShortIsEnded(t *testing.T) {
	w := newWorld(t)
	ref := w.At(models.StateClosed)
	id := w.Head(ref).ID
	w.must(w.ledger().Merge([]Line{{w.Clock.Now(), id, ref, models.ReasonRetention}, {w.Clock.Now(), "gone", "ZN-0000-0000", models.ReasonMistake}}))
	lines, err := w.ledger().Lines()
	w.must(err)
	if r := w.verify(audit.Options{Erased: IDs(lines)}); r.OK || r.Fault.Kind != audit.FaultErasure || r.Fault.Ref != ref {
		t.Errorf("nobody is told that it is not erased: %+v", r.Fault)
	}
	for _, want := range [][]string{{ref}, nil} {
		if refs, err := w.eraser().Resume(t.Context(), operator); err != nil || !slices.Equal(refs, want) {
			t.Fatalf("%q, %v", refs, err)
		}
	}
	if r := w.verify(audit.Options{Erased: IDs(lines)}); !r.OK {
		t.Errorf("%+v", r.Fault)
	}
}

func TestTheLedgerNoticesWhatWasDoneToIt(t *testing.T) {
	w := newWorld(t)
	one, two := w.At(models.StateClosed), w.At(models.StateClosed)
	w.erase(one)
	path := filepath.Join(w.Dir, LedgerName)
	whole, err := os.ReadFile(path)
	w.must(err)
	if strings.Contains(string(whole), storetest.Marker) || strings.Count(string(whole), "\n") != 1 {
		t.Errorf("%q", whole)
	}
	w.write(path, string(whole)+"erasure-v1 2026-") // a loss of power
	w.erase(two)
	if lines, err := w.ledger().Lines(); err != nil || len(lines) != 2 {
		t.Errorf("%+v, %v", lines, err)
	}
	for _, bad := range []string{strings.Replace(string(whole), "court-order", "retention", 1), "\n" + string(whole), "x" + string(whole)} {
		w.write(path, bad)
		if _, err := w.ledger().Lines(); models.CodeOf(err) != models.CodeInvalid {
			t.Errorf("taken: %q, %v", bad, err)
		}
	}
}

// TestAnErasedReferralDoesNotComeBack: not by a backup from before, and not by
// putting its rows back.
func TestAnErasedReferralDoesNotComeBack(t *testing.T) {
	w := newWorld(t)
	ref := w.At(models.StateClosed)
	id := w.Head(ref).ID
	secrets := w.values(id)
	file := w.backup()
	w.erase(ref)
	ledger, err := os.ReadFile(filepath.Join(w.Dir, LedgerName))
	w.must(err)

	r := w.restorer()
	elsewhere := filepath.Join(t.TempDir(), "ledger")
	w.write(elsewhere, string(ledger))
	r.Ledgers = []string{elsewhere}
	out := r.run(t, w, file)
	if !slices.Equal(out.Erased, []string{ref}) || !out.Report.OK {
		t.Errorf("erased again: %q, %+v", out.Erased, out.Report.Fault)
	}
	s, _, service := r.opened(t, w)
	if d, err := service.Read(t.Context(), w.Actor(storetest.Coordinator), ref, "read"); err != nil || d.ErasedAt.IsZero() || d.Content.Child.Name != "" {
		t.Errorf("it came back: %+v, %v", d, err)
	}
	if n, _, err := s.CountWrapped(t.Context(), store.WrappedReferrals, []byte{1}); err != nil || n != 0 {
		t.Errorf("%d data keys, %v", n, err)
	}
	if lines, err := NewLedger(r.Dir, w.Vault).Lines(); err != nil || len(lines) != 1 {
		t.Errorf("the ledger of the new place: %+v, %v", lines, err)
	}
	if r.path() != "" {
		data, err := os.ReadFile(r.path())
		w.must(err)
		for _, b := range secrets {
			if bytes.Contains(data, b) {
				t.Error("the restored file holds what was erased")
			}
		}
	}

	_, err = w.Raw().Exec("INSERT INTO data_keys (referral_id, wrapped) VALUES (?, ?)", id, secrets[0])
	w.must(err)
	if r := w.verify(audit.Options{}); r.OK || r.Fault.Kind != audit.FaultKey {
		t.Errorf("its key is back, and verify says %+v", r.Fault)
	}
	_, err = w.Raw().Exec("UPDATE referrals SET erased_at = 0, version = version - 1 WHERE id = ?", id)
	w.must(err)
	if r := w.verify(audit.Options{}); r.OK || r.Fault.Kind != audit.FaultRow {
		t.Errorf("its row is back, and verify says %+v", r.Fault)
	}
}

func TestADraftCanBeErased(t *testing.T) {
	w := newWorld(t)
	ref := w.Draft(storetest.Teacher, w.Full)
	w.erase(ref)
	if r := w.verify(audit.Options{}); !r.OK {
		t.Errorf("%+v", r.Fault)
	}
	a := w.Actor(storetest.Teacher)
	if _, err := w.Referrals.Save(t.Context(), a, ref, "test", w.Full); models.CodeOf(err) != models.CodeNotFound {
		t.Errorf("saving: %v", err)
	}
	if _, err := w.Referrals.Submit(t.Context(), a, ref); models.CodeOf(err) != models.CodeNotFound {
		t.Errorf("submitting: %v", err)
	}
}
