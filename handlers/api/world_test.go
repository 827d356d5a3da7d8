package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"
	"github.com/labstack/echo/v4"

	"znak/locales"
	"znak/models"
	"znak/models/auth"
	"znak/models/store"
	"znak/models/store/storetest"
)

// world is the real machine interface behind a real server, over the world of
// storetest. Every answer is held to the document that it serves.
type world struct {
	*storetest.World
	t      *testing.T
	auth   *auth.Service
	srv    *httptest.Server
	doc    *openapi3.T
	router routers.Router
	log    *logs
	hand   *handover
}

// logs is what was logged.
type logs struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// handover stands for the hand-over to the Centre.
type handover struct {
	mu       sync.Mutex
	packages map[string]string // by reference
	receipts []string          // reference and what was signed
	receive  func() error      // called while a receipt is taken
	broken   error             // what fetching a package meets
}

func (f *handover) Package(_ context.Context, _ models.Actor, ref string) (*Signed, error) {
	if f.broken != nil {
		return nil, f.broken
	}
	body, ok := f.packages[ref]
	if !ok {
		return nil, models.ErrNotFound
	}
	return &Signed{Body: []byte(body), Digest: "sha256:" + strings.Repeat("0a", 32)}, nil
}

func (f *handover) Receipt(_ context.Context, _ models.Actor, ref string, jws []byte) error {
	f.mu.Lock()
	f.receipts = append(f.receipts, ref+" "+string(jws))
	f.mu.Unlock()
	if f.receive != nil {
		return f.receive()
	}
	return nil
}

func (f *handover) digests(_ context.Context, _ models.Actor, refs []string) (map[string]string, error) {
	if len(refs) == 0 {
		return nil, errors.New("asked for nothing")
	}
	return map[string]string{refs[0]: "sha256:" + strings.Repeat("0a", 32)}, nil
}

func newWorld(t *testing.T, without ...bool) *world {
	t.Helper()
	w := &world{World: storetest.New(t), t: t, log: &logs{}, hand: &handover{packages: map[string]string{}}}
	w.auth = &auth.Service{Store: w.Store, Limits: auth.DefaultLimits(), Now: w.Clock.Now, Keys: w.Vault,
		Append: w.Audit.Append, Counted: w.Audit.Counted, Audit: func(ctx context.Context, e models.AuditEntry) error { return w.Audit.Record(ctx, e) }}
	texts, err := locales.Load()
	w.must(err)
	d := Deps{Store: w.Store, Referrals: w.Referrals, Auth: w.auth, Audit: w.Audit, Locales: texts, Now: w.Clock.Now,
		Log: slog.New(slog.NewTextHandler(w.log, nil)), Address: echo.ExtractIPDirect()}
	if len(without) == 0 {
		d.Handover, d.Figures = Handover{w.hand, w.hand, w.hand.digests}, figures
	}
	handler, err := New(d)
	w.must(err)
	w.srv = httptest.NewServer(handler)
	t.Cleanup(w.srv.Close)
	w.load()
	return w
}

// load reads the document as a caller gets it.
func (w *world) load() {
	w.t.Helper()
	res, err := w.srv.Client().Get(w.srv.URL + base + "/openapi.json")
	w.must(err)
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	w.must(err)
	loader := openapi3.NewLoader()
	w.doc, err = loader.LoadFromData(raw)
	w.must(err)
	w.must(w.doc.Validate(loader.Context))
	w.router, err = legacy.NewRouter(w.doc)
	w.must(err)
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// waiting makes a token that nobody has approved yet.
func (w *world) waiting(who string, scopes ...models.Scope) (token string) {
	w.t.Helper()
	token, _, err := w.auth.MakeToken(w.t.Context(), w.Actor(who), "test", scopes, auth.TokenDays)
	w.must(err)
	return token
}

// token makes a token of somebody's, with every scope that they can give it
// unless told otherwise, approved by an officer where it needs one.
func (w *world) token(who string, scopes ...models.Scope) string {
	w.t.Helper()
	a := w.Actor(who)
	if len(scopes) == 0 {
		scopes = a.Role.Scopes()
	}
	token := w.waiting(who, scopes...)
	second := storetest.Centre2
	if who == second {
		second = storetest.Centre
	}
	list, err := w.Store.Proposals(w.t.Context(), w.Actor(second), 0)
	w.must(err)
	for _, p := range list {
		if p.Verdict == store.VerdictOpen && p.UserID == a.ID {
			_, err := w.auth.Decide(w.t.Context(), w.Actor(second), p.ID, true)
			w.must(err)
		}
	}
	return token
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   string
	what   string
	t      *testing.T
}

// ask makes a request; headers are given as names and values in turn. A body is
// JSON with a fresh key unless the headers say otherwise; "-" leaves one out.
func (w *world) ask(method, path, token, body string, headers ...string) *answer {
	w.t.Helper()
	if !strings.HasPrefix(path, prefix) {
		path = base + path
	}
	r, err := http.NewRequestWithContext(w.t.Context(), method, w.srv.URL+path, strings.NewReader(body))
	w.must(err)
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/json; charset=utf-8")
		r.Header.Set(keyHeader, models.NewID())
	}
	for i := 0; i+1 < len(headers); i += 2 {
		if r.Header.Set(headers[i], headers[i+1]); headers[i+1] == "-" {
			r.Header.Del(headers[i])
		}
	}
	res, err := w.srv.Client().Do(r)
	w.must(err)
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	w.must(err)
	a := &answer{res.StatusCode, res.Header, string(raw), method + " " + path, w.t}
	w.hold(r, a)
	return a
}

// hold compares an answer with the document.
func (w *world) hold(r *http.Request, a *answer) {
	w.t.Helper()
	if a.header.Get("Cache-Control") != "no-store" || a.header.Get("Set-Cookie") != "" || a.header.Get("X-Content-Type-Options") != "nosniff" {
		w.t.Errorf("%s: headers %v", a.what, a.header)
	}
	if a.status >= 400 && a.header.Get("Content-Type") != mediaType {
		w.t.Errorf("%s: a fault as %q: %s", a.what, a.header.Get("Content-Type"), a.body)
	}
	r.URL.Scheme, r.URL.Host = "", ""
	route, params, err := w.router.FindRoute(r)
	if err != nil { // the document does not know the address or the method: a problem all the same
		var body any
		w.must(json.Unmarshal([]byte(a.body), &body))
		schema := w.doc.Components.Schemas["Problem"].Value
		if err := schema.VisitJSON(body, openapi3.EnableJSONSchema2020()); err != nil || a.status < 400 {
			w.t.Errorf("%s: %d %v", a.what, a.status, err)
		}
		return
	}
	options := &openapi3filter.Options{IncludeResponseStatus: true, AuthenticationFunc: openapi3filter.NoopAuthenticationFunc}
	in := &openapi3filter.ResponseValidationInput{Status: a.status, Header: a.header, Options: options,
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route, Options: options}}
	if err := openapi3filter.ValidateResponse(context.Background(), in.SetBodyBytes([]byte(a.body))); err != nil {
		w.t.Errorf("%s: the answer %d is not as the document says: %v\n%s", a.what, a.status, err, a.body)
	}
}

// wants ends the test unless the answer has the status.
func (a *answer) wants(status int) *answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("%s: %d, want %d: %s", a.what, a.status, status, a.body)
	}
	return a
}

// is ends the test unless the answer is a problem of the kind.
func (a *answer) is(status int, slug string) *problem {
	a.t.Helper()
	a.wants(status)
	var p problem
	if err := json.Unmarshal([]byte(a.body), &p); err != nil || p.Type != kind+slug || p.Status != status || p.Title == "" || p.Detail == "" || p.RequestID != a.header.Get("X-Request-Id") {
		a.t.Fatalf("%s: not the problem %s: %s", a.what, slug, a.body)
	}
	return &p
}

// standing reads an act's answer.
func (a *answer) standing() (s standing) {
	a.t.Helper()
	if err := json.Unmarshal([]byte(a.wants(http.StatusOK).body), &s); err != nil {
		a.t.Fatal(err)
	}
	return s
}

// page reads a page of the list.
func (a *answer) page() (p page) {
	a.t.Helper()
	if err := json.Unmarshal([]byte(a.wants(http.StatusOK).body), &p); err != nil {
		a.t.Fatal(err)
	}
	return p
}

// trail lists the entries of the audit trail with the action.
func (w *world) trail(action string) (out []models.AuditEntry) {
	w.t.Helper()
	w.must(w.Audit.Flush(w.t.Context()))
	w.Settle()
	list, err := w.Store.AuditTrail(w.t.Context(), w.Actor(storetest.Auditor), store.AuditFilter{Limit: 1000})
	w.must(err)
	for _, e := range list {
		if e.Action == action {
			out = append(out, e)
		}
	}
	return out
}
