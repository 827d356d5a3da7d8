package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-rod/rod"
	"github.com/go-rod/rod/lib/input"

	"znak/models/demo"
)

// world is the whole program with a browser in front of it.
type world struct {
	*inspector
	bin     string
	demo    *process
	browser *rod.Browser
}

// as opens a window for the account.
func (w *world) as(t *testing.T, account, lang string) *visitor {
	t.Helper()
	v := visit(t, w.browser, w.demo.base)
	v.signIn(account, lang)
	return v
}

// The whole program as people meet it: in a browser, from the first sign that
// a teacher notices to the decision of the Centre, in each language.
func TestInBrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("starts the whole program and a browser")
	}
	w := &world{browser: chromium(t), inspector: newInspector(t), bin: build(t)}
	dir := filepath.Join(t.TempDir(), "demo")
	w.demo = startDemo(t, w.bin, dir, 60)
	t.Run("alarm", w.alarm)
	for _, lang := range []string{"sr", "sr-Latn", "en"} {
		t.Run("way in "+lang, func(t *testing.T) { w.way(t, lang) })
	}
	t.Run("verify while serving", func(t *testing.T) { verifyLog(t, w.bin, dir) })
	t.Run("danger", w.danger)
	t.Run("language in the middle of a form", w.midForm)
	t.Run("without scripts, by keyboard", w.withoutScripts)
	t.Run("faults", w.faults)
	t.Run("pages", w.pages)
	t.Run("figures", w.figures)
	t.Run("accounts", w.accounts)
	w.demo.stop()
	t.Run("verify after the end", func(t *testing.T) { verifyLog(t, w.bin, dir) })
	t.Run("open data", func(t *testing.T) { w.openData(t, dir) })
	for kind, weight := range w.kg {
		t.Logf("%-28s %6d bytes on a first visit", kind, weight)
	}
}

// alarm sees to it that the tests would notice: a page that breaks its own
// content policy and a script that fails are complained of.
func (w *world) alarm(t *testing.T) {
	v := visit(t, w.browser, w.demo.base)
	v.open("/")
	v.quiet()
	v.ask(`document.body.setAttribute("style", "color: red"), console.error("alarm"), ""`)
	v.open("/signs")
	if found := strings.Join(v.quiet(), "\n"); !strings.Contains(found, "Content Security Policy") || !strings.Contains(found, "console.error") {
		t.Errorf("the tests are blind to the console: %q", found)
	}
}

// danger: two pages from "the child is in danger now" to the coordinator.
func (w *world) danger(t *testing.T) {
	v := w.as(t, "teacher", "sr")
	v.open("/referrals/new")
	v.choose("danger_now", "yes")
	v.follow("#draft .actions button")
	ref := draftPlace.FindStringSubmatch(v.path())
	if ref == nil || ref[2] != "danger" {
		t.Fatalf("at %s instead of what to do at once", v.path())
	}
	w.inspect(v, "draft: danger now", "sr")
	if !v.has(`main a[href="tel:192"]`) {
		t.Error("the page does not say to call the police")
	}
	v.follow(`button[formaction="/referrals/` + ref[1] + `/submit"]`)
	v.at("/referrals/" + ref[1] + "/submitted")
	w.inspect(v, "submitted: danger now", "sr")
	c := w.as(t, "coordinator", "sr")
	c.open("/")
	if !c.has(`a[href="/referrals/` + ref[1] + `"]`) {
		t.Error("a child in danger now is not among what the coordinator sees first")
	}
	c.open("/referrals/" + ref[1])
	if !c.has("main .tag-immediate") {
		t.Error("danger now is not marked as immediate")
	}
}

// midForm switches the language in the middle of a form: what was typed stays.
func (w *world) midForm(t *testing.T) {
	v := w.as(t, "teacher2", "sr")
	ref := begin(v)
	step := v.step()
	first := v.find("fieldset.sign input").MustProperty("name").Str()
	sign := strings.TrimPrefix(first, "sign.")
	v.choose(first, "told")
	v.press(`fieldset:has(` + option(first, "told") + `) details summary`)
	v.write(`[name="note.`+sign+`"]`, letters)
	for _, lang := range []string{"en", "sr-Latn", "sr"} {
		v.speak(lang)
		v.at("/referrals/" + ref + "/edit/" + step)
		if !v.find(option(first, "told")).MustProperty("checked").Bool() {
			t.Errorf("in %s the answer is gone", lang)
		}
		if got := v.find(`[name="note.` + sign + `"]`).MustProperty("value").Str(); got != letters {
			t.Errorf("in %s the note is %q", lang, got)
		}
		w.inspect(v, "draft: signs", lang)
	}
	v.follow(onward)
	v.open("/referrals/" + ref + "/edit/" + step)
	if got := v.find(`[name="note.` + sign + `"]`).MustProperty("value").Str(); got != letters {
		t.Errorf("saved: %q", got)
	}
}

// withoutScripts walks from the sign-in to the submission with scripts off and
// without a mouse.
func (w *world) withoutScripts(t *testing.T) {
	v := visit(t, w.browser, w.demo.base)
	disableScripts(v)
	enter := func(selector string) { t.Helper(); v.turn(func() { v.byKeyboard(selector, input.Enter) }) }
	v.open("/login")
	v.typeIn(`#login [name="email"]`, "psychologist@demo.znak")
	v.typeIn(`#login [name="password"]`, demo.Password)
	enter(`#login [name="password"]`)
	v.open("/referrals/new")
	v.byKeyboard(option("danger_now", "no"), input.Space)
	enter("#draft .actions button")
	v.byKeyboard(option(v.find("fieldset.sign input").MustProperty("name").Str(), "seen"), input.Space)
	enter(onward)
	enter(`#draft button[value="review"]`)
	if !strings.Contains(v.path(), "/edit/review") {
		t.Fatalf("at %s instead of the review", v.path())
	}
	enter(`main form[action$="/submit"] button`)
	if !strings.HasSuffix(v.path(), "/submitted") {
		t.Errorf("without scripts the referral is not submitted: at %s", v.path())
	}
	if v.has("[data-print]:not([hidden])") {
		t.Error("scripts ran: this test says nothing")
	}
}
