package locales

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/nicksnyder/go-i18n/v2/i18n"
)

func catalogues(t *testing.T) (sr, en map[string]*i18n.Message) {
	t.Helper()
	b := loaded(t)
	return b.catalogues[Cyrillic].messages, b.catalogues[English].messages
}

func forms(m *i18n.Message) map[string]string {
	f := map[string]string{"one": m.One, "few": m.Few, "other": m.Other}
	maps.DeleteFunc(f, func(_, text string) bool { return text == "" })
	return f
}

func isPlural(m *i18n.Message) bool { return m.One != "" || m.Few != "" }

var idShape = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[A-Za-z0-9_-]+)+$`)

func TestBothFilesHoldTheSameMessages(t *testing.T) {
	sr, en := catalogues(t)
	for _, id := range loaded(t).IDs() {
		if sr[id] == nil {
			t.Errorf("%q is missing in active.sr.toml", id)
		}
		if en[id] == nil {
			t.Errorf("%q is missing in active.en.toml", id)
		}
		if !idShape.MatchString(id) {
			t.Errorf("%q does not look like page.part.name", id)
		}
	}
}

func TestPluralForms(t *testing.T) {
	sr, en := catalogues(t)
	for _, id := range loaded(t).IDs() {
		if sr[id] == nil || en[id] == nil || !isPlural(sr[id]) && !isPlural(en[id]) {
			continue
		}
		if sr[id].One == "" || sr[id].Few == "" {
			t.Errorf("%q: Serbian needs one, few and other", id)
		}
		if en[id].One == "" || en[id].Few != "" {
			t.Errorf("%q: English needs one and other, and nothing else", id)
		}
		if !strings.Contains(sr[id].Other, "{{.PluralCount}}") {
			t.Errorf("%q: no {{.PluralCount}}", id)
		}
	}
}

var placeholder = regexp.MustCompile(`\{\{(.*?)\}\}`)

func placeholders(text string) string {
	found := placeholder.FindAllString(text, -1)
	slices.Sort(found)
	return strings.Join(slices.Compact(found), " ")
}

func TestPlaceholders(t *testing.T) {
	simple := regexp.MustCompile(`^\{\{\.[A-Z][A-Za-z]*\}\}$`)
	sr, en := catalogues(t)
	for _, id := range loaded(t).IDs() {
		if sr[id] == nil || en[id] == nil {
			continue
		}
		want := placeholders(sr[id].Other)
		for _, m := range []*i18n.Message{sr[id], en[id]} {
			for form, text := range forms(m) {
				if got := placeholders(text); got != want {
					t.Errorf("%q: form %s has the placeholders %q, not %q", id, form, got, want)
				}
				for _, p := range placeholder.FindAllString(text, -1) {
					if !simple.MatchString(p) {
						t.Errorf("%q: write a placeholder as {{.Name}}, not %s", id, p)
					}
				}
			}
		}
	}
}

func TestTextsAreTidy(t *testing.T) {
	sr, en := catalogues(t)
	for id, text := range allTexts(sr, en) {
		if text != strings.TrimSpace(text) || strings.Contains(text, "  ") {
			t.Errorf("%s: stray spaces in %q", id, text)
		}
		for _, control := range "\x00\t\r\u200b\ufeff\ufffd" {
			if strings.ContainsRune(text, control) {
				t.Errorf("%s: stray character %U", id, control)
			}
		}
		if strings.Contains(text, "{{") != strings.Contains(text, "}}") {
			t.Errorf("%s: broken placeholder", id)
		}
	}
}

// Nobody may be called a victim in a page title or an e-mail's subject.
func TestNoTitleSpeaksOfVictims(t *testing.T) {
	sr, en := catalogues(t)
	word := regexp.MustCompile(`(?i)жртв|victim`)
	for id, text := range allTexts(sr, en) {
		if (strings.Contains(id, "title") || strings.Contains(id, "subject")) && word.MatchString(text) {
			t.Errorf("%s: %q", id, text)
		}
	}
}

// allTexts returns every text of the catalogues under a name for a report.
func allTexts(of ...map[string]*i18n.Message) map[string]string {
	texts := map[string]string{}
	for i, messages := range of {
		for id, m := range messages {
			for form, text := range forms(m) {
				texts[fmt.Sprintf("%s (%s, %s)", id, []string{"sr", "en"}[i], form)] = text
			}
		}
	}
	return texts
}
