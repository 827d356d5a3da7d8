package handlers

import (
	"html/template"
	"strings"
	"time"

	"znak/locales"
	"znak/models"
	"znak/models/checklist"
)

// funcs are what a template can call, bound to one language at start.
//
//	T id [name value]…    message; without values it is resolved at start
//	N id count [name value]…  plural message
//	H id                  message that holds HTML of our own
//	Text t                a checklist's text in this language
//	Sr s                  a name that exists in Serbian only (schools, places),
//	                      in the reader's script; marked with its language in English
//	lines s               free text as typed, with its line breaks
//	date, datetime t      moments, in the page's time zone
//	Name s                a person's name in the reader's script
//	when s, iso s         a stamp in words and for machines; day s a YYYY-MM-DD day in words
//	action s              an act on the audit trail, in words
//	asset name            address of a static file
func funcs(lang locales.Lang, b *locales.Bundle, a *assets, loc *time.Location) template.FuncMap {
	return template.FuncMap{
		"T":    func(id string, args ...any) string { return b.T(lang, id, args...) },
		"N":    func(id string, n int, args ...any) string { return b.N(lang, id, n, args...) },
		"H":    func(id string, args ...any) template.HTML { return template.HTML(b.T(lang, id, args...)) },
		"Text": func(t checklist.Text) string { return b.Text(lang, t.Sr, t.En) },
		"Pick": func(sr, en string) string { return b.Text(lang, sr, en) },
		"Sr":   func(s string) template.HTML { return serbian(lang, s) },
		"lines": func(s string) template.HTML {
			return template.HTML(strings.ReplaceAll(template.HTMLEscapeString(s), "\n", "<br>"))
		},
		"date":      func(t time.Time) string { return locales.Date(lang, t) },
		"datetime":  func(t time.Time) string { return locales.DateTime(lang, t) },
		"shortdate": func(t time.Time) string { return locales.ShortDate(lang, t) },
		"number":    func(n int) string { return locales.Number(lang, n) },
		"when":      func(s models.Stamp) string { return locales.DateTime(lang, s.Time().In(loc)) },
		"iso":       func(s models.Stamp) string { return s.Time().Format(time.RFC3339) },
		"day":       func(s string) string { return dayInWords(lang, s) },
		"Name":      func(s string) string { return personName(lang, s) },
		"action":    func(s string) string { return actionInWords(lang, b, s) },
		"int":       func(n int64) int { return int(n) },
		"asset":     a.url,
		"join":      strings.Join,
		"has":       has,
	}
}

func has(list []string, s string) bool {
	for _, v := range list {
		if v == s {
			return true
		}
	}
	return false
}

// serbian writes a Serbian name in the reader's script.
func serbian(lang locales.Lang, s string) template.HTML {
	switch lang {
	case locales.Cyrillic:
		return template.HTML(template.HTMLEscapeString(s))
	case locales.Latin:
		return template.HTML(template.HTMLEscapeString(locales.ToLatin(s)))
	}
	return template.HTML(`<span lang="sr-Latn">` + template.HTMLEscapeString(locales.ToLatin(s)) + `</span>`)
}

// personName writes a person's name in the reader's script: names are stored as
// typed, and a Cyrillic one can be read in Latin script too.
func personName(lang locales.Lang, name string) string {
	if lang == locales.Cyrillic {
		return name
	}
	return locales.ToLatin(name)
}

// dayInWords writes a day given as YYYY-MM-DD; anything else as it stands.
func dayInWords(lang locales.Lang, day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return locales.Date(lang, t)
}

// actionInWords writes an act of the audit trail; one without a message as its
// code.
func actionInWords(lang locales.Lang, b *locales.Bundle, action string) string {
	if id := "audit.action." + action; b.Has(id) {
		return b.T(lang, id)
	}
	return action
}
