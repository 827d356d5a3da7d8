package handlers

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"znak/models"
	"znak/models/store"
	"znak/models/store/storetest"
)

func TestSafeNext(t *testing.T) {
	for next, want := range map[string]string{
		"": "/", "/": "/", "/referrals?q=a&after=1": "/referrals?q=a&after=1", "/referrals/ZN-0000-0000": "/referrals/ZN-0000-0000", "/help#x": "/help",
		"https://evil.example": "/", "http:/evil.example": "/", "//evil.example": "/", "///evil.example": "/", "/\\evil.example": "/", "\\\\evil.example": "/",
		"javascript:alert(1)": "/", "mailto:x@y": "/", "evil.example": "/", "?x": "/", "/\tx": "/", "/x\r\nSet-Cookie: a=b": "/", "/%0d%0ax": "/%0d%0ax",
		"/%2f/evil.example": "/", "%2f%2fevil.example": "/", "/%5cevil.example": "/%5cevil.example", " //evil.example": "/", "https:evil.example": "/", "//user@evil.example/": "/",
	} {
		got := safeNext(next)
		if got != want {
			t.Errorf("%q leads to %q, want %q", next, got, want)
		}
		base, _ := url.Parse("https://znak.test/login")
		if to, err := base.Parse(got); err != nil || to.Host != "znak.test" || to.Scheme != "https" {
			t.Errorf("%q leads away: %v, %v", next, to, err)
		}
	}
}

func TestSigningInLeadsWhereOneWanted(t *testing.T) {
	s := newSite(t)
	ref := s.Submitted(storetest.Teacher)
	want := "/referrals/" + ref
	c := s.visitor()
	to := c.get(want).wants(http.StatusSeeOther).header.Get("Location")
	if to != "/login?next="+url.QueryEscape(want) {
		t.Fatalf("leads to %q", to)
	}
	page := c.get(to)
	c.submit(page, "#login", "email", " Teacher@ZNAK.test ", "password", password).leadsTo(want)
	c.get(want).wants(http.StatusOK)
	if a := s.visitor().get("/login?next=//evil.example"); a.field("next") == "//evil.example" {
		t.Error("the form leads away")
	}
}

func TestWrongPasswordsAreOneAnswer(t *testing.T) {
	s := newSite(t)
	s.Tx(func(tx *store.Tx) error { return tx.SetDisabled(storetest.Teacher2, true) })
	var pages []string
	for _, try := range [][2]string{{storetest.Email(storetest.Teacher), "wrong"}, {"none@znak.test", password}, {storetest.Email(storetest.Teacher2), password}} {
		c := s.visitor()
		c.get("/login")
		a := c.post("/login", "email", try[0], "password", try[1]).wants(http.StatusUnprocessableEntity)
		if a.field("email") != try[0] || strings.Contains(a.body, try[1]) {
			t.Errorf("%s: the form came back with %q", try[0], a.field("email"))
		}
		pages = append(pages, strings.ReplaceAll(varying.ReplaceAllString(a.body, ""), try[0], ""))
	}
	if pages[0] != pages[1] || pages[0] != pages[2] {
		t.Error("a wrong password, an unknown address and a closed account are told apart")
	}
}

func TestTooManyTries(t *testing.T) {
	s := newSite(t)
	c := s.visitor()
	c.get("/login")
	for range 5 {
		c.post("/login", "email", storetest.Email(storetest.Teacher), "password", "wrong").wants(http.StatusUnprocessableEntity)
	}
	a := c.post("/login", "email", storetest.Email(storetest.Teacher), "password", password).wants(http.StatusTooManyRequests)
	if n, err := strconv.Atoi(a.header.Get("Retry-After")); err != nil || n < 1 || n > 900 {
		t.Errorf("Retry-After %q", a.header.Get("Retry-After"))
	}
	s.as(storetest.Teacher2)
	s.Clock.Pass(16 * 60 * 1e9)
	s.as(storetest.Teacher)
}

func TestSigningOutEndsTheSession(t *testing.T) {
	s := newSite(t)
	c := s.as(storetest.Teacher)
	u, _ := url.Parse(s.srv.URL)
	cookies := c.http.Jar.Cookies(u)
	c.post("/logout").leadsTo("/")
	c.http.Jar.SetCookies(u, cookies) // somebody kept them
	c.get("/referrals").leadsTo("/login?next=%2Freferrals")
	s.Settle()
	list, err := s.Store.AuditTrail(t.Context(), s.Actor(storetest.Auditor), store.AuditFilter{Action: "sign-out"})
	if err != nil || len(list) != 1 || list[0].ActorID != storetest.Teacher {
		t.Errorf("%v, %v", list, err)
	}
}

func TestClosedAccountsAreOutAtOnce(t *testing.T) {
	s := newSite(t)
	for name, change := range map[string]func(tx *store.Tx) error{
		"closed": func(tx *store.Tx) error { return tx.SetDisabled(storetest.Teacher, true) },
		"another role": func(tx *store.Tx) error {
			u := storetest.People()[0]
			u.Role, u.SchoolID = models.RoleMinistry, ""
			return tx.PutUser(u)
		},
	} {
		s.Tx(func(tx *store.Tx) error {
			if err := tx.SetDisabled(storetest.Teacher, false); err != nil {
				return err
			}
			return tx.PutUser(storetest.People()[0])
		})
		c := s.as(storetest.Teacher)
		c.get("/referrals").wants(http.StatusOK)
		s.Tx(change)
		if a := c.get("/referrals"); a.status != http.StatusSeeOther {
			t.Errorf("%s: still in, %d", name, a.status)
		}
	}
}

func TestSessionCookies(t *testing.T) {
	s := newSite(t)
	c := s.visitor()
	c.get("/login")
	a := c.post("/login", "email", storetest.Email(storetest.Teacher), "password", password).wants(http.StatusSeeOther)
	for _, cookie := range a.header["Set-Cookie"] {
		if !strings.Contains(cookie, "HttpOnly") || !strings.Contains(cookie, "SameSite=Lax") || !strings.Contains(cookie, "Path=/") {
			t.Errorf("cookie %q", cookie)
		}
	}
	if len(a.header["Set-Cookie"]) == 0 {
		t.Error("no cookie")
	}
}

func TestUnknownLanguages(t *testing.T) {
	s := newSite(t)
	c := s.visitor()
	for _, lang := range []string{"de", "", "sr-Cyrl-ME-x", "%00", "..%2f"} {
		c.get("/language/" + lang).wants(http.StatusNotFound)
	}
	c.get("/language/en?next=//evil.example").leadsTo("/")
	c.get("/language/en?next=/signs").leadsTo("/signs")
}
