package store_test

import (
	"testing"
	"time"

	"znak/models"
	"znak/models/store"
)

func TestAnEndedSessionIsNotWrittenAnew(t *testing.T) {
	a := newAccounts(t)
	a.session("one", "u1")
	s, err := a.Session(t.Context(), "one")
	if err != nil {
		t.Fatal(err)
	}
	a.tx(func(tx *store.Tx) error { return tx.EndSessions("u1") })
	a.tx(func(tx *store.Tx) error { return tx.ChangeSession(s) })
	if a.open("one") {
		t.Error("a request that was under way brought the session back")
	}
}

func TestOneEndsOnesOwnSessionsOnly(t *testing.T) {
	a := newAccounts(t)
	a.session("mine", "u1")
	a.session("theirs", "u2")
	a.session("visitor", "")
	me := models.Actor{ID: "u1"}
	list, err := a.SessionsOf(t.Context(), me)
	if err != nil || len(list) != 1 || list[0].TokenHash != "mine" {
		t.Fatalf("own sessions: %+v, %v", list, err)
	}
	if none, _ := a.SessionsOf(t.Context(), models.Actor{}); len(none) != 0 {
		t.Errorf("nobody's sessions: %+v", none)
	}
	for _, c := range []struct {
		by   models.Actor
		hash string
	}{{me, "theirs"}, {me, "visitor"}, {models.Actor{}, "visitor"}} {
		err := a.Tx(t.Context(), func(tx *store.Tx) error { return tx.EndSession(c.by, c.hash) })
		if models.CodeOf(err) != models.CodeNotFound || !a.open(c.hash) {
			t.Errorf("%q ends %q: %v", c.by.ID, c.hash, err)
		}
	}
	a.tx(func(tx *store.Tx) error { return tx.EndSession(me, "mine") })
	a.tx(func(tx *store.Tx) error { return tx.EndSessions("") })
	if a.open("mine") || !a.open("visitor") {
		t.Error("ended the wrong one")
	}
}

func TestExpiredSessionsAreGone(t *testing.T) {
	a := newAccounts(t)
	a.session("one", "u1")
	a.now = a.now.Add(30 * time.Minute)
	a.session("two", "u1")
	a.now = a.now.Add(30 * time.Minute)
	if a.open("one") || !a.open("two") {
		t.Fatalf("open: %v, %v", a.open("one"), a.open("two"))
	}
	a.tx(func(tx *store.Tx) error {
		n, err := tx.DeleteExpired()
		if n != 1 {
			t.Errorf("removed %d", n)
		}
		return err
	})
	if !a.open("two") {
		t.Error("an open session was removed")
	}
}
