package main

import (
	"strings"
	"testing"

	"github.com/go-rod/rod/lib/proto"
)

// letters are those that a faulty keyboard, field or file loses first.
const letters = "Ђ Ј Љ Њ Ћ Џ ђ ј љ њ ћ џ Đđ Žž Šš Čč Ćć"

// onward is the button that saves a step and goes on.
const onward = "#draft .actions-bar button:not([name])"

// begin starts a draft without danger and returns its reference.
func begin(v *visitor) string {
	v.t.Helper()
	v.open("/referrals/new")
	v.choose("danger_now", "no")
	v.follow("#draft .actions button")
	at := draftPlace.FindStringSubmatch(v.path())
	if at == nil {
		v.t.Fatalf("no draft was begun: at %s", v.path())
	}
	return at[1]
}

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
	if !strings.Contains(coordinator.text("main"), "Љиљана Џакић-Đoković") {
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

// fillIn goes through every step of the concern form.
func (w *world) fillIn(v *visitor, lang string) {
	v.t.Helper()
	for asked, steps := false, 0; v.step() != "child"; steps++ {
		if steps > 30 {
			v.t.Fatalf("the form has no end: at %s", v.path())
		}
		switch step := v.step(); step {
		case "danger":
			asked = true
			w.inspect(v, "draft: danger", lang)
			v.choose("danger_now", "no")
			v.follow("#draft .actions button:not([name])")
		case "physical-health", "behaviour-emotional", "disclosure":
			sign := v.find("fieldset.sign input").MustProperty("name").Str()
			if step == "behaviour-emotional" {
				sign = "sign.self-harm-hopelessness"
			}
			v.choose(sign, "seen")
			v.press("fieldset:has(" + option(sign, "seen") + ") details summary")
			v.write(`[name="note.`+strings.TrimPrefix(sign, "sign.")+`"]`, "Виђено у ходнику: "+letters)
			w.inspect(v, "draft: signs", lang)
			v.follow(onward)
		default:
			if step == "disclosure" && !asked {
				v.t.Error("the danger question did not come back")
			}
			v.follow(onward)
		}
	}
	v.write(`[name="child.name"]`, "Љиљана Џакић-Đoković")
	v.write(`[name="child.birth_year"]`, "2012")
	v.choose("child.sex", "f")
	v.write(`[name="child.class"]`, "VI-2 Њ")
	w.inspect(v, "draft: child", lang)
	v.follow(onward)
	v.write(`[name="account.observed"]`, "Ћути. "+letters+"\nДруги ред.")
	v.choose("family_contact_dangerous", "unknown")
	w.inspect(v, "draft: account", lang)
	v.follow(onward)
}

// send reads the review and submits.
func (w *world) send(v *visitor, ref, lang string) {
	v.t.Helper()
	v.at("/referrals/" + ref + "/edit/review")
	for _, typed := range []string{"Љиљана Џакић-Đoković", "VI-2 Њ", "Виђено у ходнику: " + letters, "Ћути. " + letters} {
		if !strings.Contains(v.text("main"), typed) {
			v.t.Errorf("the review does not show %q", typed)
		}
	}
	w.inspect(v, "draft: review", lang)
	v.follow(`main form[action$="/submit"] button`)
	v.at("/referrals/" + ref + "/submitted")
	if got := v.text(".refbig"); got != ref {
		v.t.Errorf("submitted as %q, not %q", got, ref)
	}
	w.inspect(v, "submitted", lang)
}

// disableScripts turns the pages' scripts off.
func disableScripts(v *visitor) {
	v.t.Helper()
	must(v.t, proto.EmulationSetScriptExecutionDisabled{Value: true}.Call(v.soon()))
}
