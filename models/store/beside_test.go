package store_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"znak/models"
	"znak/models/referral"
	"znak/models/store"
	"znak/models/store/storetest"
	"znak/models/store/testdb"
)

// These tests have two programs on one database, as behind a balancer.

func TestSessionsAreSharedBetweenPrograms(t *testing.T) {
	w := storetest.New(t)
	one, two := w.Store, w.Another()
	s := store.Session{TokenHash: "h", UserID: storetest.Teacher, Data: []byte("d"), ExpiresAt: models.StampOf(w.Clock.Now().Add(time.Hour))}
	if err := one.Tx(t.Context(), func(tx *store.Tx) error { return tx.AddSession(s) }); err != nil {
		t.Fatal(err)
	}
	got, err := two.Session(t.Context(), "h")
	if err != nil || !got.Same(s) {
		t.Errorf("the other program finds %+v, %v", got, err)
	}
	if err := two.Tx(t.Context(), func(tx *store.Tx) error { return tx.SetDisabled(storetest.Teacher, true) }); err != nil {
		t.Fatal(err)
	}
	if _, err := one.Session(t.Context(), "h"); models.CodeOf(err) != models.CodeNotFound {
		t.Errorf("ended by the other program, and still there: %v", err)
	}
}

func TestFailuresAreCountedBetweenPrograms(t *testing.T) {
	w := storetest.New(t)
	stores := []*store.Store{w.Store, w.Another()}
	const each = 20
	var wg sync.WaitGroup
	for _, s := range stores {
		for range 4 {
			wg.Go(func() {
				for range each {
					err := s.Tx(context.Background(), func(tx *store.Tx) error {
						for _, name := range []string{"pair", "account", "address"} {
							if _, err := tx.CountFailure(name, time.Hour); err != nil {
								return err
							}
						}
						return nil
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
	}
	wg.Wait()
	got, err := w.Store.Throttles(t.Context(), "pair", "account", "address")
	for name, c := range got {
		if c.Failures != 8*each {
			t.Errorf("%s: %d failures, want %d", name, c.Failures, 8*each)
		}
	}
	if err != nil || len(got) != 3 {
		t.Errorf("%v, %v", got, err)
	}
}

// services are the verbs of two programs.
func services(w *storetest.World) []*referral.Service {
	return []*referral.Service{w.Referrals, w.Service(func(s *referral.Service) { s.Store = w.Another() })}
}

// TestSubmittingTwiceAtOnceIsOneReferral: every try is answered with success.
func TestSubmittingTwiceAtOnceIsOneReferral(t *testing.T) {
	w := storetest.New(t)
	both := services(w)
	for range 5 {
		ref := w.Draft(author, w.Full)
		var wg sync.WaitGroup
		for i := range 12 {
			wg.Go(func() {
				r, err := both[i%2].Submit(context.Background(), w.Actor(author), ref)
				if err != nil || r.State != models.StateSubmitted || r.DeskID == "" {
					t.Errorf("%+v, %v", r, err)
				}
			})
		}
		wg.Wait()
		sealed, err := w.Store.Sealed(t.Context(), w.Actor(author), ref)
		if err != nil || len(sealed.Records) != 1 {
			t.Errorf("%d submissions on the timeline, %v", len(sealed.Records), err)
		}
	}
	w.Settle()
	if n := count(w, "SELECT COUNT(*) FROM audit_entries WHERE action = 'submit'"); n != 5 {
		t.Errorf("%d submissions on the log, want 5", n)
	}
}

// TestSavingAtOnceLosesNothing: two windows of one author.
func TestSavingAtOnceLosesNothing(t *testing.T) {
	w := storetest.New(t)
	ref := w.Draft(author)
	both := services(w)
	set := []func(*models.Content){func(c *models.Content) { c.Account.Observed = "one" }, func(c *models.Content) { c.Account.Told = "two" }}
	var wg sync.WaitGroup
	for i, s := range both {
		wg.Go(func() {
			if _, err := s.Save(context.Background(), w.Actor(author), ref, "account", set[i]); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	d, err := w.Referrals.Draft(t.Context(), w.Actor(author), ref, "account")
	if err != nil || d.Content.Account.Observed != "one" || d.Content.Account.Told != "two" {
		t.Errorf("%+v, %v", d.Content.Account, err)
	}
}

// TestRoutingAndClosingAnAccountAtOnce: whoever closes an account sees every
// referral that was routed to it, and later ones go to somebody else.
func TestRoutingAndClosingAnAccountAtOnce(t *testing.T) {
	w := storetest.New(t)
	both := services(w)
	const drafts = 12
	var refs []string
	for range drafts {
		refs = append(refs, w.Draft(author, w.Full))
	}
	var wg sync.WaitGroup
	for i, ref := range refs {
		wg.Go(func() {
			if _, err := both[i%2].Submit(context.Background(), w.Actor(author), ref); err != nil {
				t.Error(err)
			}
		})
	}
	var seen int
	wg.Go(func() {
		err := w.Store.Tx(context.Background(), func(tx *store.Tx) error {
			if err := tx.SetDisabled(co, true); err != nil {
				return err
			}
			list, _, err := tx.List(tx.Context(), w.Actor(storetest.Deputy), store.Filter{Limit: drafts})
			seen = 0
			for _, r := range list {
				if r.RoutedTo == co {
					seen++
				}
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
	wg.Wait()
	routed := count(w, "SELECT COUNT(*) FROM referrals WHERE routed_to = '"+co+"'")
	if routed != seen {
		t.Errorf("%d referrals are routed to the closed account, whoever closed it saw %d", routed, seen)
	}
	if n := count(w, "SELECT COUNT(*) FROM referrals WHERE routed_to IN ('"+co+"', '"+storetest.Deputy+"')"); n != drafts {
		t.Errorf("%d of %d referrals have a recipient", n, drafts)
	}
}

// TestAnAccountThatIsClosedMeanwhileStaysClosed: what is read of an account to
// be written back is read once nobody else changes it.
func TestAnAccountThatIsClosedMeanwhileStaysClosed(t *testing.T) {
	w := storetest.New(t)
	w.Store.Rehearse(false)
	two := w.Fresh()
	saved := make(chan error, 1)
	err := w.Store.Tx(t.Context(), func(tx *store.Tx) error {
		if err := tx.SetDisabled(author, true); err != nil {
			return err
		}
		go func() {
			saved <- two.Tx(context.Background(), func(tx *store.Tx) error { return tx.SetSelf(author, "Нова", "sr") })
		}()
		time.Sleep(300 * time.Millisecond)
		return nil
	})
	if err := errors.Join(err, <-saved); err != nil {
		t.Fatal(err)
	}
	if u, err := w.Store.UserByID(t.Context(), author); err != nil || !u.Disabled || u.Name != "Нова" {
		t.Errorf("%q, closed %v, %v", u.Name, u.Disabled, err)
	}
}

// TestADeadlockIsTriedAgain has two acts take two rows in opposite order.
func TestADeadlockIsTriedAgain(t *testing.T) {
	testdb.NeedPostgres(t)
	w := storetest.New(t)
	s := w.Fresh()
	var ready sync.WaitGroup
	ready.Add(2)
	var once [2]sync.Once
	var wg sync.WaitGroup
	for i, names := range [][]string{{"a", "b"}, {"b", "a"}} {
		wg.Go(func() {
			err := s.Tx(context.Background(), func(tx *store.Tx) error {
				if _, err := tx.CountFailure(names[0], time.Hour); err != nil {
					return err
				}
				once[i].Do(func() { ready.Done(); ready.Wait() })
				_, err := tx.CountFailure(names[1], time.Hour)
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	got, err := s.Throttles(t.Context(), "a", "b")
	if err != nil || got["a"].Failures != 2 || got["b"].Failures != 2 {
		t.Errorf("%+v, %v", got, err)
	}
}

func count(w *storetest.World, query string) (n int) {
	w.T.Helper()
	if err := w.Raw().QueryRow(query).Scan(&n); err != nil {
		w.T.Fatal(err)
	}
	return n
}
