// Package storetest builds what tests of every room need: a real database
// with the directory and the accounts of a small country, keys in memory, an
// audit log, and a clock that stands still until it is moved. Referrals come
// from the program's own verbs, never from inserts.
package storetest

import (
	"context"
	"testing"
	"time"

	"znak/models"
	"znak/models/audit"
	"znak/models/checklist"
	"znak/models/directory"
	"znak/models/referral"
	"znak/models/store"
	"znak/models/store/testdb"
	"znak/models/vault"
)

// World is a small country's portal without its face. On PostgreSQL, where it
// matters, every transaction is rehearsed.
type World struct {
	T          testing.TB
	Dir        string // holds the database and the checkpoints
	Path       string // of the database's file; "" on PostgreSQL
	URL        string // of the database
	Clock      *Clock
	Store      *store.Store
	Vault      *vault.Vault
	Audit      *audit.Log
	Checklists *checklist.Set
	Directory  *directory.Directory
	Location   *time.Location
	Referrals  *referral.Service

	raw *testdb.DB
}

// New builds a world on an empty file of the test's own. change may alter the
// referral service before it is made: its checklists, its references.
func New(t testing.TB, change ...func(*referral.Service)) *World {
	t.Helper()
	w := Empty(t)
	w.Location = must(time.LoadLocation("Europe/Belgrade"))(t)
	w.Checklists = must(checklist.Load())(t)
	w.Vault = vault.NewMemory()
	w.Audit = audit.New(w.Store, w.Vault, "test", w.Dir, w.Clock.Now)
	w.Directory = &directory.Directory{Location: w.Location}
	w.Referrals = w.Service(change...)
	w.Checklists = w.Referrals.Checklists
	w.Tx(func(tx *store.Tx) error {
		if err := directory.Seed(tx); err != nil {
			return err
		}
		if err := tx.Put(Schools()); err != nil {
			return err
		}
		for _, u := range People() {
			if err := tx.PutUser(u); err != nil {
				return err
			}
		}
		return tx.Put(Contacts())
	})
	return w
}

// Empty builds a world that has a schema and a clock, and nothing else.
func Empty(t testing.TB) *World {
	t.Helper()
	w := &World{T: t, Dir: t.TempDir(), Clock: &Clock{at: Start}}
	w.raw = testdb.New(t)
	w.Path, w.URL = w.raw.Path, w.raw.URL
	w.Store = w.Another()
	return w
}

// Another opens the world's database once more, as another program does.
func (w *World) Another() *store.Store {
	w.T.Helper()
	s := w.Fresh()
	if _, measured := w.T.(*testing.B); testdb.OnPostgres() && !measured {
		s.Rehearse(true)
	}
	return s
}

// Fresh is Another whose transactions are not rehearsed.
func (w *World) Fresh() *store.Store {
	w.T.Helper()
	s := must(store.Open(context.Background(), w.URL, w.Clock.Now))(w.T)
	w.T.Cleanup(func() { s.Close() })
	return s
}

// Service makes another referral service over the same world.
func (w *World) Service(change ...func(*referral.Service)) *referral.Service {
	s := referral.Service{Store: w.Store, Vault: w.Vault, Audit: w.Audit, Checklists: w.Checklists, Directory: w.Directory,
		Calendar: referral.NewCalendar(w.Location), Location: w.Location, Now: w.Clock.Now}
	for _, f := range change {
		f(&s)
	}
	return referral.New(s)
}

// Tx runs fn in one transaction, which must succeed.
func (w *World) Tx(fn func(*store.Tx) error) {
	w.T.Helper()
	if err := w.Store.Tx(context.Background(), fn); err != nil {
		w.T.Fatal(err)
	}
}

// Raw is the database as somebody who holds it has it, with every entry of the
// audit log numbered that can be. It takes statements that are written for
// SQLite.
func (w *World) Raw() *testdb.DB {
	if w.Audit != nil {
		_ = w.Audit.Settle(context.Background()) // a test may have broken the log on purpose
	}
	return w.raw
}

// Settle has the audit log number what waits for a number.
func (w *World) Settle() {
	w.T.Helper()
	if err := w.Audit.Settle(context.Background()); err != nil {
		w.T.Fatal(err)
	}
}

// Actor is somebody of the world, making a request.
func (w *World) Actor(id string) models.Actor {
	w.T.Helper()
	for _, u := range People() {
		if u.ID != id {
			continue
		}
		a := models.Actor{ID: u.ID, Role: u.Role, SchoolID: u.SchoolID, DistrictID: u.DistrictID, RequestID: "request-of-" + u.ID}
		for _, s := range Schools() {
			if s.ID == u.SchoolID {
				a.DistrictID = s.DistrictID
			}
		}
		return a
	}
	if id == System.ID {
		return System
	}
	w.T.Fatalf("nobody is called %q", id)
	return models.Actor{}
}

// must ends the test on an error.
func must[V any](v V, err error) func(testing.TB) V {
	return func(t testing.TB) V {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}
