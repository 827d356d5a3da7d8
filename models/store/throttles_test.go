package store_test

import (
	"sync"
	"testing"
	"time"

	"znak/models/store"
)

func TestFailuresAreCountedWithinAWindow(t *testing.T) {
	a := newAccounts(t)
	count := func() (n int, since time.Time) {
		a.tx(func(tx *store.Tx) error {
			c, err := tx.CountFailure("x", 15*time.Minute)
			n, since = c.Failures, c.Since.Time()
			return err
		})
		return n, since
	}
	begun := a.now
	for want := 1; want <= 3; want++ {
		if n, since := count(); n != want || !since.Equal(begun) {
			t.Fatalf("failure %d: %d since %v", want, n, since)
		}
		a.now = a.now.Add(5*time.Minute - time.Second)
	}
	a.now = begun.Add(15 * time.Minute)
	if n, since := count(); n != 1 || !since.Equal(a.now) {
		t.Fatalf("after the window: %d since %v", n, since)
	}
	a.tx(func(tx *store.Tx) error { return tx.ForgiveFailure("x") })
	a.tx(func(tx *store.Tx) error { return tx.ForgiveFailure("x") })
	if got, _ := a.Throttles(t.Context(), "x", "y"); len(got) != 1 || got["x"].Failures != 0 {
		t.Fatalf("forgiven twice: %+v", got)
	}
	a.tx(func(tx *store.Tx) error { return tx.PruneThrottles(a.now.Add(time.Second)) })
	if got, _ := a.Throttles(t.Context(), "x"); len(got) != 0 {
		t.Fatalf("pruned: %+v", got)
	}
}

func TestNoFailureIsLostBetweenManyAtOnce(t *testing.T) {
	a := newAccounts(t)
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			err := a.Tx(t.Context(), func(tx *store.Tx) error {
				_, err := tx.CountFailure("x", time.Hour)
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got, _ := a.Throttles(t.Context(), "x"); got["x"].Failures != 20 {
		t.Errorf("counted %+v", got)
	}
}
