package main

import (
	"strings"
	"testing"

	"github.com/go-rod/rod/lib/proto"
)

// letters are those that a faulty keyboard, field or file loses first.
const letters = "Ђ Ј Љ Њ Ћ Џ ђ ј љ њ ћ џ Đđ Žž Šš Čč Ćć"

// child is the name of the child that the walks are about.
const child = "Љиљана Џакић-Đoković"

// act opens an act's form on a referral, fills it in and sends it.
func act(v *visitor, event string, fill func(form string)) {
	v.t.Helper()
	form := "#act-" + event
	if fill != nil {
		v.unfoldAct(form)
		fill(form)
	}
	v.follow(form + " p.actions button")
	if v.has("#errors") {
		v.t.Fatalf("%s: %s", event, v.text("#errors"))
	}
}

// unfoldAct opens an act's form, unless the page did.
func (v *visitor) unfoldAct(form string) {
	v.t.Helper()
	if closed := "details:not([open]):has(" + form + ") > summary"; v.has(closed) {
		v.press(closed)
	}
}

// way is one referral's, through every hand to the second decision.
func (w *world) way(t *testing.T, lang string) {
	teacher := w.as(t, "teacher", lang)
	w.inspect(teacher, "start: school", lang)
	ref := begin(teacher)
	w.fillIn(teacher, lang)
	w.send(teacher, ref, lang)

	coordinator := w.as(t, "coordinator", lang)
	w.inspect(coordinator, "start: coordinator", lang)
	coordinator.open("/referrals/" + ref)
	if !strings.Contains(coordinator.text("main"), child) {
		t.Error("the coordinator does not read the child's name as it was typed")
	}
	w.inspect(coordinator, "referral: coordinator", lang)
	act(coordinator, "acknowledge", nil)
	act(coordinator, "ask", func(form string) {
		coordinator.choose("to", "school")
		coordinator.write(form+" textarea", "Ко долази по дете? "+letters)
	})

	teacher.open("/referrals/" + ref)
	if !strings.Contains(teacher.text("main"), "Ко долази по дете? "+letters) {
		t.Error("the teacher does not read the question as it was asked")
	}
	w.inspect(teacher, "referral: school, asked", lang)
	act(teacher, "answer", func(form string) { teacher.write(form+" textarea", "Непознат мушкарац. "+letters) })

	coordinator.open("/referrals/" + ref)
	act(coordinator, "forward", func(form string) { coordinator.write(form+" textarea", "Хитно. "+letters) })

	centre := w.as(t, "centre", lang)
	w.inspect(centre, "start: Centre", lang)
	centre.open("/referrals/" + ref)
	act(centre, "receive", nil)
	act(centre, "assess", func(form string) { centre.write(form+" textarea", "Разговор са школом.") })
	w.inspect(centre, "referral: Centre", lang)
	act(centre, "decide", func(form string) { decision(centre, form, "not_assessed_as_victim", "insufficient-information") })

	teacher.open("/referrals/" + ref)
	act(teacher, "reconsider", func(form string) {
		teacher.write(form+" textarea", "Дете је рекло још нешто. "+letters)
	})

	w.secondDecision(t, ref, lang)
	w.trail(t, ref, lang)
}

func decision(v *visitor, form, outcome, criterion string) {
	v.t.Helper()
	v.choose("outcome", outcome)
	v.press(form + " label:has(" + option("criteria", criterion) + ")")
	v.write(form+" textarea", "Образложење. "+letters)
}

// secondDecision is another officer's; the one who decided first has no part
// in it.
func (w *world) secondDecision(t *testing.T, ref, lang string) {
	first := w.as(t, "centre", lang)
	first.open("/referrals/" + ref)
	if first.has("#act-decide-reconsideration") {
		t.Error("who decided first may decide on the reconsideration")
	}
	second := w.as(t, "centre2", lang)
	second.open("/referrals/" + ref)
	act(second, "decide-reconsideration", func(form string) { decision(second, form, "identified", "act") })
	w.inspect(second, "referral: decided", lang)
}

// trail is what the auditor sees: every act, and nothing about the child.
func (w *world) trail(t *testing.T, ref, lang string) {
	v := w.as(t, "auditor", lang)
	w.inspect(v, "start: auditor", lang)
	v.open("/audit?ref=" + ref)
	w.inspect(v, "audit", lang)
	rows, err := v.soon().Elements("main tbody tr")
	must(t, err)
	if len(rows) < 20 {
		t.Errorf("the trail of a long way has %d entries", len(rows))
	}
	if html := v.ask("document.documentElement.outerHTML"); strings.Contains(html, "Љиљана") || strings.Contains(html, "Непознат мушкарац") {
		t.Error("the auditor reads about the child")
	}
}

// disableScripts turns the pages' scripts off.
func disableScripts(v *visitor) {
	v.t.Helper()
	must(v.t, proto.EmulationSetScriptExecutionDisabled{Value: true}.Call(v.soon()))
}
