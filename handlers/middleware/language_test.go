package middleware_test

import (
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"znak/handlers/middleware"
	"znak/locales"
)

// lang is the language in which the start page answers.
func (b *browser) lang() string {
	b.t.Helper()
	body := b.get("/").body
	word := body[:strings.Index(body, " note=")]
	return word[strings.LastIndex(word, " ")+1:]
}

func TestTheLanguageOfAnAnswer(t *testing.T) {
	s := newSite(t, plain)
	for _, c := range []struct{ cookie, user, header, want string }{
		{"", "", "", "sr"},
		{"", "", "en-GB,en;q=0.8", "en"},
		{"", "", "hr", "sr-Latn"},
		{"", "", "de,fr", "sr"},
		{"", "u1", "en", "sr-Latn"},
		{"sr", "u1", "en", "sr"},
		{"en", "", "sr", "en"},
		{"xx", "u1", "en", "sr-Latn"},
		{"xx", "", "en", "en"},
	} {
		b := s.browser()
		if c.user != "" {
			b.signIn(c.user)
		}
		b.header.Set("Accept-Language", c.header)
		if c.cookie != "" {
			cookies := []string{"znak_lang=" + c.cookie}
			if c.user != "" {
				cookies = append(cookies, "znak="+b.cookie("znak"))
			}
			b.jar = s.browser().jar
			b.header.Set("Cookie", strings.Join(cookies, "; "))
		}
		if got := b.lang(); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
}

func TestAFormSwitchesTheLanguageAndKeepsWhatWasTyped(t *testing.T) {
	b := newSite(t, secure).browser()
	b.signIn("u1")
	a := b.post("/act", "_csrf", b.token(), "_lang", "en", "text", "typed")
	if a.body != "again en typed" || b.lang() != "en" {
		t.Fatalf("%d %s", a.StatusCode, a.body)
	}
	c := a.Cookies()
	if len(c) != 1 || c[0].Name != "znak_lang" || c[0].MaxAge != 365*24*3600 || !c[0].Secure || !c[0].HttpOnly || c[0].Path != "/" {
		t.Errorf("cookie: %v", c)
	}
	if a := b.post("/act", "_csrf", b.token(), "_lang", "klingon", "text", "typed"); a.body != "again en typed" {
		t.Errorf("a language that does not exist must not act: %s", a.body)
	}
	if a := b.post("/act?_lang=sr", "_csrf", b.token(), "text", "typed"); a.body != "acted typed" {
		t.Errorf("in the query: %s", a.body)
	}
	if a := b.post("/act", "_lang", "sr", "text", "typed"); a.StatusCode != 403 {
		t.Errorf("without a token: %d", a.StatusCode)
	}
}

func TestAChosenLanguageHoldsForThisAnswerToo(t *testing.T) {
	b := newSite(t, plain).browser()
	b.echo.GET("/language", func(c echo.Context) error {
		middleware.SetLang(c, locales.Latin)
		return c.String(200, string(middleware.Lang(c)))
	})
	if a := b.get("/language"); a.body != "sr-Latn" || b.lang() != "sr-Latn" {
		t.Errorf("%s, then %s", a.body, b.lang())
	}
}
