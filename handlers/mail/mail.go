// Package mail puts letters into words: in the reader's language and script, as
// text and as HTML. A letter says its reference, what to do, until when, and
// where; nothing else ever reaches this room.
package mail

import (
	"fmt"
	htmltemplate "html/template"
	"io"
	"strings"
	texttemplate "text/template"
	"time"

	"znak/locales"
	"znak/models"
	"znak/models/courier"
	"znak/templates"
)

// Letters is a courier.Writer.
type Letters struct {
	texts map[locales.Lang]*texttemplate.Template
	pages map[locales.Lang]*htmltemplate.Template
	b     *locales.Bundle
	base  string
	loc   *time.Location
}

// New parses the templates and sees that every kind of letter has its messages.
// base is the portal's address, to which a path is added; times are written in
// loc.
func New(b *locales.Bundle, base string, loc *time.Location) (*Letters, error) {
	l := &Letters{map[locales.Lang]*texttemplate.Template{}, map[locales.Lang]*htmltemplate.Template{}, b, strings.TrimSuffix(base, "/"), loc}
	for _, lang := range locales.All {
		t := func(id string, args ...any) string { return b.T(lang, id, args...) }
		var err error
		if l.texts[lang], err = texttemplate.New("letter.txt").Funcs(texttemplate.FuncMap{"T": t}).ParseFS(templates.FS, "mail/letter.txt"); err != nil {
			return nil, err
		}
		if l.pages[lang], err = htmltemplate.New("letter.html").Funcs(htmltemplate.FuncMap{"T": t}).ParseFS(templates.FS, "mail/letter.html"); err != nil {
			return nil, err
		}
	}
	for _, kind := range models.Letters {
		for _, part := range []string{"mail.subject.", "mail.text."} {
			if !b.Has(part + string(kind)) {
				return nil, fmt.Errorf("no message %s%s", part, kind)
			}
		}
	}
	return l, nil
}

// words is what a template sees.
type words struct {
	Lang      locales.Lang
	Kind      models.Letter
	Subject   string
	Ref       string
	Immediate bool
	Due       string
	Link      string
}

// Write puts the letter into words; an unknown language counts as Serbian in
// Cyrillic.
func (l *Letters) Write(of courier.Letter) (courier.Words, error) {
	lang, ok := locales.Parse(of.Lang)
	if !ok {
		lang = locales.Cyrillic
	}
	w := words{Lang: lang, Kind: of.Kind, Ref: of.Ref, Immediate: of.Immediate, Link: l.base + of.Path}
	w.Subject = l.b.T(lang, "mail.subject."+string(of.Kind), "Ref", of.Ref)
	if of.Immediate && of.Kind != models.LetterDraft { // an author's screen may be seen by a whole class
		w.Subject = l.b.T(lang, "mail.subject_immediate", "Subject", w.Subject)
	}
	if !of.Due.IsZero() {
		w.Due = locales.DateTime(lang, of.Due.In(l.loc))
	}
	text, err := filled(l.texts[lang], w)
	if err != nil {
		return courier.Words{}, err
	}
	page, err := filled(l.pages[lang], w)
	return courier.Words{Subject: w.Subject, Text: text, HTML: page, Link: w.Link}, err
}

func filled(t interface{ Execute(io.Writer, any) error }, w words) (string, error) {
	var out strings.Builder
	err := t.Execute(&out, w)
	return out.String(), err
}
