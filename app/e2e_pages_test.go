package main

import (
	"net/http"
	"net/url"
	"strconv"
	"testing"
)

// byAccount lists the pages that the walks do not come by, with who opens them.
var byAccount = []struct{ account, kind, path string }{
	{"", "home", "/"}, {"", "signs", "/signs"}, {"", "criteria", "/criteria"}, {"", "help", "/help"},
	{"", "privacy", "/privacy"}, {"", "accessibility", "/accessibility"}, {"", "login", "/login"},
	{"teacher", "list: school", "/referrals"}, {"teacher", "draft: new", "/referrals/new"},
	{"coordinator", "list: coordinator", "/referrals"}, {"coordinator", "list: filtered", "/referrals?urgency=urgent&overdue=yes"},
	{"national", "list: national desk", "/referrals"}, {"centre", "list: Centre", "/referrals"},
	{"ministry", "start: ministry", "/"}, {"auditor", "audit: everything", "/audit"},
	{"admin", "start: admin", "/"}, {"admin", "admin", "/admin"}, {"admin", "admin: users", "/admin/users"},
	{"admin", "admin: schools", "/admin/schools"}, {"admin", "admin: districts", "/admin/districts"},
	{"admin", "admin: checklists", "/admin/checklists"}, {"admin", "admin: letters", "/admin/letters"},
	{"centre", "tokens: officer", "/account/tokens"}, {"admin", "tokens: admin", "/admin/tokens"},
	{"", "demo: caught mail", "/demo/mail"},
	{"ministry", "trends: ministry", "/trends"}, {"ministry", "trends: district, by group", "/trends?area=beograd&by=group"}, {"ministry", "trends: print", "/trends/print"},
	{"ministry", "trends: system", "/trends/system"}, {"coordinator", "trends: coordinator", "/trends"}, {"coordinator", "trends: own desk", "/trends/system"},
}

// pages looks at each page in one language, and at those that everybody may
// open in all.
func (w *world) pages(t *testing.T) {
	windows := map[string]*visitor{}
	for _, page := range byAccount {
		v := windows[page.account]
		if v == nil {
			v = visit(t, w.browser, w.demo.base)
			if page.account != "" {
				v.signIn(page.account, "sr")
			}
			windows[page.account] = v
		}
		v.open(page.path)
		langs := []string{"sr"}
		if page.account == "" {
			langs = []string{"en", "sr-Latn", "sr"}
		}
		for _, lang := range langs {
			v.speak(lang)
			w.inspect(v, page.kind, lang)
		}
	}
	w.read(t, windows["coordinator"])
}

// read opens what a referral leads to: its print and its child's page.
func (w *world) read(t *testing.T, v *visitor) {
	v.open("/referrals?q=" + url.QueryEscape(child))
	if !v.has("main tbody a.ref") {
		t.Fatalf("searching for the child's name finds nothing:\n%s", v.text("main"))
	}
	w.inspect(v, "list: found", "sr")
	v.follow("main tbody a.ref")
	ref := v.path()
	if !v.has(`main a[href^="/children/"]`) {
		t.Error("a child with three referrals has no page")
	} else {
		v.follow(`main a[href^="/children/"]`)
		w.inspect(v, "child", "sr")
	}
	v.open(ref + "/print")
	w.inspect(v, "print", "sr")
}

// faults looks at what people see when something is not as it should be: the
// status of each is in the console, and nothing else.
func (w *world) faults(t *testing.T) {
	v := visit(t, w.browser, w.demo.base)
	v.open("/login")
	v.speak("sr")
	v.status(http.StatusUnprocessableEntity)
	v.write(`#login [name="email"]`, "nobody@demo.znak")
	v.write(`#login [name="password"]`, "погрешна лозинка")
	v.follow("#login p.actions button")
	if !v.has("#errors") {
		t.Errorf("a wrong password is not explained:\n%s", v.text("main"))
	}
	w.inspect(v, "fault: sign-in", "sr")

	v.status(http.StatusNotFound)
	v.open("/referrals-that-never-were")
	w.inspect(v, "fault: no such page", "sr")

	school := w.as(t, "teacher", "sr")
	school.open("/referrals/new")
	school.status(http.StatusUnprocessableEntity)
	school.ask(`document.querySelectorAll("#draft [required]").forEach(e => e.required = false), ""`)
	school.follow("#draft .actions button")
	if !school.has("#errors a[href^='#']") {
		t.Errorf("a missing answer is not explained:\n%s", school.text("main"))
	}
	w.inspect(school, "fault: draft", "sr")
	w.stale(t)
}

// stale: two coordinators act on one referral at once; the second sees what the
// first did, with the text kept.
func (w *world) stale(t *testing.T) {
	c := newClient(w.demo.base)
	must(t, c.signIn("teacher@demo.znak"))
	ref, _, err := c.begin()
	must(t, err)
	_, err = c.save(ref, "account", "account.observed", "Не долази у школу.")
	must(t, err)
	_, _, err = c.submit(ref)
	must(t, err)
	first, second := w.as(t, "coordinator", "sr"), w.as(t, "deputy", "sr")
	first.open("/referrals/" + ref)
	second.open("/referrals/" + ref)
	act(first, "acknowledge", nil)
	second.status(http.StatusConflict)
	second.unfoldAct("#act-ask")
	second.choose("to", "school")
	second.write("#act-ask textarea", letters)
	second.follow("#act-ask p.actions button")
	if got := second.find("main textarea").MustProperty("value").Str(); got != letters {
		t.Errorf("after a conflict the text is %q", got)
	}
	w.inspect(second, "fault: conflict", "sr")
	second.allow("")
	second.follow("main form[id] p.actions button")
	second.at("/referrals/" + ref)
}

// status lets pass that the console names this answer.
func (v *visitor) status(code int) { v.allow("a status of " + strconv.Itoa(code)) }
