package main

import "strings"

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
	v.write(`[name="child.name"]`, child)
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
	for _, typed := range []string{child, "VI-2 Њ", "Виђено у ходнику: " + letters, "Ћути. " + letters} {
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
