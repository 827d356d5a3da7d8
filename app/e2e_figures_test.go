package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// figures walks the ministry's figures as an analyst does: by the links that
// choose, in each language, and to the page for printing.
func (w *world) figures(t *testing.T) {
	v := w.as(t, "ministry", "sr")
	v.open("/trends")
	for _, lang := range []string{"en", "sr-Latn", "sr"} {
		v.speak(lang)
		w.inspect(v, "trends: ministry", lang)
	}
	v.press(".picks summary")
	v.follow(`.picks a[href*="by=group"]`)
	w.inspect(v, "trends: by group", "sr")
	if to, err := url.Parse(v.ask("location.href")); err != nil || to.Query().Get("by") != "group" {
		t.Errorf("choosing leads to %s, %v", to, err)
	}
	v.open("/trends?period=2091-92")
	w.inspect(v, "trends: not released", "sr")
	if !v.has(".notice-warn") {
		t.Error("a period to come looks as if it were released")
	}
	v.status(http.StatusNotFound)
	v.open("/open-data")
	if got := v.text("main"); strings.Contains(got, "CSV") {
		t.Errorf("open data that nobody switched on: %s", got)
	}
	w.inspect(v, "fault: no open data", "sr")
}

// openData starts the demo again with open data switched on: anyone finds the
// list of releases, and a file of each.
func (w *world) openData(t *testing.T, dir string) {
	t.Setenv("ZNAK_OPEN_DATA", "on")
	p := startDemo(t, w.bin, dir, 60)
	v := visit(t, w.browser, p.base)
	v.open("/open-data")
	for _, lang := range []string{"en", "sr-Latn", "sr"} {
		v.speak(lang)
		w.inspect(v, "open data", lang)
	}
	if !v.has(`main a[href^="/open-data/"][href$=".csv"]`) {
		t.Errorf("no release to take:\n%s", v.text("main"))
	}
	p.stop()
}
