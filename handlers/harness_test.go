package handlers

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
	"sync"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/labstack/echo/v4"

	"znak/locales"
	"znak/models"
	"znak/models/auth"
	"znak/models/handover"
	"znak/models/referral"
	"znak/models/store"
	"znak/models/store/storetest"
	"znak/models/trends"
	"znak/models/trends/trendstest"
)

// site is the real portal behind a real server, over the world of storetest.
type site struct {
	*storetest.World
	t        *testing.T
	handover *handover.Service
	h        *Handlers
	echo     *echo.Echo
	srv      *httptest.Server
	log      *logBuffer
}

// password is everybody's.
const password = "tajna-rec-2026"

// hashed makes the password's hash once for all sites.
var hashed = sync.OnceValues(func() (string, error) {
	hasher, err := auth.NewHasher(auth.DemoParams())
	if err != nil {
		return "", err
	}
	return hasher.Hash(context.Background(), password)
})

// texts are the catalogues, loaded once for all sites.
var texts = sync.OnceValues(locales.Load)

// parsed are the templates, parsed once for all sites.
var parsed = sync.OnceValues(func() (*Handlers, error) {
	bundle, err := texts()
	if err != nil {
		return nil, err
	}
	location, err := time.LoadLocation("Europe/Belgrade")
	if err != nil {
		return nil, err
	}
	return New(Deps{Locales: bundle, Location: location})
})

// newSite starts a portal of the test's own. change may alter the referral
// service before it is made.
func newSite(t *testing.T, change ...func(*referral.Service)) *site {
	t.Helper()
	s := &site{t: t, log: &logBuffer{}}
	pack := func(r *referral.Service) {
		s.handover = handover.New(r.Store, r.Vault, r.Audit, nil)
		r.Packer = s.handover
	}
	s.World = storetest.New(t, append([]func(*referral.Service){pack}, change...)...)
	s.handover.Referrals = s.Referrals
	hash, err := hashed()
	s.must(err)
	s.Tx(func(tx *store.Tx) error {
		for _, u := range storetest.People() {
			u.PasswordHash = hash
			if err := tx.PutUser(u); err != nil {
				return err
			}
		}
		return nil
	})
	s.start()
	return s
}

func (s *site) start() {
	s.t.Helper()
	hasher, err := auth.NewHasher(auth.DemoParams())
	s.must(err)
	bundle, err := texts()
	s.must(err)
	like, err := parsed()
	s.must(err)
	s.h, err = assemble(Deps{Store: s.Store, Referrals: s.Referrals, Handover: s.handover, Sessions: auth.NewSessions(s.Store, false),
		Auth: &auth.Service{Store: s.Store, Hasher: hasher, Limits: auth.DefaultLimits(), Now: s.Clock.Now,
			Counted: s.Audit.Counted,
			Audit:   func(ctx context.Context, e models.AuditEntry) error { return s.Audit.Record(ctx, e) }},
		Checklists: s.Checklists, Locales: bundle, Audit: s.Audit, Stash: s.Vault, Now: s.Clock.Now, Location: s.Location,
		Log: slog.New(slog.NewTextHandler(s.log, nil)), BaseURL: "http://znak.test",
		Working: &trends.Working{Store: s.Store, Now: s.Clock.Now, Location: s.Location},
		Figures: trendstest.Example(), OpenData: true}, like.assets, like.render)
	s.must(err)
	s.h.Auth.Append, s.h.Auth.Keys = s.Audit.Append, s.Vault
	s.echo, err = s.h.Server()
	s.must(err)
	s.srv = httptest.NewServer(s.echo)
	s.t.Cleanup(s.srv.Close)
}

func (s *site) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// logBuffer is what the portal wrote to its log.
type logBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *logBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// client is one browser: it keeps cookies and follows no redirect by itself.
type client struct {
	s    *site
	http *http.Client
	csrf string // of the page that was shown last
}

// visitor is a browser in which nobody is signed in.
func (s *site) visitor() *client {
	s.t.Helper()
	jar, err := cookiejar.New(nil)
	s.must(err)
	return &client{s: s, http: &http.Client{Jar: jar, Transport: s.srv.Client().Transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// as is a browser in which somebody of the world has signed in, by the form.
func (s *site) as(id string) *client {
	s.t.Helper()
	c := s.visitor()
	if id == "" {
		return c
	}
	c.get("/login")
	c.post("/login", "email", storetest.Email(id), "password", password).wants(http.StatusSeeOther)
	c.get("/help") // the new session has a new token
	return c
}

// reply is what came back: a page, when it is one.
type reply struct {
	*goquery.Document
	t      *testing.T
	what   string
	status int
	header http.Header
	body   string
}

// get opens a page.
func (c *client) get(path string) *reply {
	c.s.t.Helper()
	return c.send(c.request(http.MethodGet, path, nil))
}

// post sends fields, given as names and values in turn, with the token of the
// page that was shown last; give "_csrf" to send another.
func (c *client) post(path string, fields ...string) *reply {
	c.s.t.Helper()
	return c.postForm(path, pairs(fields))
}

func pairs(fields []string) url.Values {
	v := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		v.Add(fields[i], fields[i+1])
	}
	return v
}

func (c *client) postForm(path string, v url.Values) *reply {
	c.s.t.Helper()
	if !v.Has("_csrf") {
		v.Set("_csrf", c.csrf)
	}
	return c.send(c.formRequest(path, v))
}

func (c *client) formRequest(path string, v url.Values) *http.Request {
	c.s.t.Helper()
	r := c.request(http.MethodPost, path, strings.NewReader(v.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

// submit sends the form that the selector finds on the page as it stands there,
// with fields changed or added: values of one name replace what was there.
func (c *client) submit(page *reply, selector string, fields ...string) *reply {
	c.s.t.Helper()
	form := page.Find(selector)
	if form.Length() != 1 {
		c.s.t.Fatalf("%s has %d forms %q", page.what, form.Length(), selector)
	}
	v := formValues(form)
	changed := pairs(fields)
	for name := range changed {
		v[name] = changed[name]
	}
	path, _ := form.Attr("action")
	return c.postForm(path, v)
}

// formValues are what a browser would send of a form that nobody touched.
func formValues(form *goquery.Selection) url.Values {
	v := url.Values{}
	form.Find("input[name], textarea[name], select[name]").Each(func(_ int, e *goquery.Selection) {
		name, _ := e.Attr("name")
		value, _ := e.Attr("value")
		kind, _ := e.Attr("type")
		_, checked := e.Attr("checked")
		switch {
		case goquery.NodeName(e) == "textarea":
			value = strings.TrimPrefix(e.Text(), "\n")
		case goquery.NodeName(e) == "select":
			value, _ = e.Find("option[selected]").Attr("value")
		case kind == "submit" || (kind == "radio" || kind == "checkbox") && !checked:
			return
		}
		v.Add(name, value)
	})
	return v
}

func (c *client) request(method, path string, body io.Reader) *http.Request {
	c.s.t.Helper()
	r, err := http.NewRequestWithContext(c.s.t.Context(), method, c.s.srv.URL+path, body)
	c.s.must(err)
	return r
}

func (c *client) send(r *http.Request) *reply {
	c.s.t.Helper()
	res, body := c.raw(r)
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(body))
	c.s.must(err)
	if token, ok := doc.Find("input[name=_csrf]").First().Attr("value"); ok {
		c.csrf = token
	}
	return &reply{doc, c.s.t, r.Method + " " + r.URL.Path, res.StatusCode, res.Header, body}
}

// raw sends a request and reads the answer without looking into it.
func (c *client) raw(r *http.Request) (*http.Response, string) {
	c.s.t.Helper()
	res, err := c.http.Do(r)
	c.s.must(err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	c.s.must(err)
	return res, string(body)
}

// wants ends the test unless the answer has the status.
func (a *reply) wants(status int) *reply {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("%s: status %d, want %d; location %q, page: %s", a.what, a.status, status, a.header.Get("Location"), a.text("main"))
	}
	return a
}

// leadsTo ends the test unless the answer is a 303 to the address.
func (a *reply) leadsTo(address string) *reply {
	a.t.Helper()
	if got := a.wants(http.StatusSeeOther).header.Get("Location"); got != address {
		a.t.Fatalf("%s: leads to %q, want %q", a.what, got, address)
	}
	return a
}

// text is what a reader sees of the elements, with single spaces.
func (a *reply) text(selector string) string {
	return strings.Join(strings.Fields(a.Find(selector).Text()), " ")
}

// field is what a field of the page holds: what was typed or chosen.
func (a *reply) field(name string) string {
	return strings.Join(formValues(a.Find("main"))[name], ",")
}

// holds says whether the page has the text anywhere, as it is read.
func (a *reply) holds(text string) bool { return strings.Contains(a.Text(), text) }
