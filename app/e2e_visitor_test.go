package main

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/go-rod/rod"
	"github.com/go-rod/rod/lib/input"
	"github.com/go-rod/rod/lib/proto"

	"znak/models/demo"
)

// open goes to an address of the portal.
func (v *visitor) open(path string) {
	v.t.Helper()
	v.turn(func() { must(v.t, v.soon().Navigate(v.base+path)) })
}

// path is where the visitor is.
func (v *visitor) path() string {
	info, err := v.soon().Info()
	if err != nil {
		return err.Error()
	}
	u, err := url.Parse(info.URL)
	if err != nil {
		return err.Error()
	}
	return u.RequestURI()
}

// at checks where the visitor is.
func (v *visitor) at(prefix string) {
	v.t.Helper()
	if got := v.path(); !strings.HasPrefix(got, prefix) {
		v.t.Fatalf("at %s instead of %s…\n%s", got, prefix, v.text("main"))
	}
}

// find returns the element, which must be there.
func (v *visitor) find(selector string) *rod.Element {
	v.t.Helper()
	el, err := v.page.Timeout(patience / 3).Element(selector)
	if err != nil {
		v.t.Fatalf("%s has no %s: %v\n%s", v.path(), selector, err, v.text("main"))
	}
	return el.CancelTimeout().Timeout(patience)
}

func (v *visitor) has(selector string) bool {
	v.t.Helper()
	found, _, err := v.soon().Has(selector)
	must(v.t, err)
	return found
}

// text is what the element shows, "" when it is not there.
func (v *visitor) text(selector string) string {
	els, err := v.soon().Elements(selector)
	if err != nil || len(els) == 0 {
		return ""
	}
	text, err := els[0].Text()
	if err != nil {
		return err.Error()
	}
	return text
}

// press clicks with the mouse.
func (v *visitor) press(selector string) {
	v.t.Helper()
	if err := v.find(selector).Click(proto.InputMouseButtonLeft, 1); err != nil {
		v.t.Fatalf("clicking %s at %s: %v", selector, v.path(), err)
	}
}

// follow clicks on what leads to another page.
func (v *visitor) follow(selector string) {
	v.t.Helper()
	v.turn(func() { v.press(selector) })
}

// choose clicks on the label of a radio button or a checkbox.
func (v *visitor) choose(name, value string) {
	v.t.Helper()
	v.press("label:has(" + option(name, value) + ")")
}

func option(name, value string) string {
	return fmt.Sprintf(`input[name="%s"][value="%s"]`, name, value)
}

// write types into a field.
func (v *visitor) write(selector, text string) {
	v.t.Helper()
	must(v.t, v.find(selector).Input(text))
}

// typeIn types into a field as write does, without a script's help.
func (v *visitor) typeIn(selector, text string) {
	v.t.Helper()
	must(v.t, proto.DOMFocus{ObjectID: v.find(selector).Object.ObjectID}.Call(v.soon()))
	must(v.t, proto.InputInsertText{Text: text}.Call(v.soon()))
}

// byKeyboard puts the focus on the element and presses a key.
func (v *visitor) byKeyboard(selector string, key input.Key) {
	v.t.Helper()
	el := v.find(selector)
	must(v.t, proto.DOMFocus{ObjectID: el.Object.ObjectID}.Call(v.soon()))
	must(v.t, v.page.Keyboard.Type(key))
}

// ask evaluates an expression in the page.
func (v *visitor) ask(expression string) string {
	v.t.Helper()
	res, err := proto.RuntimeEvaluate{Expression: expression, ReturnByValue: true, AwaitPromise: true}.Call(v.soon())
	must(v.t, err)
	if res.ExceptionDetails != nil {
		v.t.Fatalf("%s: %s %s", v.path(), res.ExceptionDetails.Text, res.ExceptionDetails.Exception.Description)
	}
	return res.Result.Value.Str()
}

// speak switches the language by the page's own switch.
func (v *visitor) speak(lang string) {
	v.t.Helper()
	if v.ask("document.documentElement.lang") == lang {
		return
	}
	sw := fmt.Sprintf(`.langs [lang="%s"]`, lang)
	v.follow(sw)
	if got := v.ask("document.documentElement.lang"); got != lang {
		v.t.Fatalf("%s: the page says that its language is %q after switching to %q", v.path(), got, lang)
	}
}

// signIn signs in to a demo account, in a language.
func (v *visitor) signIn(account, lang string) {
	v.t.Helper()
	v.open("/login")
	v.speak(lang)
	v.write(`#login [name="email"]`, account+"@demo.znak")
	v.write(`#login [name="password"]`, demo.Password)
	v.follow("#login p.actions button")
	v.at("/")
	if v.has("#login") {
		v.t.Fatalf("%s cannot sign in:\n%s", account, v.text("main"))
	}
	v.speak(lang) // the account has a language of its own
}

// step is the step of the concern form that is open.
func (v *visitor) step() string {
	if at := draftPlace.FindStringSubmatch(v.path()); at != nil {
		return at[2]
	}
	return ""
}
