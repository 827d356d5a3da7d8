package demo

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

// world is a demo on a real database file.
type world struct {
	testing.TB
	store   *store.Store
	service *referral.Service
	log     *audit.Log
	now     time.Time
}

// morning is an ordinary Wednesday.
func morning(t testing.TB) time.Time {
	return time.Date(2026, 11, 18, 9, 20, 0, 0, belgrade(t))
}

func belgrade(t testing.TB) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation("Europe/Belgrade")
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// newWorld makes an empty portal with the demo's people.
func newWorld(t testing.TB, now time.Time) *world {
	t.Helper()
	w := &world{TB: t, now: now}
	dir := t.TempDir()
	clock := func() time.Time { return w.now }
	var err error
	w.store, err = store.Open(context.Background(), testdb.New(t).URL, clock)
	w.must(err)
	t.Cleanup(func() { w.store.Close() })
	keys := vault.NewMemory()
	w.log = audit.New(w.store, keys, "test", dir, clock)
	lists, err := checklist.Load()
	w.must(err)
	loc := belgrade(t)
	w.service = referral.New(referral.Service{Store: w.store, Vault: keys, Audit: w.log, Checklists: lists,
		Directory: &directory.Directory{Location: loc}, Calendar: referral.NewCalendar(loc), Location: loc, Now: clock})
	w.must(w.store.Tx(context.Background(), func(tx *store.Tx) error {
		return People(tx, now, func(password string) (string, error) { return "hash of " + password, nil })
	}))
	return w
}

// fill makes n referrals.
func (w *world) fill(n int) {
	w.Helper()
	w.must(w.history(n).Fill(context.Background(), func(int) {}))
}

func (w *world) history(n int) *History {
	return &History{Service: w.service, Store: w.store, Seed: 2026, Now: w.now, Referrals: n}
}

// as returns the actor behind an account.
func (w *world) as(email string) models.Actor {
	w.Helper()
	u, err := w.store.UserByEmail(context.Background(), email)
	w.must(err)
	a := models.Actor{ID: u.ID, Role: u.Role, SchoolID: u.SchoolID, DistrictID: u.DistrictID}
	if u.SchoolID != "" {
		s, err := w.store.School(context.Background(), u.SchoolID)
		w.must(err)
		a.DistrictID = s.DistrictID
	}
	return a
}

// list returns everything that somebody finds in the own list.
func (w *world) list(a models.Actor) []models.Referral {
	w.Helper()
	out, _, err := w.store.List(context.Background(), a, store.Filter{Limit: 1_000_000})
	w.must(err)
	return out
}

// everybody are those who between them see every referral.
func (w *world) everybody() []models.Actor {
	w.Helper()
	lib, err := load()
	w.must(err)
	c, err := newCast(lib, w.now)
	w.must(err)
	var out []models.Actor
	for _, p := range c.people {
		if p.actor.AtSchool() {
			out = append(out, p.actor)
		}
	}
	return out
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}
