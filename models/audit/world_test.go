package audit

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"znak/models"
	"znak/models/store"
	"znak/models/store/testdb"
	"znak/models/vault"
)

var (
	auditor  = models.Actor{ID: "u-auditor", Role: models.RoleAuditor, RequestID: "req-a"}
	operator = models.Actor{ID: "root", Role: models.RoleOperator}
	teacher  = models.Actor{ID: "u-teacher", Role: models.RoleTeacher, SchoolID: "s1", DistrictID: "nis", RequestID: "req-t"}
)

// world is a log on a real database file.
type world struct {
	testing.TB
	dir   string
	clock *clock
	vault *vault.Vault
	store *store.Store
	log   *Log
	raw   *testdb.DB // whoever holds the database
}

type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{TB: t, dir: t.TempDir(), vault: vault.NewMemory(),
		clock: &clock{at: time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)}}
	w.raw = testdb.New(t)
	var err error
	w.store, err = store.Open(t.Context(), w.raw.URL, w.clock.now)
	w.must(err)
	t.Cleanup(func() { w.store.Close() })
	w.log = New(w.store, w.vault, "test-1", w.dir, w.clock.now)
	return w
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// acts puts n ordinary entries on the log.
func (w *world) acts(n int) {
	w.Helper()
	for range n {
		w.clock.pass(time.Second)
		w.must(w.log.Record(w.Context(), models.AuditBy(auditor, "search")))
	}
	w.settle()
}

// settle has every entry numbered.
func (w *world) settle() {
	w.Helper()
	w.must(w.log.Settle(w.Context()))
}

// refer writes a referral with all that belongs to it, and its entry.
func (w *world) refer() *models.Referral {
	w.Helper()
	r := &models.Referral{ID: models.NewID(), Ref: models.NewReference(), State: models.StateSubmitted, Version: 1,
		SchoolID: "s1", DistrictID: "nis", DeskID: "nis", AuthorID: teacher.ID, Urgency: models.Urgent, Restricted: true,
		ChecklistID: "every-pupil", ChecklistVersion: 1, RoutedTo: "u-c", RouteRule: "primary"}
	at := models.StampOf(w.clock.now())
	r.BegunAt, r.ChangedAt, r.SubmittedAt, r.AckDue, r.DecideDue = at, at, at, at+1, at+2
	key, wrapped, err := w.vault.NewDataKey(r.ID)
	w.must(err)
	content, err := key.Seal("referral_contents", r.ID, "content", []byte("what the school wrote"))
	w.must(err)
	w.must(w.store.Tx(w.Context(), func(tx *store.Tx) error {
		w.must(tx.InsertReferral(r, wrapped, content))
		w.must(tx.InsertRecord(w.event(r, models.EventSubmit)))
		w.must(tx.InsertNames(r.ID, [][]byte{w.vault.Digest([]byte(r.ID)), []byte("hash of a word")}, []byte("hash of "+r.ID), models.NewID()))
		return w.appendWrite(tx, r.ID, models.AuditBy(teacher, "submit"))
	}))
	w.settle()
	return r
}

func (w *world) event(r *models.Referral, e models.Event) *models.Record {
	return &models.Record{ID: models.NewID(), ReferralID: r.ID, Version: r.Version, Event: e, FromState: models.StateDraft,
		ToState: r.State, ActorID: teacher.ID, ActorRole: teacher.Role, At: r.ChangedAt, Body: []byte("sealed body " + r.ID)}
}

// advance moves a referral on, with its entry.
func (w *world) advance(r *models.Referral, to models.State) {
	w.Helper()
	w.must(w.store.Tx(w.Context(), func(tx *store.Tx) error {
		r.State = to
		w.must(tx.UpdateReferral(r))
		w.must(tx.InsertRecord(w.event(r, models.EventAcknowledge)))
		return w.appendWrite(tx, r.ID, models.AuditBy(operator, "acknowledge"))
	}))
	w.settle()
}

// unguard takes the guards of the database away, as whoever holds the file can.
func (w *world) unguard() {
	w.Helper()
	query, drop := "SELECT name FROM sqlite_master WHERE type = 'trigger'", "DROP TRIGGER %s"
	if w.raw.Postgres {
		query, drop = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'", "ALTER TABLE %s DISABLE TRIGGER ALL"
	}
	rows, err := w.raw.Query(query)
	w.must(err)
	var names []string
	for rows.Next() {
		var name string
		w.must(rows.Scan(&name))
		names = append(names, name)
	}
	w.must(rows.Close())
	for _, name := range names {
		w.alter(fmt.Sprintf(drop, name))
	}
}

// alter changes the file behind the program's back.
func (w *world) alter(query string, args ...any) {
	w.Helper()
	if _, err := w.raw.Exec(query, args...); err != nil {
		w.Fatalf("%s: %v", query, err)
	}
}

func (w *world) verify(o Options) Report {
	w.Helper()
	r, err := w.log.Verify(w.Context(), o)
	w.must(err)
	if r.OK != (r.Fault == nil) {
		w.Fatalf("ok is %v beside fault %v", r.OK, r.Fault)
	}
	return r
}

// holds fails unless the log verifies.
func (w *world) holds() Report {
	w.Helper()
	r := w.verify(Options{})
	if !r.OK {
		w.Fatalf("fault %+v, want none", *r.Fault)
	}
	return r
}

// finds fails unless Verify names this fault first.
func (w *world) finds(kind string, seq int64, ref string, o Options) {
	w.Helper()
	r := w.verify(o)
	if want := (Fault{kind, seq, ref}); r.Fault == nil || *r.Fault != want {
		w.Fatalf("found %+v, want %+v", r.Fault, want)
	}
}

func (w *world) checkpoint() []byte {
	w.Helper()
	signed, err := w.log.Checkpoint(w.Context())
	w.must(err)
	return signed
}

func (w *world) entries() []models.AuditEntry {
	w.Helper()
	w.settle()
	list, err := w.store.AuditTrail(context.Background(), auditor, store.AuditFilter{Limit: 1000})
	w.must(err)
	return list
}

// appendWrite puts the entry of a write on the log, with the referral as the
// transaction has it.
func (w *world) appendWrite(tx *store.Tx, id string, e models.AuditEntry) error {
	b, err := tx.AuditBundle(w.Context(), id)
	if err != nil {
		return err
	}
	return w.log.AppendWrite(tx, b, e)
}
