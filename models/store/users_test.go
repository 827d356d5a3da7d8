package store_test

import (
	"testing"
	"time"

	"znak/models"
	"znak/models/store"
	"znak/models/store/testdb"
)

// accounts is a real, empty database with a clock that the test moves.
type accounts struct {
	*store.Store
	t   *testing.T
	now time.Time
}

func newAccounts(t *testing.T) *accounts {
	t.Helper()
	a := &accounts{t: t, now: time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)}
	s, err := store.Open(t.Context(), testdb.New(t).URL, func() time.Time { return a.now })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	a.Store = s
	return a
}

func (a *accounts) tx(fn func(*store.Tx) error) {
	a.t.Helper()
	if err := a.Tx(a.t.Context(), fn); err != nil {
		a.t.Fatal(err)
	}
}

func (a *accounts) put(users ...models.User) {
	a.t.Helper()
	a.tx(func(tx *store.Tx) error {
		for _, u := range users {
			if err := tx.PutUser(u); err != nil {
				return err
			}
		}
		return nil
	})
}

func (a *accounts) session(hash, user string) {
	a.t.Helper()
	a.tx(func(tx *store.Tx) error {
		return tx.AddSession(store.Session{TokenHash: hash, UserID: user, Data: []byte("{}"),
			ExpiresAt: models.StampOf(a.now.Add(time.Hour))})
	})
}

func (a *accounts) open(hash string) bool {
	a.t.Helper()
	_, err := a.Session(a.t.Context(), hash)
	if err != nil && models.CodeOf(err) != models.CodeNotFound {
		a.t.Fatal(err)
	}
	return err == nil
}

func teacher(id, email string) models.User {
	return models.User{ID: id, Email: email, Name: "Наставник " + id, Role: models.RoleTeacher, SchoolID: "s1",
		Lang: "sr", PasswordHash: "hash-" + id}
}

func coordinator(id, district string) models.User {
	return models.User{ID: id, Email: id + "@example.rs", Name: id, Role: models.RoleCoordinator, DistrictID: district}
}

func TestUserIsFoundByAddressInAnyCase(t *testing.T) {
	a := newAccounts(t)
	a.put(teacher("u1", " Ana.Anic@Example.RS "))
	u, err := a.UserByEmail(t.Context(), "ANA.anic@example.rs")
	if err != nil || u.ID != "u1" || u.PasswordHash != "hash-u1" || u.MadeAt != models.StampOf(a.now) {
		t.Fatalf("got %+v, %v", u, err)
	}
	if _, err := a.UserByEmail(t.Context(), "nobody@example.rs"); models.CodeOf(err) != models.CodeNotFound {
		t.Fatalf("unknown address: %v", err)
	}
	if _, err := a.UserByID(t.Context(), ""); models.CodeOf(err) != models.CodeNotFound {
		t.Fatalf("empty id: %v", err)
	}
}

func TestUsersAreListedForTheAdminAloneWithoutHashes(t *testing.T) {
	a := newAccounts(t)
	a.put(teacher("a", "a@example.rs"), teacher("b", "b@example.rs"), teacher("c", "c@example.rs"))
	for _, role := range append(models.Roles, models.RoleSystem, models.RoleOperator, "") {
		_, err := a.Users(t.Context(), models.Actor{ID: "x", Role: role}, "", 10)
		if want := role != models.RoleAdmin; (models.CodeOf(err) == models.CodeForbidden) != want {
			t.Errorf("role %q: %v", role, err)
		}
	}
	admin := models.Actor{ID: "x", Role: models.RoleAdmin}
	var ids string
	after := ""
	for range 3 {
		page, err := a.Users(t.Context(), admin, after, 2)
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range page {
			ids += u.ID
			after = u.ID
			if u.PasswordHash != "" {
				t.Errorf("%s: the list holds the password hash", u.ID)
			}
		}
	}
	if ids != "abc" {
		t.Errorf("pages gave %q", ids)
	}
}

func TestColleaguesAreTheEnabledOnesOfTheDistrictAndTheNationalDesk(t *testing.T) {
	a := newAccounts(t)
	off := coordinator("off", "beograd")
	off.Disabled = true
	a.put(coordinator("me", "beograd"), coordinator("deputy", "beograd"), coordinator("national", models.NationalDesk),
		coordinator("nis", "nis"), off, teacher("t", "t@example.rs"))
	got, err := a.Colleagues(t.Context(), models.Actor{ID: "me", Role: models.RoleCoordinator, DistrictID: "beograd"}, "no-referral")
	if err != nil || len(got) != 2 || got[0].ID != "deputy" || got[1].ID != "national" || got[0].PasswordHash != "" {
		t.Fatalf("got %+v, %v", got, err)
	}
	_, err = a.Colleagues(t.Context(), models.Actor{ID: "t", Role: models.RoleTeacher, DistrictID: "beograd"}, "no-referral")
	if models.CodeOf(err) != models.CodeForbidden {
		t.Fatalf("a teacher: %v", err)
	}
}

func TestAnAddressBelongsToOneAccount(t *testing.T) {
	a := newAccounts(t)
	a.put(teacher("u1", "ana@example.rs"))
	err := a.Tx(t.Context(), func(tx *store.Tx) error { return tx.PutUser(teacher("u2", "ANA@example.rs")) })
	if models.CodeOf(err) != models.CodeInvalid {
		t.Fatalf("second account with the address: %v", err)
	}
}

func TestAnAccountWhoseRoleAndPlaceDoNotFitIsRefused(t *testing.T) {
	a := newAccounts(t)
	for name, change := range map[string]func(*models.User){
		"teacher without school":      func(u *models.User) { u.SchoolID = "" },
		"teacher with district":       func(u *models.User) { u.DistrictID = "nis" },
		"coordinator without a desk":  func(u *models.User) { u.Role, u.SchoolID = models.RoleCoordinator, "" },
		"admin with a school":         func(u *models.User) { u.Role = models.RoleAdmin },
		"the system":                  func(u *models.User) { u.Role, u.SchoolID = models.RoleSystem, "" },
		"the operator":                func(u *models.User) { u.Role, u.SchoolID = models.RoleOperator, "" },
		"an address that is not one":  func(u *models.User) { u.Email = "ana" },
		"no name":                     func(u *models.User) { u.Name = " " },
		"a role that does not exist":  func(u *models.User) { u.Role = "head" },
		"an account without an id":    func(u *models.User) { u.ID = "" },
		"an address without a domain": func(u *models.User) { u.Email = "ana@" },
	} {
		u := teacher("u1", "ana@example.rs")
		change(&u)
		err := a.Tx(t.Context(), func(tx *store.Tx) error { return tx.PutUser(u) })
		if models.CodeOf(err) != models.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSessionsEndWithTheRightsTheyWereBegunWith(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*models.User)
		ends   bool
	}{
		"name":     {func(u *models.User) { u.Name = "Друго" }, false},
		"language": {func(u *models.User) { u.Lang = "en" }, false},
		"no hash":  {func(u *models.User) { u.PasswordHash = "" }, false},
		"password": {func(u *models.User) { u.PasswordHash = "other" }, true},
		"school":   {func(u *models.User) { u.SchoolID = "s2" }, true},
		"role":     {func(u *models.User) { u.Role = models.RolePsychologist }, true},
		"disabled": {func(u *models.User) { u.Disabled = true }, true},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAccounts(t)
			u := teacher("u1", "ana@example.rs")
			a.put(u, teacher("u2", "b@example.rs"))
			a.session("one", "u1")
			a.session("two", "u1")
			a.session("other", "u2")
			c.change(&u)
			a.put(u)
			if a.open("one") == c.ends || a.open("two") == c.ends {
				t.Errorf("sessions open: %v, %v", a.open("one"), a.open("two"))
			}
			if !a.open("other") {
				t.Error("somebody else's session ended")
			}
			if got, _ := a.UserByID(t.Context(), "u1"); got.PasswordHash == "" {
				t.Error("the password is lost")
			}
		})
	}
}

func TestDisablingEndsAllSessionsInTheSameTransaction(t *testing.T) {
	a := newAccounts(t)
	a.put(teacher("u1", "ana@example.rs"))
	a.session("one", "u1")
	a.tx(func(tx *store.Tx) error { return tx.SetDisabled("u1", true) })
	if u, _ := a.UserByID(t.Context(), "u1"); !u.Disabled || a.open("one") {
		t.Errorf("disabled %v, session open %v", u.Disabled, a.open("one"))
	}
	a.tx(func(tx *store.Tx) error { return tx.SetDisabled("u1", false) })
	if u, _ := a.UserByID(t.Context(), "u1"); u.Disabled || a.open("one") {
		t.Errorf("after enabling: disabled %v, session open %v", u.Disabled, a.open("one"))
	}
	err := a.Tx(t.Context(), func(tx *store.Tx) error { return tx.SetDisabled("nobody", true) })
	if models.CodeOf(err) != models.CodeNotFound {
		t.Errorf("nobody: %v", err)
	}
}
