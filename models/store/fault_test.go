package store_test

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"znak/models"
	"znak/models/store"
	"znak/models/store/storetest"
	"znak/models/store/testdb"
)

func contains(s, part string) bool { return strings.Contains(s, part) }

// write is something to write, and whether it is there.
func write(w *storetest.World) error {
	return w.Store.Tx(context.Background(), func(tx *store.Tx) error {
		return tx.Put([]models.Municipality{{Name: "Ново " + strings.Repeat("x", 2000), DistrictID: storetest.Nis}})
	})
}

func unavailable(t *testing.T, what string, err error) {
	t.Helper()
	if models.CodeOf(err) != models.CodeUnavailable {
		t.Errorf("%s: %v, want %s", what, err, models.CodeUnavailable)
	}
}

func TestFullDiskIsUnavailable(t *testing.T) {
	testdb.NeedSQLite(t)
	w := storetest.New(t)
	if err := store.LimitPages(w.Store); err != nil {
		t.Fatal(err)
	}
	var err error
	for i := 0; i < 2000 && err == nil; i++ {
		err = w.Store.Tx(t.Context(), func(tx *store.Tx) error {
			return tx.InsertFact(models.NewID(), "2026-03", make([]byte, 4000))
		})
	}
	unavailable(t, "a full disk", err)
	if _, err := w.Store.Districts(t.Context()); err != nil {
		t.Errorf("reading on a full disk: %v", err)
	}
}

func TestLockedDatabaseIsUnavailable(t *testing.T) {
	testdb.NeedSQLite(t)
	w := storetest.New(t)
	conn, err := w.Raw().Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.ExecContext(t.Context(), "BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	if err := store.Impatient(w.Store); err != nil {
		t.Fatal(err)
	}
	unavailable(t, "a locked database", write(w))
	if _, err := conn.ExecContext(t.Context(), "ROLLBACK"); err != nil {
		t.Fatal(err)
	}
	if err := write(w); err != nil {
		t.Errorf("after the lock is gone: %v", err)
	}
}

func TestReadOnlyDatabaseIsUnavailable(t *testing.T) {
	testdb.NeedSQLite(t)
	w := storetest.New(t)
	if err := store.ReadOnly(w.Store); err != nil {
		t.Fatal(err)
	}
	unavailable(t, "a read-only database", write(w))
}

func TestClosedDatabaseIsUnavailable(t *testing.T) {
	w := storetest.New(t)
	w.Store.Close()
	unavailable(t, "writing", write(w))
	_, err := w.Store.Districts(t.Context())
	unavailable(t, "reading", err)
	_, err = w.Store.UserByID(t.Context(), storetest.Teacher)
	unavailable(t, "an account", err)
}

// TestBrokenDiskIsUnavailable: pages that are no pages any more, under a program
// that runs.
func TestBrokenDiskIsUnavailable(t *testing.T) {
	testdb.NeedSQLite(t)
	w := storetest.New(t)
	if _, err := w.Raw().Exec("PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		t.Fatal(err)
	}
	size, err := os.Stat(w.Path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(w.Path, make([]byte, size.Size()), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), "sqlite:"+w.Path, time.Now)
	if err == nil {
		t.Cleanup(func() { s.Close() })
		_, err = s.Districts(t.Context())
		unavailable(t, "reading", err)
	}
	unavailable(t, "writing", write(w))
}

func TestVanishedFileIsUnavailable(t *testing.T) {
	testdb.NeedSQLite(t)
	w := storetest.New(t)
	w.Store.Close()
	for _, suffix := range []string{"", "-wal", "-shm"} {
		os.Remove(w.Path + suffix)
	}
	if err := os.Mkdir(w.Path, 0o700); err != nil {
		t.Fatal(err)
	}
	_, err := store.Open(t.Context(), "sqlite:"+w.Path, time.Now)
	if err == nil {
		t.Error("a folder opens as a database")
	}
}
