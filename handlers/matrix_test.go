package handlers

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"znak/models"
	"znak/models/store"
	"znak/models/store/storetest"
)

// The matrix: every route, for everybody, on every kind of referral. What is
// expected is written here from the domain's table of roles, apart from the
// code's own; a route that is not here fails the test.

const nobody = ""

// everybody asks for every page.
var everybody = []string{nobody, storetest.Teacher, storetest.Teacher2, storetest.Psychologist, storetest.TeacherNear, storetest.TeacherFar,
	storetest.PsychologistFar, storetest.Coordinator, storetest.Deputy, storetest.CoordinatorFar, storetest.National, storetest.Centre,
	storetest.Ministry, storetest.Auditor, storetest.Admin}

var (
	inSchools = []string{storetest.Teacher, storetest.Teacher2, storetest.Psychologist, storetest.TeacherNear, storetest.TeacherFar, storetest.PsychologistFar}
	atDesks   = []string{storetest.Coordinator, storetest.Deputy, storetest.CoordinatorFar, storetest.National}
	readers   = slices.Concat(inSchools, atDesks, []string{storetest.Centre})
	childless = []string{storetest.Psychologist, storetest.PsychologistFar, storetest.Coordinator, storetest.Deputy, storetest.CoordinatorFar, storetest.National}
	members   = everybody[1:]
)

// seers are who sees each kind of referral, and nobody else does.
var seers = map[string][]string{
	"own":       {storetest.Teacher, storetest.Psychologist, storetest.Coordinator, storetest.Deputy},
	"forwarded": {storetest.Teacher, storetest.Psychologist, storetest.Coordinator, storetest.Deputy, storetest.Centre},
	"conflict":  {storetest.Teacher, storetest.National},
	"handed on": {storetest.Teacher, storetest.Psychologist, storetest.Deputy},
	"far":       {storetest.TeacherFar, storetest.PsychologistFar, storetest.CoordinatorFar},
	"colleague": {storetest.Teacher2, storetest.Psychologist, storetest.Coordinator, storetest.Deputy},
	"draft":     {storetest.Teacher},
	"absent":    nil,
}

// authors are who wrote each kind.
var authors = map[string]string{"own": storetest.Teacher, "forwarded": storetest.Teacher, "conflict": storetest.Teacher, "handed on": storetest.Teacher,
	"far": storetest.TeacherFar, "colleague": storetest.Teacher2, "draft": storetest.Teacher}

// expected is what is expected of a route.
type expected struct {
	who    []string                           // who ever has it; nil = everybody
	path   string                             // its address, when it has no parameter that matters
	form   url.Values                         // what is sent, when it is a form
	status int                                // for those who have it
	differ map[string]int                     // for some of them
	ref    func(who, kind string, e call) int // for a referral's own pages, instead of status
	shows  bool                               // it may show what the school wrote, to those who see it
}

// call is one request of the matrix.
type call struct{ event models.Event }

func in(list []string, who string) bool { return slices.Contains(list, who) }

// reading is the answer of a page that shows a submitted referral.
func reading(who, kind string, _ call) int {
	if kind != "draft" && in(seers[kind], who) {
		return http.StatusOK
	}
	return http.StatusNotFound
}

// ofAuthor is the answer of a page that only the author has: draft for a
// draft, and sent for a referral that is submitted.
func ofAuthor(draft, sent int) func(who, kind string, _ call) int {
	return func(who, kind string, _ call) int {
		switch {
		case authors[kind] != who:
			return http.StatusNotFound
		case kind == "draft":
			return draft
		}
		return sent
	}
}

// whoCauses is who ever causes an event, by role.
var whoCauses = map[models.Event][]string{
	"acknowledge": atDesks, "ask": append([]string{storetest.Centre}, atDesks...), "answer": append(slices.Clone(inSchools), atDesks...),
	"note": append([]string{storetest.Centre}, atDesks...), "urgency": atDesks, "reassign": atDesks, "forward": atDesks, "propose-close": atDesks,
	"confirm-close": atDesks, "receive": {storetest.Centre}, "assess": {storetest.Centre}, "decide": {storetest.Centre},
	"reconsider": append(slices.Clone(inSchools), atDesks...), "decide-reconsideration": {storetest.Centre}, "add": inSchools,
}

// causing is the answer to an event from a page that has no version: stale for
// whoever may cause it.
func causing(who, kind string, c call) int {
	causers, known := whoCauses[c.event]
	switch {
	case known && !in(causers, who):
		return http.StatusForbidden
	case !known || kind == "draft" || !in(seers[kind], who):
		return http.StatusNotFound
	}
	return http.StatusConflict
}

// expectations is the table, by the names of the routes.
func expectations(s *site) map[string]expected {
	public := func(path string) expected { return expected{path: path, status: 200} }
	admin := []string{storetest.Admin}
	page := func(who []string, path string) expected { return expected{who: who, path: path, status: 200} }
	signedIn := map[string]int{}
	for _, who := range members {
		signedIn[who] = http.StatusSeeOther
	}
	return map[string]expected{
		"home": public("/"), "signs": public("/signs"), "criteria": public("/criteria"), "help": public("/help"), "privacy": public("/privacy"),
		"accessibility": public("/accessibility"), "healthz": public("/healthz"), "readyz": public("/readyz"), "checkpoint": public("/audit/checkpoint"),
		"static": public(s.h.assets.url("app.css")), "language": {path: "/language/en?next=/help", status: 303}, "favicon": {path: "/favicon.ico", status: 301},
		"login":    {path: "/login", status: 200, differ: signedIn},
		"sign-in":  {path: "/login", form: url.Values{}, status: 422},
		"sign-out": {who: members, path: "/logout", form: url.Values{}, status: 303},
		"list":     page(readers, "/referrals"), "new": page(inSchools, "/referrals/new"), "begin": {who: inSchools, path: "/referrals", form: url.Values{}, status: 422},
		"edit":      {who: inSchools, path: "/referrals/{ref}/edit/child", ref: ofAuthor(200, 303), shows: true},
		"save":      {who: inSchools, path: "/referrals/{ref}/edit/child", form: url.Values{}, ref: ofAuthor(303, 409), shows: true},
		"submit":    {who: inSchools, path: "/referrals/{ref}/submit", form: url.Values{}, ref: ofAuthor(422, 303), shows: true},
		"submitted": {who: inSchools, path: "/referrals/{ref}/submitted", ref: ofAuthor(303, 200)},
		"referral": {who: readers, path: "/referrals/{ref}", shows: true, ref: func(who, kind string, c call) int {
			if kind == "draft" && who == authors[kind] {
				return http.StatusSeeOther
			}
			return reading(who, kind, c)
		}},
		"print": {who: readers, path: "/referrals/{ref}/print", ref: reading, shows: true},
		"event": {who: readers, path: "/referrals/{ref}/{event}", form: url.Values{"version": {"0"}}, ref: causing},
		"child": {who: childless, path: "/children/{child}", status: 200, shows: true,
			differ: map[string]int{storetest.PsychologistFar: 404, storetest.CoordinatorFar: 404}},
		"audit": page([]string{storetest.Auditor}, "/audit"),
		"proof": {who: []string{storetest.Auditor}, path: "/audit/proof/{ref}", ref: func(_, kind string, _ call) int {
			if kind == "absent" {
				return http.StatusNotFound
			}
			return http.StatusOK
		}},
		"admin": page(admin, "/admin"), "admin-users": page(admin, "/admin/users"), "admin-schools": page(admin, "/admin/schools"),
		"admin-districts": page(admin, "/admin/districts"), "admin-checklists": page(admin, "/admin/checklists"),
		"admin-disable": {who: admin, path: "/admin/users/nobody/disable", form: url.Values{}, status: 404},
		"admin-enable":  {who: admin, path: "/admin/users/nobody/enable", form: url.Values{}, status: 404},
		"admin-absence": {who: admin, path: "/admin/absences", form: url.Values{}, status: 422},
	}
}

// want is the status for one person.
func (x expected) want(who, kind string, c call) int {
	if who == nobody && x.who != nil {
		return http.StatusSeeOther
	}
	if x.who != nil && !in(x.who, who) {
		return http.StatusForbidden
	}
	if x.ref != nil {
		return x.ref(who, kind, c)
	}
	if status, ok := x.differ[who]; ok {
		return status
	}
	return x.status
}

// kinds makes one referral of each kind, and returns their references.
func (s *site) kinds() map[string]string {
	s.t.Helper()
	refs := map[string]string{"own": s.Submitted(storetest.Teacher), "forwarded": s.At(models.StateForwarded), "colleague": s.Submitted(storetest.Teacher2),
		"conflict":  s.Submitted(storetest.Teacher, func(c *models.Content) { c.SchoolConflict = models.Yes }),
		"far":       s.Submitted(storetest.TeacherFar, func(c *models.Content) { c.Child.BirthYear = 2010 }),
		"handed on": s.Submitted(storetest.Teacher), "absent": models.NewReference(),
		"draft": s.Draft(storetest.Teacher, func(c *models.Content) { c.Child.Name = storetest.ChildName })}
	s.Do(refs["handed on"], storetest.Coordinator, models.EventReassign, models.Input{To: storetest.Deputy, Reason: "x"})
	return refs
}

// varying is what differs between two answers that say the same.
var varying = regexp.MustCompile(`name="_csrf" value="[^"]*"|ZN-[0-9A-Z]{4}-[0-9A-Z]{4}`)

type matrix struct {
	*site
	refs  map[string]string
	child string
	lost  map[string]string // the 404 page by person and route
	deny  map[string]bool   // actor, action, rule
	done  int
}

func TestMatrix(t *testing.T) {
	s := newSite(t)
	m := &matrix{site: s, refs: s.kinds(), lost: map[string]string{}, deny: map[string]bool{}}
	var err error
	m.child, _, err = s.Store.ChildOf(t.Context(), s.Actor(storetest.Coordinator), s.Head(m.refs["own"]).ID)
	s.must(err)
	table := expectations(s)
	for _, who := range everybody {
		c := s.as(who)
		if who == nobody {
			c.get("/login")
		}
		for _, r := range s.h.routes() {
			x, ok := table[r.name]
			if !ok {
				t.Fatalf("%s %s (%s): nobody wrote down who may have it", r.method, r.path, r.name)
			}
			if r.name != "sign-out" {
				m.route(c, who, r, x)
			}
		}
		for _, r := range s.h.routes() {
			if r.name == "sign-out" {
				m.route(c, who, r, table[r.name])
			}
		}
	}
	m.onTheTrail()
	if m.done < 3000 {
		t.Errorf("only %d requests were made", m.done)
	}
}

// route asks for every address of one route.
func (m *matrix) route(c *client, who string, r route, x expected) {
	path := strings.ReplaceAll(x.path, "{child}", m.child)
	if x.ref == nil {
		m.ask(c, who, "", r, x, path, call{})
		return
	}
	for kind, ref := range m.refs {
		at := strings.ReplaceAll(path, "{ref}", ref)
		if !strings.Contains(at, "{event}") {
			m.ask(c, who, kind, r, x, at, call{})
			continue
		}
		for _, e := range append([]models.Event{"withdraw"}, models.Events...) {
			m.ask(c, who, kind, r, x, strings.ReplaceAll(at, "{event}", string(e)), call{e})
		}
	}
}

// ask makes one request and judges the answer.
func (m *matrix) ask(c *client, who, kind string, r route, x expected, path string, k call) {
	m.t.Helper()
	m.done++
	req := c.request(r.method, path, nil)
	if r.method == http.MethodPost {
		v := url.Values{"_csrf": {c.csrf}}
		for name, values := range x.form {
			v[name] = values
		}
		if r.name == "sign-in" {
			v.Set("email", "not-"+who+"@znak.test") // everybody has counters of their own
		}
		req = c.formRequest(path, v)
	}
	res, body := c.raw(req)
	what := fmt.Sprintf("%s %s (%s) by %q", r.method, path, kind, who)
	want := x.want(who, kind, k)
	if res.StatusCode != want {
		m.t.Errorf("%s: %d, want %d", what, res.StatusCode, want)
		return
	}
	if shows := x.shows && (x.ref == nil || in(seers[kind], who)); strings.Contains(body, storetest.Marker) && (!shows || want >= 400 && want != 422) {
		m.t.Errorf("%s: the answer holds the child's name", what)
	}
	m.judge(what, who, r, k, want, res, body)
}

func (m *matrix) judge(what, who string, r route, k call, want int, res *http.Response, body string) {
	action := r.name
	if k.event != "" && models.KnownEvent(k.event) {
		action = string(k.event)
	}
	switch {
	case want == http.StatusSeeOther && who == nobody && r.perm != models.PermPublic:
		if to := res.Header.Get("Location"); !strings.HasPrefix(to, "/login?next=") {
			m.t.Errorf("%s: leads to %q", what, to)
		}
	case want == http.StatusForbidden:
		m.deny[who+" "+action+" role"] = true
	case want == http.StatusNotFound && who != nobody:
		m.deny[who+" "+action+" scope"] = true
		page := varying.ReplaceAllString(body, "")
		key := who + " " + r.name + " " + string(k.event)
		if before, ok := m.lost[key]; ok && before != page {
			m.t.Errorf("%s: the page differs from that of another referral which is not there for them", what)
		}
		m.lost[key] = page
	}
}

// onTheTrail checks that each refusal is on the audit trail.
func (m *matrix) onTheTrail() {
	m.t.Helper()
	m.must(m.Audit.Flush(m.t.Context()))
	for before := int64(0); ; {
		list, err := m.Store.AuditTrail(m.t.Context(), m.Actor(storetest.Auditor), store.AuditFilter{Outcome: models.AuditDenied, Before: before, Limit: 1000})
		m.must(err)
		for _, e := range list {
			delete(m.deny, e.ActorID+" "+e.Action+" "+e.Rule)
			before = e.Seq
		}
		if len(list) < 1000 {
			break
		}
	}
	for missing := range m.deny {
		m.t.Errorf("not on the trail: the denial of %s", missing)
	}
}
