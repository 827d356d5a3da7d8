package store_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"znak/models"
	"znak/models/store"
	"znak/models/store/storetest"
	"znak/models/store/testdb"
)

func open(t *testing.T, path string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), "sqlite:"+path, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestMigrateAnEmptyFile(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "new", "znak.db"))
	need, err := store.SchemaNeeded()
	if err != nil {
		t.Fatal(err)
	}
	if have, want, err := s.Schema(t.Context()); have != 0 || want != need || err != nil {
		t.Errorf("an empty file has schema %d of %d (%v), want 0 of %d", have, want, err, need)
	}
	if done, err := s.Migrate(t.Context()); err != nil || len(done) == 0 || done[len(done)-1] != need {
		t.Fatalf("migrated %v, %v", done, err)
	}
	if done, err := s.Migrate(t.Context()); err != nil || len(done) != 0 {
		t.Errorf("migrating again did %v, %v", done, err)
	}
	if have, want, err := s.Schema(t.Context()); have != want || err != nil {
		t.Errorf("schema %d of %d, %v", have, want, err)
	}
}

func TestSchemaFromTheFutureIsSeen(t *testing.T) {
	w := storetest.Empty(t)
	if _, err := w.Raw().Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, TRUE)"); err != nil {
		t.Fatal(err)
	}
	if have, want, err := w.Store.Schema(t.Context()); have <= want || err != nil {
		t.Errorf("schema %d of %d, %v", have, want, err)
	}
}

// TestOtherAddressesAreRefused: no address, no password of one, on the error.
func TestOtherAddressesAreRefused(t *testing.T) {
	for _, url := range []string{"", "znak.db", "mysql://u:geheim@h/d", "postgres://u:geheim@h:nan/d", "postgres://u:geheim%zz@h/d"} {
		_, err := store.Open(t.Context(), url, time.Now)
		if models.CodeOf(err) != models.CodeInvalid {
			t.Errorf("%q: %v", url, err)
		}
		if err != nil && contains(err.Error(), "geheim") {
			t.Errorf("the error repeats the password: %v", err)
		}
	}
}

// TestStrangeFolderNames: what a path holds stays in the path.
func TestStrangeFolderNames(t *testing.T) {
	for _, name := range []string{"a b", "škola", "50%20", "a#b", "what?mode=memory", "a&_synchronous=0"} {
		dir := filepath.Join(t.TempDir(), name)
		s := open(t, filepath.Join(dir, "znak.db"))
		if _, err := s.Migrate(t.Context()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := os.Stat(filepath.Join(dir, "znak.db")); err != nil {
			t.Errorf("%s: the database is elsewhere: %v", name, err)
		}
	}
}

func TestAcknowledgedCommitsAreDurable(t *testing.T) {
	testdb.NeedSQLite(t)
	w := storetest.Empty(t)
	err := store.Pragmas(w.Store, func(pool string, pragma func(string) string) {
		for name, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "secure_delete": "1", "busy_timeout": "10000"} {
			if got := pragma(name); got != want {
				t.Errorf("%s: %s is %s, want %s", pool, name, got, want)
			}
		}
		if got, want := pragma("query_only"), map[string]string{"writer": "0", "reader": "1"}[pool]; got != want {
			t.Errorf("%s: query_only is %s", pool, got)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestNothingOfAFailedTransactionRemains(t *testing.T) {
	w := storetest.New(t)
	stop := errors.New("stop")
	told := false
	err := w.Store.Tx(t.Context(), func(tx *store.Tx) error {
		tx.AfterCommit(func() { told = true })
		if err := tx.Put([]models.School{{ID: "x", Code: "x", Name: "x", Level: "primary", Municipality: "x", DistrictID: storetest.Nis}}); err != nil {
			return err
		}
		return stop
	})
	if !errors.Is(err, stop) || told {
		t.Errorf("error %v, told %v", err, told)
	}
	if _, err := w.Store.School(t.Context(), "x"); models.CodeOf(err) != models.CodeNotFound {
		t.Errorf("the school remained: %v", err)
	}
}

func TestAPanicLeavesNothingAndNothingLocked(t *testing.T) {
	w := storetest.New(t)
	id := w.Head(w.Draft(author)).ID
	func() {
		defer func() { recover() }()
		_ = w.Store.Tx(t.Context(), func(tx *store.Tx) error {
			if err := tx.Recuse(id, "x"); err != nil {
				return err
			}
			panic("in the middle")
		})
	}()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if err := w.Store.Tx(ctx, func(*store.Tx) error { return nil }); err != nil {
		t.Errorf("the writer is gone: %v", err)
	}
}

func TestManyWritersAtOnce(t *testing.T) {
	w := storetest.New(t)
	const writers, each = 16, 5
	var wg sync.WaitGroup
	faults := make(chan error, 2*writers*each)
	for i := range writers {
		wg.Go(func() {
			for j := range each {
				school := models.School{ID: fmt.Sprintf("many-%d-%d", i, j), Code: fmt.Sprintf("m%d-%d", i, j), Name: "x", Level: "primary", Municipality: "x", DistrictID: storetest.Nis}
				faults <- w.Store.Tx(context.Background(), func(tx *store.Tx) error { return tx.Put([]models.School{school}) })
				_, err := w.Store.School(context.Background(), school.ID)
				faults <- err
			}
		})
	}
	wg.Wait()
	close(faults)
	for err := range faults {
		if err != nil {
			t.Error(err)
		}
	}
	schools, err := w.Store.Schools(t.Context())
	if err != nil || len(schools) != len(storetest.Schools())+writers*each {
		t.Errorf("%d schools, %v", len(schools), err)
	}
}
