package store_test

import (
	"context"
	"testing"
	"time"

	"znak/models"
	"znak/models/store"
	"znak/models/store/storetest"
	"znak/models/store/testdb"
)

func TestAcknowledgedCommitsAreDurableOnPostgres(t *testing.T) {
	testdb.NeedPostgres(t)
	db := testdb.New(t)
	if _, err := db.Exec("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', current_database()); END $$"); err != nil {
		t.Fatal(err)
	}
	err := store.Settings(another(t, db.URL), func(pool string, setting func(string) string) {
		for name, want := range map[string]string{"synchronous_commit": "on", "fsync": "on", "lock_timeout": "10s",
			"idle_in_transaction_session_timeout": "1min", "server_encoding": "UTF8",
			"default_transaction_read_only": map[string]string{"writer": "off", "reader": "on"}[pool]} {
			if got := setting(name); got != want {
				t.Errorf("%s: %s is %s, want %s", pool, name, got, want)
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestPoolsAreBounded(t *testing.T) {
	testdb.NeedPostgres(t)
	w := storetest.New(t)
	done := make(chan error)
	const many = 60
	for i := range many {
		go func() {
			if i%2 == 0 {
				_, err := w.Store.Districts(context.Background())
				done <- err
				return
			}
			done <- w.Store.Tx(context.Background(), func(tx *store.Tx) error { _, err := tx.Districts(tx.Context()); return err })
		}()
	}
	for range many {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	var n int
	err := w.Raw().QueryRow("SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'znak'").Scan(&n)
	if err != nil || n > 22 {
		t.Errorf("%d connections, %v", n, err)
	}
}

// TestFaultsOfTheServerAreUnavailable: what an operator or a full disk does.
func TestFaultsOfTheServerAreUnavailable(t *testing.T) {
	testdb.NeedPostgres(t)
	w := storetest.New(t)
	for code, want := range map[string]models.Code{
		"53100": models.CodeUnavailable, // disk full
		"53300": models.CodeUnavailable, // too many connections
		"57P01": models.CodeUnavailable, // admin shutdown
		"57P03": models.CodeUnavailable, // cannot connect now
		"58030": models.CodeUnavailable, // i/o error
		"XX001": models.CodeUnavailable, // a page that is none
		"08006": models.CodeUnavailable, // connection failure
		"25006": models.CodeUnavailable, // read only: a standby
		"40001": models.CodeUnavailable, // still clashing after every try
		"40P01": models.CodeUnavailable,
		"55P03": models.CodeUnavailable, // lock timeout
		"23001": models.CodeConflict,    // a guard
		"23505": models.CodeConflict,
		"22021": models.CodeNotFound,
		"42P01": models.CodeInternal,
	} {
		err := w.Store.Tx(t.Context(), func(tx *store.Tx) error { return store.Raise(tx, code) })
		if got := models.CodeOf(err); got != want {
			t.Errorf("%s: %v, want %s", code, err, want)
		}
	}
}

func TestACutConnectionIsUnavailableOnce(t *testing.T) {
	testdb.NeedPostgres(t)
	w := storetest.New(t)
	cut := func() {
		if _, err := w.Raw().Exec("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'znak'"); err != nil {
			t.Error(err)
		}
	}
	err := w.Store.Tx(t.Context(), func(tx *store.Tx) error {
		cut()
		return tx.Recuse("x", "y")
	})
	unavailable(t, "cut off in the middle", err)
	if err := write(w); err != nil {
		t.Errorf("afterwards: %v", err)
	}
	if _, err := w.Store.Districts(t.Context()); err != nil {
		t.Errorf("reading afterwards: %v", err)
	}
}

func TestNobodyThereIsUnavailable(t *testing.T) {
	_, err := store.Open(t.Context(), "postgres://u:geheim@127.0.0.1:1/d?connect_timeout=5", time.Now)
	unavailable(t, "no server", err)
	if contains(err.Error(), "geheim") {
		t.Errorf("the error repeats the password: %v", err)
	}
}

// TestTextThatIsNoneFindsNothing: what a browser can send and PostgreSQL cannot
// hold is no fault of the program.
func TestTextThatIsNoneFindsNothing(t *testing.T) {
	w := storetest.New(t)
	for _, text := range []string{"a\x00b", "\xff"} {
		_, err := w.Store.UserByEmail(t.Context(), text)
		if models.CodeOf(err) != models.CodeNotFound {
			t.Errorf("address %q: %v", text, err)
		}
		_, err = w.Store.Referral(t.Context(), w.Actor(storetest.Teacher), text)
		if models.CodeOf(err) != models.CodeNotFound {
			t.Errorf("reference %q: %v", text, err)
		}
		_, _, err = w.Store.List(t.Context(), w.Actor(storetest.Teacher), store.Filter{After: "false.1." + text, Limit: 5})
		if code := models.CodeOf(err); code == models.CodeInternal || code == models.CodeUnavailable {
			t.Errorf("cursor %q: %v", text, err)
		}
		_, err = w.Store.Child(t.Context(), w.Actor(storetest.Psychologist), text)
		if models.CodeOf(err) != models.CodeNotFound {
			t.Errorf("handle %q: %v", text, err)
		}
	}
}
