package api

import (
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"znak/models"
	"znak/models/auth"
	"znak/models/backup"
	"znak/models/store"
	"znak/models/store/storetest"
)

// varying is what differs between two answers that say the same.
var varying = regexp.MustCompile(`"request_id":"[^"]*"|ZN-[0-9A-Z]{4}-[0-9A-Z]{4}`)

// TestEveryRouteForEveryToken: what is expected is written here apart from the
// table of the code; a route that is not here fails the test. What was never
// handed to the Centre cannot be told from what does not exist.
func TestEveryRouteForEveryToken(t *testing.T) {
	w := newWorld(t)
	refs := map[string]string{"draft": w.Draft(storetest.Teacher), "submitted": w.Submitted(storetest.Teacher), "absent": models.NewReference(),
		"forwarded": w.At(models.StateForwarded), "nonsense": "ZN-0000-0001"}
	w.hand.packages[refs["forwarded"]] = `{}`
	closing := w.At(models.StateAcknowledged)
	w.Do(closing, storetest.Coordinator, models.EventProposeClose, w.Input(models.EventProposeClose))
	w.Do(closing, storetest.Deputy, models.EventConfirmClose, models.Input{})
	refs["closed by the district"] = closing
	tokens := map[string]string{"none": "", "garbage": "x", "wrong sum": auth.TokenPrefix + strings.Repeat("0", 58), "waiting": w.waiting(storetest.Centre2, models.ScopePackagesRead),
		"all": w.token(storetest.Centre), "reads": w.token(storetest.Centre, models.ScopePackagesRead), "receives": w.token(storetest.Centre, models.ScopeReceiptsWrite),
		"decides": w.token(storetest.Centre, models.ScopeOutcomesWrite), "ministry": w.token(storetest.Ministry)}
	expected := map[string][]string{"api-document": nil, "api-list": {"all", "reads"}, "api-package": {"all", "reads"},
		"api-receipt": {"all", "receives"}, "api-assessment": {"all", "decides"}, "api-outcome": {"all", "decides"}, "api-trends": {"ministry"}}
	lost := map[string]string{}
	for _, r := range (&api{Deps: Deps{Handover: Handover{Packages: w.hand}, Figures: figures}}).routes() {
		may, ok := expected[r.name]
		if !ok {
			t.Fatalf("%s %s: nobody wrote down who may have it", r.method, r.path)
		}
		for who, token := range tokens {
			for kind, ref := range refs {
				a := w.ask(r.method, strings.ReplaceAll(r.path, ":ref", ref), token, version(1))
				if strings.Contains(a.body, storetest.Marker) {
					t.Errorf("%s by %s: holds the child's name", a.what, who)
				}
				switch {
				case may == nil || (r.name == "api-list" || r.name == "api-trends") && slices.Contains(may, who):
					a.wants(200)
				case slices.Contains([]string{"none", "garbage", "wrong sum", "waiting"}, who):
					a.is(401, "unauthorized")
				case !slices.Contains(may, who):
					a.is(403, "scope")
				case kind == "forwarded":
					if a.status != map[string]int{"api-package": 200, "api-receipt": 409, "api-assessment": 409, "api-outcome": 409}[r.name] {
						t.Errorf("%s by %s: %d %s", a.what, who, a.status, a.body)
					}
				default:
					a.is(404, "not-found")
					body := varying.ReplaceAllString(a.body, "")
					if lost[r.name] != "" && lost[r.name] != body {
						t.Errorf("%s: %s differs from another that is not there: %s", a.what, a.body, lost[r.name])
					}
					lost[r.name] = body
				}
			}
		}
	}
	rules := map[string]bool{}
	for _, action := range []string{"api", "api-list", "api-package", "api-receipt", "api-outcome", "api-trends"} {
		for _, e := range w.trail(action) {
			rules[action+" "+e.Outcome+" "+e.Rule] = true
		}
	}
	for _, want := range []string{"api failed malformed", "api failed not-approved", "api-list denied token-scope", "api-package denied scope", "api-receipt denied scope", "api-outcome denied token-scope", "api-trends denied token-scope", "api-trends done token"} {
		if !rules[want] {
			t.Errorf("not on the trail: %s; there are %v", want, rules)
		}
	}
}

// TestAnErasedReferralIsNotThere: for reading and for every act, as one that
// never was.
func TestAnErasedReferralIsNotThere(t *testing.T) {
	w := newWorld(t)
	ref, absent, token := w.At(models.StateForwarded), models.NewReference(), w.token(storetest.Centre)
	w.hand.packages[ref] = `{}`
	e := &backup.Eraser{Store: w.Store, Audit: w.Audit, Ledger: backup.NewLedger(w.Dir, w.Vault), Now: w.Clock.Now}
	_, err := e.Erase(t.Context(), models.Actor{ID: "operator", Role: models.RoleOperator}, ref, models.ReasonCourtOrder)
	w.must(err)
	for _, r := range (&api{Deps: Deps{Handover: Handover{Packages: w.hand}}}).routes() {
		if !strings.Contains(r.path, ":ref") {
			continue
		}
		gone := w.ask(r.method, strings.ReplaceAll(r.path, ":ref", ref), token, version(1))
		never := w.ask(r.method, strings.ReplaceAll(r.path, ":ref", absent), token, version(1))
		if gone.is(404, "not-found"); varying.ReplaceAllString(gone.body, "") != varying.ReplaceAllString(never.body, "") {
			t.Errorf("%s: %s, and of one that never was: %s", r.name, gone.body, never.body)
		}
	}
	if len(w.ask("GET", "/packages", token, "").page().Packages) != 0 {
		t.Error("it is listed")
	}
	for _, e := range w.trail("api-package") {
		if e.Outcome == models.AuditDone {
			t.Error("the trail says that it was read")
		}
	}
}

// TestATokenEndsAtOnce with its account, its role, its days, or when somebody
// revokes it.
func TestATokenEndsAtOnce(t *testing.T) {
	admin := func(w *world) models.Actor { return w.Actor(storetest.Admin) }
	for name, end := range map[string]func(w *world, id string) error{
		"revoked by its owner": func(w *world, id string) error {
			return w.auth.RevokeToken(w.t.Context(), w.Actor(storetest.Centre), id)
		},
		"revoked by an admin": func(w *world, id string) error { return w.auth.RevokeToken(w.t.Context(), admin(w), id) },
		"account closed": func(w *world, _ string) error {
			return w.auth.Disable(w.t.Context(), admin(w), storetest.Centre)
		},
		"account closed and opened again": func(w *world, _ string) error {
			operator := models.Actor{ID: "operator", Role: models.RoleOperator}
			closed := w.auth.Disable(w.t.Context(), admin(w), storetest.Centre)
			_, err := w.auth.Enable(w.t.Context(), operator, storetest.Centre)
			return errors.Join(closed, err)
		},
		"another role": func(w *world, _ string) error {
			_, err := w.auth.SetRights(w.t.Context(), admin(w), storetest.Centre, models.RoleMinistry, "", "")
			return err
		},
		"account closed around the tokens": func(w *world, _ string) error {
			return w.Store.Tx(w.t.Context(), func(tx *store.Tx) error { return tx.SetDisabled(storetest.Centre, true) })
		},
		"another role around the tokens": func(w *world, _ string) error {
			u, err := w.Store.UserByID(w.t.Context(), storetest.Centre)
			u.Role = models.RoleAuditor
			return errors.Join(err, w.Store.Tx(w.t.Context(), func(tx *store.Tx) error { return tx.PutUser(u) }))
		},
		"expired": func(w *world, _ string) error { w.Clock.Pass(auth.TokenDays * 24 * time.Hour); return nil },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			token := w.token(storetest.Centre)
			w.ask("GET", "/packages", token, "").wants(200)
			list, err := w.Store.Tokens(t.Context(), w.Actor(storetest.Centre), 0)
			w.must(err)
			if len(list) != 1 || list[0].LastDay != w.Clock.Now().Format(time.DateOnly) || list[0].Hash != "" {
				t.Fatalf("tokens: %+v", list)
			}
			w.must(end(w, list[0].ID))
			w.ask("GET", "/packages", token, "").is(401, "unauthorized")
		})
	}
}

// TestWithoutItsSecondFactor an account that must have one does nothing, its
// tokens neither.
func TestWithoutItsSecondFactor(t *testing.T) {
	w := newWorld(t)
	token := w.token(storetest.Centre)
	w.auth.Compulsory = true
	w.ask("GET", "/packages", token, "").is(401, "unauthorized")
}

// TestAWaitingTokenBlocksNothing: an admin's proposal for the same account still
// finds its place, and an ended token cannot be approved.
func TestAWaitingTokenBlocksNothing(t *testing.T) {
	w := newWorld(t)
	token := w.waiting(storetest.Centre, models.ScopePackagesRead)
	w.waiting(storetest.Centre, models.ScopePackagesRead)
	made, err := w.auth.Reset(t.Context(), w.Actor(storetest.Admin), storetest.Centre, false)
	if err != nil || !made.Waits {
		t.Fatalf("%+v, %v", made, err)
	}
	w.Clock.Pass(auth.TokenDays * 24 * time.Hour)
	list, err := w.Store.Proposals(t.Context(), w.Actor(storetest.Centre2), 0)
	w.must(err)
	if len(list) != 3 {
		t.Fatalf("%d proposals", len(list))
	}
	for _, p := range list {
		if p.TokenID != "" {
			if _, err := w.auth.Decide(t.Context(), w.Actor(storetest.Centre2), p.ID, true); models.CodeOf(err) != models.CodeConflict {
				t.Errorf("an expired token is approved: %v", err)
			}
		}
	}
	w.ask("GET", "/packages", token, "").is(401, "unauthorized")
}

// TestBadTokensAreThrottled by address, and cut nobody off who has a good one.
func TestBadTokensAreThrottled(t *testing.T) {
	w := newWorld(t)
	w.auth.Limits.Address.Failures = 3
	good := w.token(storetest.Centre)
	for range 3 {
		w.ask("GET", "/packages", "guess", "").is(401, "unauthorized")
	}
	a := w.ask("GET", "/packages", "guess", "")
	a.is(429, "too-many")
	if a.header.Get("Retry-After") == "" {
		t.Error("nobody says how long")
	}
	w.ask("GET", "/packages", good, "").wants(200)
	w.Clock.Pass(w.auth.Limits.Address.Window)
	w.ask("GET", "/packages", "guess", "").is(401, "unauthorized")
}

// TestWhatCannotBeRead gets a problem that says what to do.
func TestWhatCannotBeRead(t *testing.T) {
	w := newWorld(t)
	ref, token := w.At(models.StateForwarded), w.token(storetest.Centre)
	path, n := "/packages/"+ref+"/receipt", w.Head(ref).Version
	for _, c := range []struct {
		method, path, body string
		headers            []string
		status             int
		slug               string
	}{
		{"PUT", path, "{}", nil, 405, "method"},
		{"DELETE", "/packages/" + ref, "", nil, 405, "method"},
		{"GET", path, "", nil, 405, "method"},
		{"GET", "/nothing", "", nil, 404, "not-found"},
		{"GET", "/api/v2/packages", "", nil, 404, "not-found"},
		{"GET", "/api/", "", nil, 404, "not-found"},
		{"POST", path, version(n), []string{keyHeader, "-"}, 400, "idempotency-key"},
		{"POST", path, version(n), []string{keyHeader, strings.Repeat("k", 201)}, 400, "idempotency-key"},
		{"POST", path, "version=1", []string{"Content-Type", "application/x-www-form-urlencoded"}, 415, "media-type"},
		{"POST", path, version(n), []string{"Content-Type", "-"}, 415, "media-type"},
		{"POST", path, version(n), []string{"Content-Encoding", "gzip"}, 415, "media-type"},
		{"POST", path, "", nil, 400, "json"},
		{"POST", path, "null", nil, 400, "json"},
		{"POST", path, "[]", nil, 400, "json"},
		{"POST", path, version(n) + version(n), nil, 400, "json"},
		{"POST", path, "{\"version\":1,\"jws\":\"\xff\"}", nil, 400, "json"},
		{"POST", path, "{}", nil, 422, "invalid"},
		{"POST", path, `{"version":"1"}`, nil, 422, "invalid"},
		{"POST", path, `{"version":1.5}`, nil, 422, "invalid"},
		{"POST", path, `{"version":0}`, nil, 422, "invalid"},
		{"POST", path, `{"Version":1}`, nil, 422, "invalid"},
		{"POST", path, `{"version":1,"outcome":"identified"}`, nil, 422, "invalid"},
		{"POST", path, `{"version":1,"jws":"` + strings.Repeat("x", bodyLimit) + `"}`, nil, 413, "too-large"},
		{"POST", "/packages/" + ref + "/assessment", version(n), nil, 409, "state"},
		{"POST", path, version(n + 1), nil, 409, "stale-version"},
	} {
		w.ask(c.method, c.path, token, c.body, c.headers...).is(c.status, c.slug)
	}
	a := w.ask("POST", "/packages", token, "{}")
	a.is(405, "method")
	if !strings.Contains(a.header.Get("Allow"), "GET") {
		t.Errorf("Allow: %q", a.header.Get("Allow"))
	}
	w.ask("POST", path, token, version(n)).wants(200) // nothing of it did anything
}

// TestAnOutcomeNeedsWhatThePageNeeds: the lifecycle's own checks, named by field.
func TestAnOutcomeNeedsWhatThePageNeeds(t *testing.T) {
	w := newWorld(t)
	ref, token := w.At(models.StateInAssessment), w.token(storetest.Centre)
	for body, field := range map[string]string{
		`"outcome":"guilty","criteria":["act"],"text":"x"`:         "outcome",
		`"outcome":"identified","criteria":[],"text":"x"`:          "criteria",
		`"outcome":"identified","criteria":["no such"],"text":"x"`: "criteria",
		`"outcome":"identified","criteria":["act"],"text":" "`:     "text",
		`"outcome":"identified","criteria":["act"]`:                "text",
	} {
		p := w.ask("POST", "/packages/"+ref+"/outcome", token, strings.TrimSuffix(version(w.Head(ref).Version), "}")+","+body+"}").is(422, "invalid")
		if len(p.Errors) != 1 || p.Errors[0].Field != field || p.Errors[0].Detail == "" {
			t.Errorf("%s: %+v", body, p.Errors)
		}
	}
}

// TestFaultsStayInside: what went wrong is in the log, not in the answer.
func TestFaultsStayInside(t *testing.T) {
	w := newWorld(t)
	ref, token := w.At(models.StateForwarded), w.token(storetest.Centre)
	w.hand.broken = errors.New("pq: relation of " + storetest.Marker)
	a := w.ask("GET", "/packages/"+ref, token, "")
	a.is(http.StatusInternalServerError, "internal")
	if strings.Contains(a.body, "pq:") {
		t.Errorf("it says %s", a.body)
	}
	w.hand.broken = models.E(models.CodeUnavailable, "error.unavailable")
	a = w.ask("GET", "/packages/"+ref, token, "")
	a.is(http.StatusServiceUnavailable, "unavailable")
	if a.header.Get("Retry-After") == "" {
		t.Error("nobody says when")
	}
	w.must(w.Store.Close())
	w.ask("GET", "/packages", token, "").is(http.StatusServiceUnavailable, "unavailable")
}

// TestTheDocumentFits what the program knows, and an installation that has no
// hand-over says so nowhere.
func TestTheDocumentFits(t *testing.T) {
	w := newWorld(t)
	enum := func(schema any, want []string) {
		t.Helper()
		var s struct{ Enum []string }
		raw, err := json.Marshal(schema)
		w.must(err)
		w.must(json.Unmarshal(raw, &s))
		if !slices.Equal(s.Enum, want) {
			t.Errorf("the document has %v, the program %v", s.Enum, want)
		}
	}
	schemas := w.doc.Components.Schemas
	guide, err := os.ReadFile("../../docs/api.md")
	w.must(err)
	for _, slug := range schemas["Problem"].Value.Properties["type"].Value.Enum {
		if name := strings.TrimPrefix(slug.(string), kind); !strings.Contains(string(guide), "`"+name+"`") {
			t.Errorf("docs/api.md does not say what %s means", name)
		}
	}
	enum(schemas["State"].Value, texts(handedStates))
	enum(schemas["Standing"].Value.Properties["urgency"].Value, texts(models.Urgencies))
	enum(schemas["Outcome"].Value.Properties["outcome"].Value, texts(models.Outcomes))
	enum(schemas["Outcome"].Value.Properties["criteria"].Value.Items.Value, models.Criteria)
	bare := newWorld(t, true)
	if bare.doc.Paths.Value("/packages/{ref}") != nil || bare.doc.Components.Schemas["Receipt"].Value.Properties["jws"] != nil {
		t.Error("the document promises packages that are not there")
	}
	ref, token := bare.At(models.StateForwarded), bare.token(storetest.Centre)
	bare.ask("GET", "/packages/"+ref, token, "").is(404, "not-found")
	bare.ask("POST", "/packages/"+ref+"/receipt", token, `{"version":1,"jws":"a.b.c"}`).is(422, "invalid")
	at := bare.ask("GET", "/packages", token, "").page().Packages[0]
	bare.ask("POST", "/packages/"+ref+"/receipt", token, version(at.Version)).wants(200)
}

func texts[T ~string](list []T) (out []string) {
	for _, s := range list {
		out = append(out, string(s))
	}
	return out
}
