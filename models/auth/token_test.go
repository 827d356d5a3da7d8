package auth

import (
	"regexp"
	"strings"
	"testing"

	"znak/models"
	"znak/models/store"
)

// TestTheShapeOfAToken: whoever looks for leaked secrets can know one, and a
// slip of one letter is seen without asking the database.
func TestTheShapeOfAToken(t *testing.T) {
	seen := map[string]bool{}
	for range 100 {
		token := newToken()
		if !regexp.MustCompile(`^znak_[0-9a-hjkmnp-tv-z]{58}$`).MatchString(token) || !WellFormed(token) || seen[token] {
			t.Fatalf("%s", token)
		}
		seen[token] = true
	}
	token := newToken()
	for i := range token {
		other := byte('0')
		if token[i] == other {
			other = '1'
		}
		if wrong := token[:i] + string(other) + token[i+1:]; WellFormed(wrong) {
			t.Errorf("%s passes for %s", wrong, token)
		}
	}
	for _, wrong := range []string{"", "znak_", token[5:], token + "0", token[:len(token)-1], strings.ToUpper(token), " " + token} {
		if WellFormed(wrong) {
			t.Errorf("%q passes", wrong)
		}
	}
}

// TestWhoMakesATokenOfWhat: each role only what its accounts can do by
// themselves, and nobody for ever.
func TestWhoMakesATokenOfWhat(t *testing.T) {
	d := newDesk(t)
	for _, role := range models.Roles {
		school, district := "", ""
		if role.AtSchool() {
			school = "s1"
		}
		if role == models.RoleCoordinator {
			district = "beograd"
		}
		u := models.User{ID: string(role), Email: string(role) + "@example.rs", Name: "x", Role: role, SchoolID: school, DistrictID: district}
		if err := d.Store.Tx(t.Context(), func(tx *store.Tx) error { return tx.PutUser(u) }); err != nil {
			t.Fatal(err)
		}
		a := models.Actor{ID: u.ID, Role: role}
		for _, scope := range []models.Scope{models.ScopePackagesRead, models.ScopeReceiptsWrite, models.ScopeOutcomesWrite, models.ScopeTrendsRead} {
			want := models.CodeForbidden
			switch {
			case role == models.RoleCentre && scope != models.ScopeTrendsRead, role == models.RoleMinistry && scope == models.ScopeTrendsRead:
				want = ""
			case role == models.RoleCentre || role == models.RoleMinistry:
				want = models.CodeInvalid
			}
			if _, waits, err := d.MakeToken(t.Context(), a, "x", []models.Scope{scope}, 1); models.CodeOf(err) != want || err == nil && waits != (role == models.RoleCentre) {
				t.Errorf("%s, %s: waits %t, %v", role, scope, waits, err)
			}
		}
	}
	centre, reads := models.Actor{ID: "centre", Role: models.RoleCentre}, []models.Scope{models.ScopePackagesRead}
	for _, wrong := range []struct {
		label  string
		scopes []models.Scope
		days   int
	}{{"", reads, 1}, {strings.Repeat("я", TokenLabel+1), reads, 1}, {"a\nb", reads, 1}, {"x", nil, 1}, {"x", []models.Scope{"*"}, 1}, {"x", reads, 0}, {"x", reads, TokenMaxDays + 1}} {
		if _, _, err := d.MakeToken(t.Context(), centre, wrong.label, wrong.scopes, wrong.days); models.CodeOf(err) != models.CodeInvalid {
			t.Errorf("%+v: %v", wrong, err)
		}
	}
	for n := 3; n < TokenLimit; n++ {
		if _, _, err := d.MakeToken(t.Context(), centre, strings.Repeat("я", TokenLabel), reads, TokenMaxDays); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := d.MakeToken(t.Context(), centre, "x", reads, 1); models.CodeOf(err) != models.CodeConflict {
		t.Errorf("one too many: %v", err)
	}
	for _, e := range d.trail {
		if strings.Contains(e.Object+e.Fields+e.Rule, TokenPrefix) || !strings.HasPrefix(e.Object, "token:") {
			t.Errorf("on the trail: %+v", e)
		}
	}
}
