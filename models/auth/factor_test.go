package auth

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"znak/models"
	"znak/models/store"
)

// enrolled gives u0 a second factor, and returns its secret and codes.
func (d *desk) enrolled() (user models.User, secret string, recovery []string) {
	d.t.Helper()
	d.accounts(1)
	uri, err := NewFactor("u0@example.rs")
	if err != nil {
		d.t.Fatal(err)
	}
	if secret, err = FactorSecret(uri); err != nil {
		d.t.Fatal(err)
	}
	by := models.Actor{ID: "u0", Role: models.RoleTeacher, SchoolID: "s1"}
	if _, err := d.Enrol(d.t.Context(), by, uri, "123"); models.CodeOf(err) != models.CodeInvalid {
		d.t.Fatalf("enrolled by a wrong code: %v", err)
	}
	if recovery, err = d.Enrol(d.t.Context(), by, uri, d.code(secret)); err != nil {
		d.t.Fatal(err)
	}
	if user, err = d.Store.UserByID(d.t.Context(), "u0"); err != nil || !user.SecondFactor {
		d.t.Fatalf("%+v, %v", user, err)
	}
	d.now = d.now.Add(time.Minute)
	return user, secret, recovery
}

func (d *desk) code(secret string) string {
	d.t.Helper()
	code, err := totp.GenerateCode(secret, d.now)
	if err != nil {
		d.t.Fatal(err)
	}
	return code
}

// atOnce runs f many times at once and returns how often it succeeded.
func atOnce(f func() error) (won int64) {
	var n atomic.Int64
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if f() == nil {
				n.Add(1)
			}
		})
	}
	wg.Wait()
	return n.Load()
}

// TestACodeCountsOnce: of many who hold the same code, one gets in.
func TestACodeCountsOnce(t *testing.T) {
	d := newDesk(t)
	user, secret, recovery := d.enrolled()
	for name, code := range map[string]string{"app": d.code(secret), "recovery": recovery[3]} {
		var from atomic.Int64
		won := atOnce(func() error {
			return d.CheckCode(t.Context(), user, code, fmt.Sprintf("192.0.2.%d", from.Add(1)), "r")
		})
		if won != 1 {
			t.Errorf("%s: the code counted %d times", name, won)
		}
	}
	if n, err := d.Store.RecoveryCodes(t.Context(), "u0"); n != 9 || err != nil {
		t.Errorf("%d recovery codes are left, %v", n, err)
	}
}

// TestClocksMayDiffer by one code, before or after, and no more; an older code
// than one that counted never counts.
func TestClocksMayDiffer(t *testing.T) {
	d := newDesk(t)
	user, secret, _ := d.enrolled()
	for _, tt := range []struct {
		ahead time.Duration
		ok    bool
	}{{-60 * time.Second, false}, {-30 * time.Second, true}, {60 * time.Second, false}, {30 * time.Second, true}, {0, false}} {
		code, err := totp.GenerateCode(secret, d.now.Add(tt.ahead))
		if err != nil {
			t.Fatal(err)
		}
		if err := d.CheckCode(t.Context(), user, code, "192.0.2.1", "r"); (err == nil) != tt.ok {
			t.Errorf("%v ahead: %v", tt.ahead, err)
		}
	}
}

// TestSomebodyElsesCodes: neither the secret nor the codes of one account open
// another, and a secret moved in the database opens nothing.
func TestSomebodyElsesCodes(t *testing.T) {
	d := newDesk(t)
	_, secret, recovery := d.enrolled()
	d.accounts(2)
	other, err := d.Store.UserByID(t.Context(), "u1")
	if err != nil {
		t.Fatal(err)
	}
	for _, code := range []string{d.code(secret), recovery[0]} {
		if err := d.CheckCode(t.Context(), other, code, "192.0.2.1", "r"); models.CodeOf(err) != models.CodeInvalid {
			t.Errorf("%q: %v", code, err)
		}
	}
	f, err := d.Store.SecondFactor(t.Context(), "u0")
	if err != nil || strings.Contains(string(f.Secret), secret) {
		t.Fatalf("stored openly, or %v", err)
	}
	f.UserID, f.LastStep = "u1", 0
	if err := d.Store.Tx(t.Context(), func(tx *store.Tx) error { return tx.PutSecondFactor(f, nil) }); err != nil {
		t.Fatal(err)
	}
	if err := d.CheckCode(t.Context(), other, d.code(secret), "192.0.2.2", "r"); models.CodeOf(err) != models.CodeInternal {
		t.Errorf("a secret that was moved: %v", err)
	}
}

// TestAnInvitationIsUsedOnce even by many at once, and leaves nothing when the
// trail cannot be written.
func TestAnInvitationIsUsedOnce(t *testing.T) {
	d := newDesk(t)
	d.accounts(1)
	operator := models.Actor{ID: "operator", Role: models.RoleOperator}
	made, err := d.Reset(t.Context(), operator, "u0", false)
	if err != nil {
		t.Fatal(err)
	}
	i, err := d.Store.InvitationOf(t.Context(), "u0")
	if err != nil || i.TokenHash == made.Token || len(made.Token) < 40 {
		t.Fatalf("stored %+v, %v", i, err)
	}
	d.expect(models.CodeInvalid, "u0@example.rs", goodPassword, "192.0.2.1")
	d.broken = models.E(models.CodeUnavailable, "error.unavailable")
	if _, err := d.Accept(t.Context(), made.Token, "река облак прозор", "r"); models.CodeOf(err) != models.CodeUnavailable {
		t.Errorf("without the trail: %v", err)
	}
	d.broken = nil
	won := atOnce(func() error {
		_, err := d.Accept(t.Context(), made.Token, "река облак прозор", "r")
		return err
	})
	if won != 1 {
		t.Errorf("the invitation was used %d times", won)
	}
	d.expect("", "u0@example.rs", "река облак прозор", "192.0.2.1")
}

func TestOnlyAdminsAndTheOperatorChangeAccounts(t *testing.T) {
	d := newDesk(t)
	d.accounts(1)
	for _, role := range append(models.Roles, models.RoleSystem, models.RoleOperator) {
		by := models.Actor{ID: "x", Role: role}
		_, err := d.Reset(t.Context(), by, "u0", false)
		may := role == models.RoleAdmin || role == models.RoleOperator
		if (err == nil) != may || !may && models.CodeOf(err) != models.CodeForbidden {
			t.Errorf("%s: %v", role, err)
		}
		if _, err := d.Decide(t.Context(), by, "x", true); (models.CodeOf(err) == models.CodeForbidden) == role.May(models.PermApprove) {
			t.Errorf("%s decides: %v", role, err)
		}
	}
}
