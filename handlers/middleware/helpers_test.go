package middleware_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"znak/handlers/middleware"
	"znak/models"
	"znak/models/auth"
	"znak/models/store"
	"znak/models/store/testdb"
)

// site is a small portal: the whole middleware in its order over a real
// database, and a few pages that show what handlers see.
type site struct {
	t     *testing.T
	echo  *echo.Echo
	store *store.Store
	log   *bytes.Buffer
	base  string
	loads int // how often an account was loaded
	last  error
}

func newSite(t *testing.T, base string) *site {
	t.Helper()
	s := &site{t: t, echo: echo.New(), log: &bytes.Buffer{}, base: base}
	st, err := store.Open(t.Context(), testdb.New(t).URL, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	s.store = st
	s.put(models.User{ID: "u1", Email: "ana@example.rs", Name: "Ана", Role: models.RoleTeacher, SchoolID: "s1", Lang: "sr-Latn", PasswordHash: "h"})
	s.put(models.User{ID: "u2", Email: "vera@example.rs", Name: "Вера", Role: models.RoleMinistry, Lang: "en", PasswordHash: "h"})
	s.chain()
	s.routes()
	return s
}

func (s *site) chain() {
	log := slog.New(slog.NewJSONHandler(s.log, nil))
	secure := strings.HasPrefix(s.base, "https:")
	csrf, err := middleware.CSRF(s.base)
	if err != nil {
		s.t.Fatal(err)
	}
	s.echo.HTTPErrorHandler = func(err error, c echo.Context) {
		s.last = err
		status, ok := map[models.Code]int{models.CodeForbidden: 403, models.CodeTooLarge: 413, models.CodeInvalid: 422,
			models.CodeUnavailable: 503}[models.CodeOf(err)]
		if he, isHTTP := err.(*echo.HTTPError); isHTTP {
			status, ok = he.Code, true
		}
		if !ok {
			status = 500
		}
		c.String(status, "error "+string(middleware.Lang(c))+" token="+middleware.CSRFToken(c))
	}
	s.echo.Use(middleware.RequestID(), middleware.AccessLog(log), middleware.Recover(), middleware.Headers(secure, "/static/"),
		middleware.Gzip(), middleware.BodyLimit(middleware.DefaultBodyLimit), middleware.Session(middleware.Sessions{
			Manager: auth.NewSessions(s.store, secure),
			User: func(ctx context.Context, id string) (models.User, error) {
				s.loads++
				return s.store.UserByID(ctx, id)
			},
			SchoolDistrict: func(context.Context, string) (string, error) { return "beograd", nil },
			Skip:           middleware.Under("/static/", "/healthz"),
			Log:            log,
		}), middleware.Language(secure), csrf)
}

func (s *site) routes() {
	e := s.echo
	who := func(c echo.Context) error {
		name := "nobody"
		if u := middleware.User(c); u != nil {
			name = u.ID + u.PasswordHash
		}
		a := middleware.Actor(c)
		return c.String(200, strings.Join([]string{name, string(a.Role), a.DistrictID, string(middleware.Lang(c)),
			"note=" + middleware.Pop(c, "note")}, " "))
	}
	e.GET("/", who)
	e.GET("/healthz", who)
	e.GET("/static/:file", func(c echo.Context) error {
		if c.Param("file") == "none.css" {
			return echo.ErrNotFound
		}
		c.Response().Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		return c.String(200, "css")
	})
	e.GET("/form", func(c echo.Context) error { return c.String(200, middleware.CSRFToken(c)) })
	e.GET("/note", func(c echo.Context) error { middleware.Put(c, "note", "kept"); return c.NoContent(204) })
	e.GET("/children/:name", func(c echo.Context) error { return c.String(200, strings.Repeat("long ", 1000)) })
	e.GET("/panic", func(echo.Context) error { panic("boom") })
	e.POST("/act", func(c echo.Context) error {
		if middleware.Relang(c) {
			return c.String(200, "again "+string(middleware.Lang(c))+" "+c.FormValue("text"))
		}
		return c.String(200, "acted "+c.FormValue("text"))
	})
	e.POST("/login", func(c echo.Context) error {
		u, err := s.store.UserByID(c.Request().Context(), c.FormValue("id"))
		if err != nil {
			return err
		}
		if err := middleware.SignIn(c, u); err != nil {
			return err
		}
		return c.Redirect(http.StatusSeeOther, "/")
	})
	e.POST("/logout", func(c echo.Context) error {
		if err := middleware.SignOut(c); err != nil {
			return err
		}
		return c.String(200, "out "+middleware.CSRFToken(c))
	})
}

func (s *site) put(u models.User) {
	s.t.Helper()
	s.tx(func(tx *store.Tx) error { return tx.PutUser(u) })
}

func (s *site) tx(fn func(*store.Tx) error) {
	s.t.Helper()
	if err := s.store.Tx(context.Background(), fn); err != nil {
		s.t.Fatal(err)
	}
}

// browser is one visitor, with cookies.
type browser struct {
	*site
	jar    http.CookieJar
	header http.Header
}

func (s *site) browser() *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	return &browser{site: s, jar: jar, header: http.Header{}}
}

// answer is an answer that was read to its end.
type answer struct {
	*http.Response
	body string
}

func (b *browser) send(r *http.Request) answer {
	b.t.Helper()
	for k, v := range b.header {
		r.Header[k] = v
	}
	for _, c := range b.jar.Cookies(r.URL) {
		r.AddCookie(c)
	}
	rec := httptest.NewRecorder()
	b.echo.ServeHTTP(rec, r)
	res := rec.Result()
	b.jar.SetCookies(r.URL, res.Cookies())
	body, _ := io.ReadAll(res.Body)
	return answer{res, string(body)}
}

func (b *browser) get(path string) answer {
	b.t.Helper()
	return b.send(httptest.NewRequest("GET", b.base+path, nil))
}

func (b *browser) post(path string, fields ...string) answer {
	b.t.Helper()
	v := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		v.Set(fields[i], fields[i+1])
	}
	r := httptest.NewRequest("POST", b.base+path, strings.NewReader(v.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.send(r)
}

func (b *browser) token() string {
	b.t.Helper()
	return b.get("/form").body
}

func (b *browser) signIn(id string) answer {
	b.t.Helper()
	a := b.post("/login", "_csrf", b.token(), "id", id)
	if a.StatusCode != 303 {
		b.t.Fatalf("sign-in: %d %s: %v", a.StatusCode, a.body, b.last)
	}
	return a
}

func (b *browser) cookie(name string) string {
	u, _ := url.Parse(b.base + "/")
	for _, c := range b.jar.Cookies(u) {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

// who is the first word of the start page: who the portal takes one for.
func (b *browser) who() string {
	b.t.Helper()
	word, _, _ := strings.Cut(b.get("/").body, " ")
	return word
}
