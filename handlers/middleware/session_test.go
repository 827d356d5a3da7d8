package middleware_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/labstack/echo/v4"

	"znak/handlers/middleware"
	"znak/models"
	"znak/models/auth"
	"znak/models/store"
	"znak/models/store/testdb"
)

const (
	plain  = "http://znak.test"
	secure = "https://znak.test"
)

// sessions returns the account's rows in the table; "" for visitors' cannot be
// asked for.
func (s *site) sessions(user string) int {
	s.t.Helper()
	rows, err := s.store.SessionsOf(context.Background(), models.Actor{ID: user})
	if err != nil {
		s.t.Fatal(err)
	}
	return len(rows)
}

func TestHandlersSeeWhoIsSignedIn(t *testing.T) {
	b := newSite(t, secure).browser()
	if got := b.get("/").body; !strings.HasPrefix(got, "nobody   sr ") {
		t.Errorf("visitor: %q", got)
	}
	b.signIn("u1")
	if got := b.get("/").body; !strings.HasPrefix(got, "u1 teacher beograd sr-Latn ") {
		t.Errorf("teacher: %q", got)
	}
	if c := b.cookie("__Host-znak"); c == "" {
		t.Error("no __Host- cookie")
	}
}

func TestSigningInMakesANewSession(t *testing.T) {
	b := newSite(t, plain).browser()
	b.get("/note")
	planted := b.cookie("znak")
	if planted == "" {
		t.Fatal("the visitor has no session to fix")
	}
	a := b.signIn("u1")
	if n := len(a.Cookies()); n != 2 { // session and csrf, each once
		t.Errorf("%d cookies: %v", n, a.Cookies())
	}
	if b.cookie("znak") == planted {
		t.Error("the token was not renewed")
	}
	if got := b.get("/").body; !strings.HasSuffix(got, "note=") {
		t.Errorf("something of the visitor's session is left: %q", got)
	}
	thief := b.browser()
	thief.header.Set("Cookie", "znak="+planted)
	if thief.who() != "nobody" {
		t.Error("the old token is signed in")
	}
	first := b.cookie("znak")
	b.signIn("u2")
	thief.header.Set("Cookie", "znak="+first)
	if b.who() != "u2" || thief.who() != "nobody" || b.sessions("u1") != 0 {
		t.Error("the account before is still signed in")
	}
}

func TestTheTableHoldsNoToken(t *testing.T) {
	b := newSite(t, plain).browser()
	b.signIn("u1")
	rows, _ := b.store.SessionsOf(t.Context(), models.Actor{ID: "u1"})
	if len(rows) != 1 || rows[0].TokenHash == b.cookie("znak") {
		t.Fatalf("%+v", rows)
	}
	thief := b.browser()
	thief.header.Set("Cookie", "znak="+rows[0].TokenHash)
	if thief.who() != "nobody" {
		t.Error("a stolen table signs in")
	}
}

func TestAVisitorWhoLeavesNothingHasNoSession(t *testing.T) {
	b := newSite(t, plain).browser()
	for _, path := range []string{"/", "/form", "/nothing/here", "/healthz"} {
		if c := b.get(path).Header.Values("Set-Cookie"); strings.Contains(strings.Join(c, " "), "znak=") {
			t.Errorf("%s: %v", path, c)
		}
	}
	b.header.Set("Cookie", "znak=made-up; csrf=x")
	if c := b.get("/").Header.Values("Set-Cookie"); len(c) != 0 || b.loads != 0 {
		t.Errorf("a made-up token: %v, %d accounts loaded", c, b.loads)
	}
}

func TestANoteIsReadOnce(t *testing.T) {
	b := newSite(t, plain).browser()
	b.signIn("u1")
	b.get("/note")
	if got := b.get("/").body; !strings.HasSuffix(got, "note=kept") {
		t.Errorf("first: %q", got)
	}
	if got := b.get("/").body; !strings.HasSuffix(got, "note=") {
		t.Errorf("second: %q", got)
	}
}

func TestSigningOutEndsTheSession(t *testing.T) {
	b := newSite(t, plain).browser()
	b.signIn("u1")
	token, form := b.cookie("znak"), b.token()
	a := b.post("/logout", "_csrf", form)
	if a.StatusCode != 200 || b.cookie("znak") != "" {
		t.Fatalf("%d %s, cookie %q", a.StatusCode, a.body, b.cookie("znak"))
	}
	if b.post("/act", "_csrf", strings.TrimPrefix(a.body, "out ")).StatusCode != 200 {
		t.Error("a form on the page that says goodbye cannot be sent")
	}
	if b.post("/act", "_csrf", form).StatusCode != 403 {
		t.Error("a form of the session is still good")
	}
	thief := b.browser()
	thief.header.Set("Cookie", "znak="+token)
	if b.who() != "nobody" || thief.who() != "nobody" || b.sessions("u1") != 0 {
		t.Error("the session goes on")
	}
}

func TestASessionEndsAtOnceWhenTheRightsChange(t *testing.T) {
	for name, change := range map[string]func(*site){
		"disabled": func(s *site) { s.tx(func(tx *store.Tx) error { return tx.SetDisabled("u1", true) }) },
		"role": func(s *site) {
			s.put(models.User{ID: "u1", Email: "ana@example.rs", Name: "Ана", Role: models.RolePsychologist, SchoolID: "s1"})
		},
		"ended by an admin": func(s *site) { s.tx(func(tx *store.Tx) error { return tx.EndSessions("u1") }) },
	} {
		t.Run(name, func(t *testing.T) {
			b := newSite(t, plain).browser()
			b.signIn("u1")
			if b.who() != "u1" {
				t.Fatal("not signed in")
			}
			change(b.site)
			if b.who() != "nobody" || b.sessions("u1") != 0 {
				t.Error("the session goes on")
			}
		})
	}
}

// The session ends even where somebody changed the account's row and left its
// sessions.
func TestTheAccountIsLookedAtOnEachRequest(t *testing.T) {
	user := models.User{ID: "u1", Role: models.RoleCoordinator, DistrictID: "nis"}
	for name, change := range map[string]func() error{
		"disabled": func() error { user.Disabled = true; return nil },
		"role":     func() error { user.Role = models.RoleCentre; return nil },
		"district": func() error { user.DistrictID = "beograd"; return nil },
		"school":   func() error { user.SchoolID = "s1"; return nil },
		"deleted":  func() error { return models.ErrNotFound },
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, plain)
			user = models.User{ID: "u1", Role: models.RoleCoordinator, DistrictID: "nis"}
			var gone error
			e := echo.New()
			e.Use(middleware.Session(middleware.Sessions{Manager: auth.NewSessions(s.store, false),
				User: func(context.Context, string) (models.User, error) { return user, gone }}))
			e.GET("/in", func(c echo.Context) error { return middleware.SignIn(c, user) })
			e.GET("/", func(c echo.Context) error {
				if u := middleware.User(c); u != nil {
					return c.String(200, u.ID)
				}
				return c.String(200, "nobody")
			})
			b := s.browser()
			b.echo = e
			b.get("/in")
			if b.who() != "u1" || s.sessions("u1") != 1 {
				t.Fatal("not signed in")
			}
			gone = change()
			if b.who() != "nobody" || s.sessions("u1") != 0 {
				t.Error("the session goes on")
			}
		})
	}
}

func TestSessionsEndByTheClock(t *testing.T) {
	testdb.NeedSQLite(t) // time stands still for what happens in this process alone
	s := newSite(t, plain)
	s.who(t)
	synctest.Test(t, func(t *testing.T) {
		idle := s.browser()
		idle.signIn("u1")
		time.Sleep(28 * time.Minute)
		if idle.who() != "u1" {
			t.Error("ended after 28 minutes of quiet")
		}
		time.Sleep(30*time.Minute + time.Second)
		if idle.who() != "nobody" {
			t.Error("goes on after 30 minutes of quiet")
		}
		busy := s.browser()
		busy.signIn("u2")
		for range 12*4 - 1 {
			time.Sleep(15 * time.Minute)
			if busy.who() != "u2" {
				t.Fatal("ended while in use")
			}
		}
		time.Sleep(14 * time.Minute)
		if busy.who() != "u2" {
			t.Error("ended before twelve hours")
		}
		time.Sleep(2 * time.Minute)
		if busy.who() != "nobody" {
			t.Error("goes on after twelve hours")
		}
	})
}

// who opens the database's connections, which then outlive a bubble of time.
func (s *site) who(t *testing.T) {
	t.Helper()
	if s.browser().who() != "nobody" {
		t.Fatal("a visitor is somebody")
	}
}

func TestFilesAndHealthHaveNoSession(t *testing.T) {
	b := newSite(t, plain).browser()
	b.signIn("u1")
	b.loads = 0
	if got := b.get("/healthz").body; !strings.HasPrefix(got, "nobody") {
		t.Errorf("health: %q", got)
	}
	b.get("/static/a.css")
	b.store.Close()
	if a := b.get("/static/a.css"); a.StatusCode != 200 || b.loads != 0 || len(a.Cookies()) != 0 {
		t.Errorf("static: %d, %d accounts loaded, cookies %v", a.StatusCode, b.loads, a.Cookies())
	}
}

func TestADatabaseThatIsAwayIsAnError(t *testing.T) {
	b := newSite(t, plain).browser()
	b.signIn("u1")
	b.store.Close()
	if a := b.get("/"); a.StatusCode < 500 || strings.Contains(a.body, "nobody") || b.last == nil {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
}

func TestErrorsAnswerWithTheSession(t *testing.T) {
	b := newSite(t, plain).browser()
	b.signIn("u1")
	a := b.get("/nothing")
	if a.StatusCode != 404 || !strings.HasPrefix(a.body, "error sr-Latn") || len(a.Cookies()) != 0 {
		t.Errorf("%d %s %v", a.StatusCode, a.body, a.Cookies())
	}
	b.echo.GET("/fails", func(c echo.Context) error {
		middleware.Put(c, "note", "before the fault")
		return errors.New("fault")
	})
	b.get("/fails")
	if got := b.get("/").body; !strings.HasSuffix(got, "note=before the fault") {
		t.Errorf("%q", got)
	}
}
