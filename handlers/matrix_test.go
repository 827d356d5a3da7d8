package handlers

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"znak/models"
	"znak/models/store"
	"znak/models/store/storetest"
)

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
	if shows := x.shows && (x.ref == nil || in(seers[kind], who)); strings.Contains(body, storetest.Marker) && (!shows || want == http.StatusForbidden || want == http.StatusNotFound) {
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
	m.Settle()
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
