package handlers

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"znak/locales"
	"znak/models/checklist"
	"znak/static"
)

// look holds what rendering needs, without a server.
func look(t *testing.T) (*renderer, *locales.Bundle, *checklist.Set) {
	t.Helper()
	bundle, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	h, err := New(Deps{Locales: bundle, Location: time.UTC})
	if err != nil {
		t.Fatal(err)
	}
	lists, err := checklist.Load()
	if err != nil {
		t.Fatal(err)
	}
	return h.render, bundle, lists
}

// Every page, in every language, is one whole document in that language, with
// nothing inline and no message missing.
func TestPagesInEveryLanguage(t *testing.T) {
	r, bundle, lists := look(t)
	for _, lang := range locales.All {
		for name, data := range samples(lang, lists) {
			page, _, _ := strings.Cut(name, " ")
			buf, err := r.render(lang, page, data)
			if err != nil {
				t.Errorf("%s in %s: %v", name, lang, err)
				continue
			}
			checkPage(t, string(lang)+" "+name, lang, bundle, buf.String())
		}
	}
}

var cyrillic = regexp.MustCompile(`[\x{400}-\x{4ff}]`)

func checkPage(t *testing.T, name string, lang locales.Lang, bundle *locales.Bundle, html string) {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(html))
	if err != nil {
		t.Fatal(err)
	}
	if got := doc.Find("html").AttrOr("lang", ""); got != string(lang) {
		t.Errorf("%s: lang is %q", name, got)
	}
	if n := doc.Find("h1").Length(); n != 1 {
		t.Errorf("%s: %d main headings", name, n)
	}
	if s := doc.Find("style, [style], script:not([src]), iframe, [onclick], [onload], [onsubmit]"); s.Length() > 0 {
		t.Errorf("%s: inline style or script", name)
	}
	title := doc.Find("head title").Text()
	if !strings.HasSuffix(title, " – "+bundle.T(lang, "site.name")) || regexp.MustCompile(`(?i)жртв|žrtv|victim`).MatchString(title) {
		t.Errorf("%s: title %q", name, title)
	}
	for _, id := range bundle.IDs() {
		if strings.Contains(doc.Find("body").Text(), id) {
			t.Errorf("%s: shows the key %s", name, id)
		}
	}
	checkLinks(t, name, doc)
	doc.Find("script, [lang]:not(html)").Remove()
	if text := doc.Text(); lang != locales.Cyrillic && cyrillic.MatchString(text) {
		t.Errorf("%s: Cyrillic without its language: %q", name, cyrillic.FindString(text))
	}
}

// checkLinks sees that labels, fragments and descriptions lead somewhere, that
// no id stands twice, and that every form carries its token.
func checkLinks(t *testing.T, name string, doc *goquery.Document) {
	t.Helper()
	ids := map[string]bool{}
	doc.Find("[id]").Each(func(_ int, s *goquery.Selection) {
		id := s.AttrOr("id", "")
		if ids[id] {
			t.Errorf("%s: id %q stands twice", name, id)
		}
		ids[id] = true
	})
	for selector, attr := range map[string]string{"label[for]": "for", "[aria-labelledby]": "aria-labelledby",
		"[aria-describedby]": "aria-describedby", `a[href^="#"]`: "href", "button[form]": "form"} {
		doc.Find(selector).Each(func(_ int, s *goquery.Selection) {
			for _, id := range strings.Fields(s.AttrOr(attr, "")) {
				if !ids[strings.TrimPrefix(id, "#")] {
					t.Errorf("%s: %s leads to %q, which is not there", name, attr, id)
				}
			}
		})
	}
	doc.Find(`form[method="post"]`).Each(func(_ int, s *goquery.Selection) {
		if s.Find(`input[name="_csrf"]`).AttrOr("value", "") != "token" {
			t.Errorf("%s: the form %s has no token", name, s.AttrOr("action", ""))
		}
	})
}

// The field partial marks a fault for eyes and for screen readers, escapes what
// was typed, and keeps what was chosen.
func TestFields(t *testing.T) {
	r, _, _ := look(t)
	options := []Option{{Value: "seen", Label: "Seen"}, {Value: "no", Label: "No", Hint: "not at all"}}
	html := ""
	for _, f := range []Field{
		{Kind: "text", Name: "child.name", Label: "Name", Hint: "As known", Error: "Too long", Value: `<b>"x"`, Optional: true},
		{Kind: "textarea", Name: "text", Label: "Text", Value: "\na </textarea>"},
		{Kind: "select", Name: "state", Label: "State", Options: options, Value: "no"},
		{Kind: "segments", Name: "sign.a", Label: "Sign", Options: options, Value: "seen"},
		{Kind: "checks", Name: "criteria", Label: "Criteria", Options: options, Values: []string{"no"}},
		{Kind: "checkbox", Name: "sure", Label: "Sure", Value: "yes", Checked: true},
	} {
		var b strings.Builder
		if err := r.pages[locales.English]["home"].ExecuteTemplate(&b, "field", f); err != nil {
			t.Fatal(err)
		}
		html += b.String()
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(html))
	if err != nil {
		t.Fatal(err)
	}
	name := doc.Find("#f-child-name")
	if name.AttrOr("value", "") != `<b>"x"` || name.AttrOr("aria-invalid", "") != "true" ||
		name.AttrOr("aria-describedby", "") != "f-child-name-hint f-child-name-error" {
		t.Errorf("text field: %s", html)
	}
	if got := doc.Find("textarea").Text(); got != "\na </textarea>" {
		t.Errorf("textarea holds %q", got)
	}
	for selector, want := range map[string]string{"option[selected]": "no", ".segment input[checked]": "seen",
		".choices input[checked]": "no", "#f-sure[checked]": "yes"} {
		if s := doc.Find(selector); s.Length() != 1 || s.AttrOr("value", "") != want {
			t.Errorf("%s: %d found, want one with %q", selector, s.Length(), want)
		}
	}
	checkLinks(t, "fields", doc)
}

// A first visit must be light: the page with all that it loads.
func TestFirstVisitIsLight(t *testing.T) {
	r, _, lists := look(t)
	buf, err := r.render(locales.Cyrillic, "home", samples(locales.Cyrillic, lists)["home"])
	if err != nil {
		t.Fatal(err)
	}
	total := buf.Len()
	names, err := fs.Glob(static.FS, "*.*")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		body, err := fs.ReadFile(static.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		total += len(body)
	}
	if total > 60_000 {
		t.Errorf("a first visit takes %d bytes", total)
	}
}
