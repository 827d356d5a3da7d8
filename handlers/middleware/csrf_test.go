package middleware_test

import (
	"bytes"
	"mime/multipart"
	"net/http/httptest"
	"strings"
	"testing"

	"znak/handlers/middleware"
	"znak/models"
	"znak/models/store"
)

func TestNoTokenNoChange(t *testing.T) {
	for _, signedIn := range []bool{false, true} {
		s := newSite(t, secure)
		b, other := s.browser(), s.browser()
		if signedIn {
			b.signIn("u1")
			other.signIn("u2")
		}
		good := b.token()
		for name, c := range map[string]struct {
			token  string
			header []string
			want   int
		}{
			"good":                       {good, nil, 200},
			"good, same origin":          {good, []string{"Sec-Fetch-Site", "same-origin", "Origin", secure}, 200},
			"good, typed address":        {good, []string{"Sec-Fetch-Site", "none"}, 200},
			"missing":                    {"", nil, 403},
			"missing, same origin":       {"", []string{"Sec-Fetch-Site", "same-origin"}, 403},
			"missing, none":              {"", []string{"Sec-Fetch-Site", "none"}, 403},
			"echo's placeholder":         {"_echo_csrf_using_sec_fetch_site_", []string{"Sec-Fetch-Site", "same-origin"}, 403},
			"wrong":                      {strings.Repeat("A", 86), []string{"Sec-Fetch-Site", "same-origin"}, 403},
			"cut":                        {good[:80], nil, 403},
			"no base64":                  {"čćž", nil, 403},
			"somebody else's":            {other.token(), []string{"Sec-Fetch-Site", "same-origin"}, 403},
			"good, from another site":    {good, []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.test"}, 403},
			"good, from a sister site":   {good, []string{"Sec-Fetch-Site", "same-site", "Origin", "https://x.znak.test"}, 403},
			"good, old browser, foreign": {good, []string{"Origin", "https://evil.test"}, 403},
			"good, old browser, null":    {good, []string{"Origin", "null"}, 403},
			"good, old browser":          {good, []string{"Origin", secure}, 200},
		} {
			b.header = map[string][]string{}
			for i := 0; i < len(c.header); i += 2 {
				b.header.Set(c.header[i], c.header[i+1])
			}
			a := b.post("/act", "_csrf", c.token, "text", "x")
			if a.StatusCode != c.want || strings.HasPrefix(a.body, "acted") != (c.want == 200) {
				t.Errorf("signed in %v, %s: %d %.40s", signedIn, name, a.StatusCode, a.body)
			}
			if a.StatusCode == 403 && models.CodeOf(s.last) != models.CodeForbidden {
				t.Errorf("%s: %v", name, s.last)
			}
		}
	}
}

func TestEachUnsafeMethodNeedsTheToken(t *testing.T) {
	b := newSite(t, plain).browser()
	b.signIn("u1")
	for _, method := range []string{"POST", "PUT", "PATCH", "DELETE", "FOO"} {
		a := b.send(httptest.NewRequest(method, plain+"/act", nil))
		if a.StatusCode != 403 {
			t.Errorf("%s: %d", method, a.StatusCode)
		}
	}
}

func TestTheTokenCountsInTheBodyOnly(t *testing.T) {
	b := newSite(t, plain).browser()
	b.signIn("u1")
	if a := b.post("/act?_csrf=" + b.token()); a.StatusCode != 403 {
		t.Errorf("in the query: %d", a.StatusCode)
	}
	r := httptest.NewRequest("POST", plain+"/act", strings.NewReader("_csrf="+b.token()))
	r.Header.Set("Content-Type", "text/plain")
	if a := b.send(r); a.StatusCode != 403 {
		t.Errorf("as text: %d", a.StatusCode)
	}
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	w.WriteField("_csrf", b.token())
	w.WriteField("text", "file")
	w.Close()
	r = httptest.NewRequest("POST", plain+"/act", &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	if a := b.send(r); a.body != "acted file" {
		t.Errorf("multipart: %d %s", a.StatusCode, a.body)
	}
}

func TestTheTokenIsMaskedForEachAnswer(t *testing.T) {
	b := newSite(t, plain).browser()
	b.signIn("u1")
	one, two := b.token(), b.token()
	if one == two || one == "" {
		t.Fatalf("%q and %q", one, two)
	}
	for _, token := range []string{one, two, one} {
		if a := b.post("/act", "_csrf", token); a.StatusCode != 200 {
			t.Errorf("%d", a.StatusCode)
		}
	}
}

func TestASignedInAccountDoesNotTakeThePlantedCookie(t *testing.T) {
	b := newSite(t, plain).browser()
	attacker := b.browser()
	planted := attacker.token()
	b.signIn("u1")
	session := b.cookie("znak")
	victim := b.browser()
	victim.header.Set("Cookie", "znak="+session+"; csrf="+attacker.cookie("csrf"))
	if a := victim.post("/act", "_csrf", planted); a.StatusCode != 403 {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
}

func TestSigningInChangesTheSecret(t *testing.T) {
	b := newSite(t, plain).browser()
	before := b.token()
	b.signIn("u1")
	if a := b.post("/act", "_csrf", before); a.StatusCode != 403 {
		t.Errorf("a visitor's token after signing in: %d", a.StatusCode)
	}
}

// What was being typed survives signing in again: the form of a session that
// has ended reaches the handler, which asks to sign in, and is not refused.
func TestAFormOutlivesItsSession(t *testing.T) {
	b := newSite(t, plain).browser()
	b.signIn("u1")
	token := b.token()
	b.tx(func(tx *store.Tx) error { return tx.EndSessions("u1") })
	if a := b.post("/act", "_csrf", token, "text", "typed"); a.body != "acted typed" || b.who() != "nobody" {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
}

func TestABrokenFormIsRefused(t *testing.T) {
	b := newSite(t, plain).browser()
	b.signIn("u1")
	for body, want := range map[string]int{"_csrf=" + b.token() + "&text=%zz": 422, "text=%zz": 403} {
		r := httptest.NewRequest("POST", plain+"/act", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if a := b.send(r); a.StatusCode != want {
			t.Errorf("%.5s…: %d, want %d", body, a.StatusCode, want)
		}
	}
}

func TestTheCookieOfTheTokenBelongsToThisHostAlone(t *testing.T) {
	a := newSite(t, secure).browser().get("/form")
	c := a.Cookies()
	if len(c) != 1 || c[0].Name != "__Host-csrf" || !c[0].Secure || !c[0].HttpOnly || c[0].Path != "/" || c[0].Domain != "" {
		t.Errorf("%v", c)
	}
	if _, err := middleware.CSRF("znak.test"); err == nil {
		t.Error("an address without a scheme is taken")
	}
}
