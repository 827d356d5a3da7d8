package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/go-rod/rod/lib/proto"
)

// most is how many bytes a page with all its files may weigh on a first visit.
const most = 60_000

// inEach are the kinds of page that axe-core looks at in each language: their
// structure is that of all, and the others differ by their texts alone.
var inEach = map[string]bool{"home": true, "draft: signs": true, "referral: coordinator": true}

// inspector looks at pages as they come by in the tests.
type inspector struct {
	axe  string // source of axe-core, "" when it is not here
	seen map[string]bool
	kg   map[string]int // heaviest first visit by kind of page, in bytes
}

func newInspector(t *testing.T) *inspector {
	t.Helper()
	i := &inspector{seen: map[string]bool{}, kg: map[string]int{}}
	path := os.Getenv("ZNAK_AXE")
	if path == "" {
		path = "../.cache/axe-core-4.14.1/axe.min.js"
	}
	source, err := os.ReadFile(path)
	if err != nil && os.Getenv("ZNAK_E2E") == "1" {
		t.Fatalf("axe-core is missing: run make test, which fetches it (%v)", err)
	}
	if err != nil {
		t.Log("axe-core is missing, accessibility is not checked: make test fetches it")
	}
	i.axe = string(source)
	return i
}

// inspect checks the page that is open: its language, its weight, that it fits
// the narrowest screen with everything unfolded, what the console says and,
// once for each kind of page, what axe-core says.
func (i *inspector) inspect(v *visitor, kind, lang string) {
	v.t.Helper()
	for _, trouble := range v.quiet() {
		v.t.Errorf("%s (%s): the browser complains: %s", kind, lang, trouble)
	}
	if got := v.ask("document.documentElement.lang"); got != lang {
		v.t.Errorf("%s: the page says that its language is %q, not %q", kind, got, lang)
	}
	var weight int
	must(v.t, json.Unmarshal([]byte(v.ask(weigh)), &weight))
	if weight > most || weight < 1000 {
		v.t.Errorf("%s (%s): a first visit takes %d bytes, more than %d", kind, lang, weight, most)
	}
	i.kg[kind] = max(i.kg[kind], weight)
	v.ask(unfold)
	v.width(320)
	if wide := v.ask(tooWide); wide != "" {
		v.t.Errorf("%s (%s): wider than a screen of 320: %s", kind, lang, wide)
	}
	v.width(360)
	if !i.seen[kind+lang] && i.axe != "" && (lang == "sr" || inEach[kind]) {
		i.seen[kind+lang] = true
		i.accessible(v, kind, lang)
	}
	v.ask(fold)
}

const (
	weigh = `String(performance.getEntriesByType("navigation").concat(performance.getEntriesByType("resource")).reduce((n, e) => n + e.transferSize, 0))`

	unfold = `document.querySelectorAll("details:not([open])").forEach(d => { d.open = true; d.dataset.unfolded = "1" }), ""`
	fold   = `document.querySelectorAll("details[data-unfolded]").forEach(d => { d.open = false; delete d.dataset.unfolded }), ""`

	// tooWide names the page's width and the elements that stick out of it, ""
	// when it fits.
	tooWide = `(() => {
		const root = document.documentElement, width = root.clientWidth;
		if (root.scrollWidth <= width) return "";
		const out = [...document.querySelectorAll("main *, header *, footer *, aside *")].filter(e => e.getBoundingClientRect().right > width + 1);
		return root.scrollWidth + ": " + out.slice(0, 5).map(e => e.tagName + "." + e.className + " " + e.textContent.trim().slice(0, 40)).join(" | ");
	})()`

	runAxe = `axe.run(document, { preload: false, resultTypes: ["violations"] }).then(r => JSON.stringify(
		r.violations.map(v => ({ id: v.id, impact: v.impact, help: v.help, nodes: v.nodes.slice(0, 3).map(n => n.html.slice(0, 160)) }))))`
)

// violation is what axe-core found.
type violation struct {
	ID     string
	Impact string
	Help   string
	Nodes  []string
}

func (i *inspector) accessible(v *visitor, kind, lang string) {
	v.t.Helper()
	_, err := proto.RuntimeEvaluate{Expression: i.axe}.Call(v.soon())
	must(v.t, err)
	var found []violation
	must(v.t, json.Unmarshal([]byte(v.ask(runAxe)), &found))
	for _, f := range found {
		text := fmt.Sprintf("%s (%s): axe-core, %s: %s: %s\n  %s", kind, lang, f.Impact, f.ID, f.Help, strings.Join(f.Nodes, "\n  "))
		if f.Impact == "serious" || f.Impact == "critical" {
			v.t.Error(text)
		} else {
			v.t.Log(text)
		}
	}
	v.quiet() // what axe-core itself set off
}
