package handlers

import (
	"bytes"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"znak/models"
	"znak/models/store/storetest"
)

func TestEveryAnswerIsProtected(t *testing.T) {
	s := newSite(t)
	s.echo.GET("/fall", func(echo.Context) error { panic("geheim") })
	ref := s.Submitted(storetest.Teacher)
	c := s.as(storetest.Teacher)
	for _, path := range []string{"/", "/login", "/referrals", "/referrals/" + ref, "/referrals/ZN-0000-0000", "/nowhere", "/admin", "/fall", "/healthz",
		"/audit/checkpoint", s.h.assets.url("app.css"), "/static/none.css"} {
		a := c.get(path)
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY",
			"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin"} {
			if got := a.header.Get(name); got != want {
				t.Errorf("%s: %s is %q", path, name, got)
			}
		}
		csp := a.header.Get("Content-Security-Policy")
		if !strings.HasPrefix(csp, "default-src 'none';") || strings.Contains(csp, "unsafe") || !strings.Contains(csp, "frame-ancestors 'none'") || !strings.Contains(csp, "form-action 'self'") {
			t.Errorf("%s: policy %q", path, csp)
		}
		if a.header.Get("X-Request-Id") == "" || a.header.Get("Permissions-Policy") == "" || a.header.Get("Server")+a.header.Get("X-Powered-By") != "" {
			t.Errorf("%s: headers %v", path, a.header)
		}
		static := strings.HasPrefix(path, "/static/app")
		if cache := a.header.Get("Cache-Control"); cache == "no-store" == static {
			t.Errorf("%s: Cache-Control %q", path, cache)
		}
		if a.Find("script:not([src]), [style], style, [onclick], [onsubmit]").Length() != 0 {
			t.Errorf("%s has inline script or style", path)
		}
	}
}

func TestFilesAndHealthSetNoCookie(t *testing.T) {
	s := newSite(t)
	for _, c := range []*client{s.visitor(), s.as(storetest.Teacher)} {
		for _, path := range []string{s.h.assets.url("app.css"), "/healthz", "/readyz", "/favicon.ico", "/audit/checkpoint"} {
			if a := c.get(path); len(a.header["Set-Cookie"]) != 0 {
				t.Errorf("%s sets %v", path, a.header["Set-Cookie"])
			}
		}
	}
}

func TestPanicsTellNothing(t *testing.T) {
	s := newSite(t)
	s.echo.GET("/fall", func(echo.Context) error { panic("geheim " + storetest.Marker) })
	a := s.as(storetest.Teacher).get("/fall").wants(http.StatusInternalServerError)
	id := a.header.Get("X-Request-Id")
	if !strings.Contains(a.text("main"), id) || !strings.Contains(s.log.String(), "incident="+id) {
		t.Error("the incident number is not on the page and in the log")
	}
	for _, inside := range []string{"geheim", "goroutine", ".go:", "panic", storetest.Marker} {
		if strings.Contains(a.body, inside) {
			t.Errorf("the page says %q", inside)
		}
	}
	if !strings.Contains(s.log.String(), "geheim") {
		t.Error("the log has no details")
	}
	s.as(storetest.Teacher).get("/referrals").wants(http.StatusOK)
}

func TestBodiesOverTheLimit(t *testing.T) {
	s := newSite(t)
	c := s.as(storetest.Teacher)
	big := []byte("_csrf=" + c.csrf + "&text=" + strings.Repeat("x", 1<<20))
	for _, chunked := range []bool{false, true} {
		for _, path := range []string{"/referrals", "/login", "/nowhere"} {
			r := c.request(http.MethodPost, path, bytes.NewReader(big))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			if chunked {
				r.Body, r.GetBody, r.ContentLength = io.NopCloser(bytes.NewReader(big)), nil, -1
			}
			c.send(r).wants(http.StatusRequestEntityTooLarge)
		}
	}
	c.get("/referrals").wants(http.StatusOK)
}

// TestFullDisk: nobody is told of success, nothing is half-written, and
// it goes on afterwards.
func TestFullDisk(t *testing.T) {
	s := newSite(t)
	ref := s.Draft(storetest.Teacher, s.Full)
	c := s.as(storetest.Teacher)
	c.get("/referrals/" + ref + "/edit/review").wants(http.StatusOK)
	before := *s.Head(ref)
	s.writable(false)
	for _, path := range []string{"/submit", "/edit/account"} {
		a := c.post("/referrals/"+ref+path, "account.observed", "ново").wants(http.StatusServiceUnavailable)
		if a.header.Get("Retry-After") == "" || !strings.Contains(a.text("main"), "192") {
			t.Errorf("%s: Retry-After %q, %s", path, a.header.Get("Retry-After"), a.text("main"))
		}
		if strings.Contains(strings.ToLower(a.body), "sql") || strings.Contains(a.body, "readonly") {
			t.Error("the page tells of the inside")
		}
	}
	if *s.Head(ref) != before {
		t.Error("something was written")
	}
	s.writable(true)
	c.post("/referrals/" + ref + "/submit").leadsTo("/referrals/" + ref + "/submitted")
}

func TestDatabaseIsAway(t *testing.T) {
	s := newSite(t)
	c := s.as(storetest.Teacher)
	c.get("/referrals/new")
	s.Store.Close()
	for _, path := range []string{"/referrals", "/", "/readyz", "/login"} {
		if a := c.get(path).wants(http.StatusServiceUnavailable); a.header.Get("Retry-After") == "" {
			t.Errorf("%s: no Retry-After", path)
		}
	}
	c.post("/referrals", "danger_now", "no").wants(http.StatusServiceUnavailable)
	c.get("/healthz").wants(http.StatusOK)
	c.get(s.h.assets.url("app.css")).wants(http.StatusOK)
}

// TestReadingIsNotShownUnlogged: when the trail cannot be written, no referral
// is shown.
func TestReadingIsNotShownUnlogged(t *testing.T) {
	s := newSite(t)
	ref := s.Submitted(storetest.Teacher)
	c := s.as(storetest.Coordinator)
	c.get("/referrals/" + ref).wants(http.StatusOK)
	s.writable(false)
	if a := c.get("/referrals/" + ref).wants(http.StatusServiceUnavailable); a.holds(storetest.Marker) {
		t.Error("the child is shown though the reading is not on the trail")
	}
}

func TestLogsHoldNothingPersonal(t *testing.T) {
	s := newSite(t)
	ref := s.Submitted(storetest.Teacher)
	c := s.as(storetest.Coordinator)
	c.get("/referrals/" + ref)
	c.get("/referrals?q=" + storetest.Marker)
	c.submit(c.get("/referrals/"+ref), "#act-note", "text", storetest.Marker)
	c.get("/children/" + storetest.Marker)
	for _, part := range []string{storetest.Marker, password, storetest.Email(storetest.Coordinator), ref, "q=", c.csrf, "127.0.0.1"} {
		if strings.Contains(s.log.String(), part) {
			t.Errorf("the log holds %q", part)
		}
	}
	if !regexp.MustCompile(`route=/referrals/:ref status=200`).MatchString(s.log.String()) {
		t.Error("the log does not hold the requests")
	}
}

func TestUnknownAddresses(t *testing.T) {
	s := newSite(t)
	c := s.as(storetest.Teacher)
	for _, path := range []string{"/nowhere", "/referrals/", "/referrals/x/y/z", "/%00", "/..%2f..%2fetc/passwd", "/static/../app.css", "/static/", "/language/de", "/children/", "/" + strings.Repeat("a", 5000)} {
		if a := c.get(path); a.status != http.StatusNotFound && a.status != http.StatusForbidden {
			t.Errorf("%.40s: %d", path, a.status)
		}
	}
	for _, method := range []string{http.MethodPut, http.MethodDelete, http.MethodPatch, http.MethodTrace} {
		if a := c.send(c.request(method, "/referrals", nil)); a.status < 400 || a.status >= 500 {
			t.Errorf("%s: %d", method, a.status)
		}
	}
}

func TestErrorPagesInEveryLanguage(t *testing.T) {
	s := newSite(t)
	c := s.as(storetest.Teacher)
	seen := map[string]bool{}
	for _, lang := range []string{"sr", "sr-Latn", "en"} {
		c.get("/language/" + lang + "?next=/help").leadsTo("/help")
		a := c.get("/referrals/" + models.NewReference()).wants(http.StatusNotFound)
		if got := a.Find("html").AttrOr("lang", ""); got != lang {
			t.Errorf("%s: in %q", lang, got)
		}
		seen[a.text("h1")] = true
	}
	if len(seen) != 3 {
		t.Errorf("the headings are %v", seen)
	}
}
