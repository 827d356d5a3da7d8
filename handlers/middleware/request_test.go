package middleware_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"znak/handlers/middleware"
	"znak/models"
)

func TestProtectiveHeadersAreOnEveryAnswer(t *testing.T) {
	b := newSite(t, secure).browser()
	for path, status := range map[string]int{"/": 200, "/nothing": 404, "/panic": 500, "/healthz": 200, "/static/a.css": 200} {
		a := b.get(path)
		if a.StatusCode != status {
			t.Errorf("%s: %d", path, a.StatusCode)
		}
		for name, want := range map[string]string{
			"Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; " +
				"form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
			"X-Content-Type-Options":       "nosniff",
			"Referrer-Policy":              "no-referrer",
			"Cross-Origin-Opener-Policy":   "same-origin",
			"Cross-Origin-Resource-Policy": "same-origin",
			"Strict-Transport-Security":    "max-age=63072000; includeSubDomains",
			"X-Frame-Options":              "DENY",
		} {
			if got := a.Header.Get(name); got != want {
				t.Errorf("%s: %s is %q", path, name, got)
			}
		}
		if !strings.Contains(a.Header.Get("Permissions-Policy"), "camera=()") {
			t.Errorf("%s: no permissions policy", path)
		}
		if len(a.Header.Get("X-Request-Id")) != 26 {
			t.Errorf("%s: request id %q", path, a.Header.Get("X-Request-Id"))
		}
	}
	if h := newSite(t, plain).browser().get("/").Header; h.Get("Strict-Transport-Security") != "" {
		t.Error("HSTS without HTTPS")
	}
}

func TestOnlyStaticFilesMayBeKept(t *testing.T) {
	b := newSite(t, plain).browser()
	if a := b.signIn("u1"); a.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("sign-in: %v", a.Header.Values("Cache-Control"))
	}
	for path, want := range map[string]string{"/": "no-store", "/nothing": "no-store", "/healthz": "no-store",
		"/static/a.css": "public, max-age=31536000, immutable", "/static/none.css": "no-store"} {
		if got := b.get(path).Header.Get("Cache-Control"); got != want {
			t.Errorf("%s: %q", path, got)
		}
	}
}

func TestTheRequestIDIsOurs(t *testing.T) {
	b := newSite(t, plain).browser()
	b.header.Set("X-Request-Id", "forged")
	one, two := b.get("/").Header.Get("X-Request-Id"), b.get("/").Header.Get("X-Request-Id")
	if one == "forged" || one == two || one == "" {
		t.Errorf("%q, %q", one, two)
	}
}

func TestTheLogNamesTheRouteAndNobody(t *testing.T) {
	b := newSite(t, plain).browser()
	b.signIn("u1")
	b.log.Reset()
	b.header.Set("User-Agent", "secret-agent")
	a := b.get("/children/Петар%20Петровић?q=secret-query")
	b.get("/secret-path/petar?x=secret-query")
	b.get("/children/petar/secret-path")
	b.send(httptest.NewRequest("SECRETMETHOD", plain+"/", nil))
	b.get("/panic")
	lines := strings.Split(strings.TrimSpace(b.log.String()), "\n")
	if len(lines) != 5 {
		t.Fatalf("%d lines: %s", len(lines), b.log)
	}
	for _, bad := range []string{"secret", "petar", "Петар", "u1", "ana@", "SECRET", "znak.test"} {
		if strings.Contains(b.log.String(), bad) {
			t.Errorf("the log holds %q: %s", bad, b.log)
		}
	}
	var first struct {
		Method, Route, Role string
		Status, Bytes       int
		RequestID           string `json:"request_id"`
		Duration            *int64
	}
	if err := json.Unmarshal([]byte(lines[0]), &first); err != nil {
		t.Fatal(err)
	}
	if first.Method != "GET" || first.Route != "/children/:name" || first.Role != "teacher" || first.Status != 200 ||
		first.Bytes != 5000 || first.RequestID != a.Header.Get("X-Request-Id") || first.Duration == nil {
		t.Errorf("%+v", first)
	}
	if !strings.Contains(lines[1], `"status":404`) || !strings.Contains(lines[4], `"status":500`) {
		t.Errorf("statuses: %s", b.log)
	}
}

func TestAPanicIsAnErrorWithItsStack(t *testing.T) {
	b := newSite(t, plain).browser()
	a := b.get("/panic")
	if a.StatusCode != 500 || models.CodeOf(b.last) != models.CodeInternal || strings.Contains(a.body, "boom") {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
	if !strings.Contains(b.last.Error(), "boom") || !strings.Contains(b.last.Error(), "request_test") &&
		!strings.Contains(b.last.Error(), "helpers_test") {
		t.Errorf("no stack for the log: %v", b.last)
	}
}

func TestABodyOverTheLimitIsRefused(t *testing.T) {
	s := newSite(t, plain)
	server := httptest.NewServer(s.echo)
	defer server.Close()
	form, big := "application/x-www-form-urlencoded", "text="+strings.Repeat("x", middleware.DefaultBodyLimit)
	multi := "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f\"\r\n\r\n" + big + "\r\n--b--\r\n"
	for name, c := range map[string]struct {
		body        io.Reader
		contentType string
		want        int
	}{
		"declared":              {strings.NewReader(big), form, 413},
		"chunked":               {io.MultiReader(strings.NewReader(big)), form, 413},
		"chunked, multipart":    {io.MultiReader(strings.NewReader(multi)), "multipart/form-data; boundary=b", 413},
		"chunked, under it":     {io.MultiReader(strings.NewReader(big[:1000])), form, 403},
		"declared, just at it":  {strings.NewReader(big[:middleware.DefaultBodyLimit]), form, 403},
		"chunked, no form read": {io.MultiReader(strings.NewReader(big)), "text/plain", 403},
	} {
		res, err := http.Post(server.URL+"/act", c.contentType, c.body)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		res.Body.Close()
		if res.StatusCode != c.want {
			t.Errorf("%s: %d, want %d", name, res.StatusCode, c.want)
		}
		if c.want == 413 && models.CodeOf(s.last) != models.CodeTooLarge {
			t.Errorf("%s: %v", name, s.last)
		}
	}
}

func TestLongPagesAreCompressed(t *testing.T) {
	b := newSite(t, plain).browser()
	b.header.Set("Accept-Encoding", "gzip")
	a := b.get("/children/x")
	r, err := gzip.NewReader(bytes.NewReader([]byte(a.body)))
	if err != nil || a.Header.Get("Content-Encoding") != "gzip" {
		t.Fatalf("%v %v", err, a.Header)
	}
	if body, _ := io.ReadAll(r); len(body) != 5000 {
		t.Errorf("%d bytes", len(body))
	}
	if a := b.get("/"); a.Header.Get("Content-Encoding") != "" || a.body == "" {
		t.Errorf("a short one: %v", a.Header)
	}
}
