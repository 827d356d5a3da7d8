package auth

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"znak/models"
	"znak/models/store"
	"znak/models/store/testdb"
	"znak/models/vault"
)

const goodPassword = "ведро магла трамвај"

// desk is a Service on a real database, with a clock, a trail and a count of
// the passwords that were checked.
type desk struct {
	*Service
	t      *testing.T
	now    time.Time
	checks atomic.Int64
	mu     sync.Mutex
	trail  []models.AuditEntry
	broken error // what the audit trail answers
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{t: t, now: time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)}
	now := func() time.Time { return d.now }
	s, err := store.Open(t.Context(), testdb.New(t).URL, now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	h, err := NewHasher(DemoParams())
	if err != nil {
		t.Fatal(err)
	}
	compare := h.compare
	h.compare = func(p, hash string) (bool, error) { d.checks.Add(1); return compare(p, hash) }
	d.Service = &Service{Store: s, Hasher: h, Limits: DefaultLimits(), Now: now, Audit: d.audit, Keys: vault.NewMemory(),
		Append: func(_ *store.Tx, entries ...models.AuditEntry) error {
			for _, e := range entries {
				if err := d.audit(t.Context(), e); err != nil {
					return err
				}
			}
			return nil
		}}
	return d
}

func (d *desk) audit(_ context.Context, e models.AuditEntry) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.trail = append(d.trail, e)
	return d.broken
}

func (d *desk) last() models.AuditEntry { return d.trail[len(d.trail)-1] }

// accounts makes n accounts u0…, u0@example.rs…, with the good password.
func (d *desk) accounts(n int) {
	d.t.Helper()
	hash, err := d.Hasher.Hash(d.t.Context(), goodPassword)
	if err != nil {
		d.t.Fatal(err)
	}
	err = d.Store.Tx(d.t.Context(), func(tx *store.Tx) error {
		for i := range n {
			id := fmt.Sprintf("u%d", i)
			if err := tx.PutUser(models.User{ID: id, Email: id + "@example.rs", Name: id, Role: models.RoleTeacher,
				SchoolID: "s1", PasswordHash: hash}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		d.t.Fatal(err)
	}
}

// try signs in and returns the code of the answer, "" for success.
func (d *desk) try(email, password, addr string) models.Code {
	_, err := d.SignIn(d.t.Context(), email, password, addr, "request")
	return models.CodeOf(err)
}

func (d *desk) expect(want models.Code, email, password, addr string) {
	d.t.Helper()
	if got := d.try(email, password, addr); got != want {
		d.t.Fatalf("%s from %s: got %q, want %q", email, addr, got, want)
	}
}
