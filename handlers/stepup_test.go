package handlers

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"znak/locales"
	"znak/models"
	"znak/models/store/storetest"
)

// armed is a browser of somebody with a second factor, whose last code is no
// longer fresh, and what the app shows.
func (s *site) armed(id string) (c *client, code func() string) {
	s.t.Helper()
	c = s.as(id)
	secret, _ := c.enrol()
	c.get("/help")
	s.Clock.Pass(codeLasts)
	return c, func() string { return s.appCode(secret) }
}

// Forwarding asks for a fresh code, keeps every letter that was typed, in every
// language, and then acts once.
func TestForwardingTakesAFreshCode(t *testing.T) {
	s := newSite(t)
	ref := s.At(models.StateAcknowledged)
	c, code := s.armed(storetest.Coordinator)
	typed := "Први ред \"<b>&\r\n\r\n други: Ђ Љ Џ"
	page := c.get("/referrals/" + ref).wants(http.StatusOK)
	page = c.submit(page, "form#act-forward", "text", typed).wants(http.StatusForbidden)
	for _, lang := range []locales.Lang{"en", "sr-Latn", "sr"} {
		page = c.submit(page, "form#confirm", "_lang", string(lang)).wants(http.StatusOK)
		if page.Find("html").AttrOr("lang", "") == "" || page.text("h1") != s.h.Locales.T(lang, "account.confirm_title") {
			t.Errorf("in %s it says %q", lang, page.text("h1"))
		}
		checkPage(t, "confirm", lang, s.h.Locales, strings.ReplaceAll(page.body, c.csrf, "token"))
	}
	page = c.submit(page, "form#confirm", "_code", "000000").wants(http.StatusUnprocessableEntity)
	if page.Find("#errors a").Length() != 1 || s.Head(ref).State != models.StateAcknowledged {
		t.Errorf("after a wrong code it is %s: %s", s.Head(ref).State, page.text("main"))
	}
	c.submit(page, "form#confirm", "_code", code()).leadsTo("/referrals/" + ref)
	if s.Head(ref).State != models.StateForwarded {
		t.Fatalf("it is %s", s.Head(ref).State)
	}
	d, err := s.Referrals.Read(t.Context(), s.Actor(storetest.Coordinator), ref, "read")
	s.must(err)
	if last := d.Timeline[len(d.Timeline)-1]; last.Input.Text != "Први ред \"<b>&\n\n други: Ђ Љ Џ" {
		t.Errorf("the text arrived as %q", last.Input.Text)
	}
}

// For ten minutes one code is enough, and then another is asked for. What no
// table lists never asks.
func TestACodeIsFreshForTenMinutes(t *testing.T) {
	s := newSite(t)
	refs := []string{s.At(models.StateAcknowledged), s.At(models.StateAcknowledged), s.At(models.StateAcknowledged)}
	c, code := s.armed(storetest.Coordinator)
	forward := func(ref string, fields ...string) *reply {
		return c.submit(c.get("/referrals/"+ref).wants(http.StatusOK), "form#act-forward", fields...)
	}
	c.submit(c.get("/referrals/"+refs[0]), "form#act-note", "text", "Белешка").leadsTo("/referrals/" + refs[0])
	c.submit(forward(refs[0]).wants(http.StatusForbidden), "form#confirm", "_code", code()).wants(http.StatusSeeOther)
	s.Clock.Pass(codeLasts - time.Second)
	forward(refs[1]).leadsTo("/referrals/" + refs[1])
	s.Clock.Pass(time.Second)
	forward(refs[2]).wants(http.StatusForbidden)
	if s.Head(refs[2]).State != models.StateAcknowledged {
		t.Error("it was forwarded with an old code")
	}
}

// A code that was used counts nowhere again: not in another browser either.
func TestAUsedCodeConfirmsNothing(t *testing.T) {
	s := newSite(t)
	one, two := s.At(models.StateAcknowledged), s.At(models.StateAcknowledged)
	first := s.as(storetest.Coordinator)
	secret, _ := first.enrol()
	s.Clock.Pass(time.Minute)
	second := s.half(storetest.Coordinator)
	second.post("/login/code", "code", s.appCode(secret)).wants(http.StatusSeeOther)
	s.Clock.Pass(codeLasts)
	code, err := totp.GenerateCode(strings.ReplaceAll(secret, " ", ""), s.Clock.Now())
	s.must(err)
	first.submit(first.submit(first.get("/referrals/"+one), "form#act-forward"), "form#confirm", "_code", code).wants(http.StatusSeeOther)
	second.submit(second.submit(second.get("/referrals/"+two), "form#act-forward"), "form#confirm", "_code", code).wants(http.StatusUnprocessableEntity)
	if s.Head(two).State != models.StateAcknowledged {
		t.Error("one code confirmed two acts")
	}
	s.Settle()
	for action, want := range map[string]int{"done": 1, "failed": 1} {
		var n int
		if err := s.Raw().QueryRow("SELECT count(*) FROM audit_entries WHERE action = 'confirm-code' AND outcome = ?", action).Scan(&n); err != nil || n > want || action == "done" && n != want {
			t.Errorf("%d confirmations are on the trail as %s, %v", n, action, err)
		}
	}
}

// What gives rights asks too, whatever else the form says: a form that claims
// to switch the language does not act.
func TestRightsTakeAFreshCode(t *testing.T) {
	s := newSite(t)
	admin, code := s.armed(storetest.Admin)
	page := admin.get("/admin/users/new").wants(http.StatusOK)
	fields := []string{"email", "nova@example.rs", "name", "Нова", "role", "teacher", "school", "0102", "lang", "sr"}
	if page = admin.submit(page, "form#account", append(slices.Clone(fields), "_lang", "sr")...).wants(http.StatusOK); page.field("name") != "Нова" {
		t.Error("switching the language lost what was typed")
	}
	page = admin.submit(page, "form#account").wants(http.StatusForbidden)
	for path, form := range map[string][]string{"/admin/users/teacher2/rights": {"role", "ministry"}, "/admin/users/teacher2/reset": nil, "/admin/users/teacher2/enable": nil} {
		for _, lang := range []string{"", "en"} {
			v := pairs(form)
			if lang != "" {
				v.Set("_lang", lang)
			}
			v.Set("_csrf", admin.csrf)
			admin.postForm(path, v)
		}
	}
	u, err := s.Store.UserByID(t.Context(), storetest.Teacher2)
	s.must(err)
	if u.Role != models.RoleTeacher || u.PasswordHash == "" {
		t.Errorf("it was changed without a code: %+v", u.Role)
	}
	if _, err := s.Store.UserByEmail(t.Context(), "nova@example.rs"); models.CodeOf(err) != models.CodeNotFound {
		t.Errorf("an account was made without a code: %v", err)
	}
	admin.submit(page, "form#confirm", "_code", code()).wants(http.StatusOK) // its invitation
	if u, err = s.Store.UserByEmail(t.Context(), "nova@example.rs"); err != nil || u.Name != "Нова" || u.Lang != "sr" {
		t.Errorf("%+v, %v", u, err)
	}
}

// A page that takes something out of the portal asks first and then leads there.
func TestAnExportTakesAFreshCode(t *testing.T) {
	s := newSite(t)
	ref := s.Submitted(storetest.Teacher)
	_, err := s.Audit.Checkpoint(t.Context())
	s.must(err)
	c, code := s.armed(storetest.Auditor)
	proof := "/audit/proof/" + ref
	c.get(proof).leadsTo(confirmPath + "?next=" + url.QueryEscape(proof))
	page := c.get(confirmPath + "?next=" + url.QueryEscape(proof)).wants(http.StatusOK)
	page = c.submit(page, "form#confirm", "_code", "1").wants(http.StatusUnprocessableEntity)
	page = c.submit(page, "form#confirm", "_lang", "en").wants(http.StatusOK)
	c.submit(page, "form#confirm", "_code", code()).leadsTo(proof)
	c.get(proof).wants(http.StatusOK)
	c.get(confirmPath + "?next=" + url.QueryEscape("//evil.example/")).leadsTo("/")
}

// Nobody without a second factor is asked; a teacher who has one is stopped
// from nothing.
func TestNobodyElseIsAskedForACode(t *testing.T) {
	s := newSite(t)
	ref := s.At(models.StateAcknowledged)
	c := s.as(storetest.Coordinator)
	c.submit(c.get("/referrals/"+ref), "form#act-forward").leadsTo("/referrals/" + ref)
	teacher, _ := s.armed(storetest.Teacher)
	teacher.submit(teacher.get("/referrals/"+ref), "form#act-add", "text", "Виђено касније").leadsTo("/referrals/" + ref)
	draft := s.Draft(storetest.Teacher, s.Full)
	teacher.submit(teacher.get(edit(draft, "review")).wants(http.StatusOK), "main form[method=post]").wants(http.StatusSeeOther)
	if s.Head(draft).State != models.StateSubmitted {
		t.Error("a teacher could not submit")
	}
}

// Each name of the table is that of one route or of one event.
func TestTheTableOfFreshCodesNamesWhatThereIs(t *testing.T) {
	s := newSite(t)
	names := map[string]int{}
	for _, r := range s.h.routes() {
		names[r.name]++
	}
	for _, e := range models.Events {
		if freshCodes[string(e)] {
			names[string(e)]++
		}
	}
	for name := range freshCodes {
		if names[name] != 1 {
			t.Errorf("%q names %d things", name, names[name])
		}
	}
}
