package auth

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"znak/models"
	"znak/models/store"
)

func TestSigningInGivesTheAccountAndIsOnTheTrail(t *testing.T) {
	d := newDesk(t)
	d.accounts(1)
	u, err := d.SignIn(t.Context(), " U0@Example.rs", goodPassword, "192.0.2.1", "r1")
	if err != nil || u.ID != "u0" {
		t.Fatalf("got %+v, %v", u, err)
	}
	want := models.AuditEntry{Action: "sign-in", Outcome: models.AuditDone, ActorID: "u0", ActorRole: models.RoleTeacher,
		Organisation: "school:s1", Rule: "password", RequestID: "r1", Times: 1}
	if len(d.trail) != 1 || !reflect.DeepEqual(d.last(), want) {
		t.Fatalf("trail: %+v", d.trail)
	}
}

func TestNobodyLearnsWhetherAnAddressHasAnAccount(t *testing.T) {
	d := newDesk(t)
	d.accounts(3)
	err := d.Store.Tx(t.Context(), func(tx *store.Tx) error {
		if err := tx.SetDisabled("u1", true); err != nil {
			return err
		}
		return tx.PutUser(models.User{ID: "new", Email: "new@example.rs", Name: "invited", Role: models.RoleAdmin})
	})
	if err != nil {
		t.Fatal(err)
	}
	answers := map[string]bool{}
	for _, c := range []struct{ email, password string }{
		{"u0@example.rs", "wrong password 1"},
		{"u1@example.rs", goodPassword}, // disabled
		{"u1@example.rs", "wrong password 1"},
		{"new@example.rs", goodPassword}, // has no password yet
		{"new@example.rs", ""},
		{"unknown@example.rs", goodPassword},
		{"", ""},
		{strings.Repeat("x", 5000) + "@example.rs", goodPassword},
	} {
		before := d.checks.Load()
		u, err := d.SignIn(t.Context(), c.email, c.password, "192.0.2.1", "r")
		if u != nil || err == nil {
			t.Fatalf("%.20q is signed in", c.email)
		}
		answers[err.Error()] = true
		if n := d.checks.Load() - before; n != 1 {
			t.Errorf("%.20q: %d passwords checked, want 1", c.email, n)
		}
	}
	if len(answers) != 1 || !answers["invalid error.invalid [password error.sign_in]"] {
		t.Errorf("the answers differ: %v", answers)
	}
}

func TestTheTrailNeverHoldsWhatWasTyped(t *testing.T) {
	d := newDesk(t)
	d.accounts(1)
	for _, email := range []string{"u0@example.rs", "petar.petrovic@example.rs"} {
		for range 7 {
			d.try(email, "secret typed here", "192.0.2.1")
		}
	}
	if len(d.trail) != 14 {
		t.Fatalf("%d entries, want one for each try", len(d.trail))
	}
	for _, e := range d.trail {
		s := fmt.Sprintf("%+v", e)
		for _, typed := range []string{"petar", "example", "secret", "192.0.2.1"} {
			if strings.Contains(s, typed) {
				t.Errorf("the entry holds %q: %s", typed, s)
			}
		}
	}
	if first := d.trail[0]; first.ActorID != "u0" || first.Outcome != models.AuditFailed || first.Rule != "password" {
		t.Errorf("wrong password: %+v", first)
	}
	if unknown := d.trail[7]; unknown.ActorID != "" || unknown.Rule != "unknown" {
		t.Errorf("unknown address: %+v", unknown)
	}
	if e := d.last(); e.Outcome != models.AuditDenied || e.Rule != "throttled" || e.ActorID != "" {
		t.Errorf("throttled: %+v", e)
	}
}

func TestNobodySignsInPastABrokenTrail(t *testing.T) {
	d := newDesk(t)
	d.accounts(1)
	d.broken = models.E(models.CodeUnavailable, "error.unavailable")
	if u, err := d.SignIn(t.Context(), "u0@example.rs", goodPassword, "192.0.2.1", "r"); u != nil || !errors.Is(err, d.broken) {
		t.Fatalf("got %+v, %v", u, err)
	}
}

func TestAnAccountFromOneAddressHasFiveTries(t *testing.T) {
	d := newDesk(t)
	d.accounts(2)
	for range 5 {
		d.expect(models.CodeInvalid, "u0@example.rs", "wrong", "192.0.2.1")
	}
	before := d.checks.Load()
	_, err := d.SignIn(t.Context(), "U0@example.rs ", goodPassword, "192.0.2.1", "r")
	if s, ok := RetryAfter(err); models.CodeOf(err) != models.CodeTooMany || !ok || s != 900 {
		t.Fatalf("sixth try: %v, retry after %d", err, s)
	}
	if d.checks.Load() != before {
		t.Error("a throttled try costs a hash")
	}
	d.expect("", "u1@example.rs", goodPassword, "192.0.2.1") // somebody else behind the address
	d.expect("", "u0@example.rs", goodPassword, "192.0.2.2") // the owner elsewhere
	d.now = d.now.Add(15*time.Minute - time.Second)
	_, err = d.SignIn(t.Context(), "u0@example.rs", goodPassword, "192.0.2.1", "r")
	if s, _ := RetryAfter(err); s != 1 {
		t.Fatalf("a second before the end: %v, retry after %d", err, s)
	}
	d.now = d.now.Add(time.Second)
	d.expect("", "u0@example.rs", goodPassword, "192.0.2.1")
}

func TestASuccessStartsTheCountAgain(t *testing.T) {
	d := newDesk(t)
	d.accounts(1)
	for range 3 {
		for range 4 {
			d.expect(models.CodeInvalid, "u0@example.rs", "wrong", "192.0.2.1")
		}
		d.expect("", "u0@example.rs", goodPassword, "192.0.2.1")
	}
}

func TestAnUnknownAddressIsThrottledLikeAKnownOne(t *testing.T) {
	d := newDesk(t)
	for range 5 {
		d.expect(models.CodeInvalid, "nobody@example.rs", "wrong", "192.0.2.1")
	}
	d.expect(models.CodeTooMany, "nobody@example.rs", "wrong", "192.0.2.1")
}

func TestATrainingRoomBehindOneAddressWorks(t *testing.T) {
	d := newDesk(t)
	d.accounts(30)
	for i := range 30 {
		email := fmt.Sprintf("u%d@example.rs", i)
		for range 4 { // everybody mistypes, four times each
			d.expect(models.CodeInvalid, email, "wrong", "192.0.2.1")
		}
	}
	for range 3 { // and then signs in, again and again
		for i := range 30 {
			d.expect("", fmt.Sprintf("u%d@example.rs", i), goodPassword, "192.0.2.1")
		}
	}
}

func TestOneAddressCannotTryEveryAccount(t *testing.T) {
	d := newDesk(t)
	d.accounts(1)
	for i := range 200 {
		d.expect(models.CodeInvalid, fmt.Sprintf("guess%d@example.rs", i), "wrong", "192.0.2.1")
	}
	d.expect(models.CodeTooMany, "u0@example.rs", goodPassword, "192.0.2.1")
	d.expect("", "u0@example.rs", goodPassword, "192.0.2.2")
}

func TestOneAccountCannotBeTriedFromEverywhere(t *testing.T) {
	d := newDesk(t)
	d.accounts(1)
	for i := range 50 {
		d.expect(models.CodeInvalid, "u0@example.rs", "wrong", fmt.Sprintf("192.0.2.%d", i))
	}
	d.expect(models.CodeTooMany, "u0@example.rs", "wrong", "198.51.100.1")
	d.now = d.now.Add(time.Hour)
	d.expect("", "u0@example.rs", goodPassword, "198.51.100.1")
}

func TestOneSubscriberIsOneAddress(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true},
		{"2001:db8:1:2::1", "2001:db8:1:3::1", false},
		{"::ffff:192.0.2.1", "192.0.2.1", true},
		{"192.0.2.1", "192.0.2.2", false},
		{"fe80::1%eth0", "fe80::2%eth1", true},
		{"", "nonsense", true},
	} {
		if got := addressPrefix(c.a) == addressPrefix(c.b); got != c.same {
			t.Errorf("%q and %q: one address is %v", c.a, c.b, got)
		}
	}
}

func TestManyTriesAtOnceDoNotSlipThrough(t *testing.T) {
	d := newDesk(t)
	d.accounts(1)
	before := d.checks.Load()
	var wg sync.WaitGroup
	for range 40 {
		wg.Go(func() { d.try("u0@example.rs", "wrong", "192.0.2.1") })
	}
	wg.Wait()
	if n := d.checks.Load() - before; n != 5 {
		t.Errorf("%d passwords were tried, want 5", n)
	}
}

func TestReplicasShareTheCounters(t *testing.T) {
	d := newDesk(t)
	d.accounts(1)
	other := *d.Service
	for range 5 {
		d.expect(models.CodeInvalid, "u0@example.rs", "wrong", "192.0.2.1")
	}
	_, err := other.SignIn(t.Context(), "u0@example.rs", goodPassword, "192.0.2.1", "r")
	if models.CodeOf(err) != models.CodeTooMany {
		t.Errorf("another program on the same database: %v", err)
	}
}
