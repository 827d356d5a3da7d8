package locales

import (
	"regexp"
	"strings"
	"testing"
)

// latinWords are the words that Serbian text in Cyrillic writes in Latin
// letters: names of formats, protocols, organisations and of the portal's
// commands.
var latinWords = wordSet(`
	PDF JSON CSV XLSX XML HTML HTCDS API URL QR TOTP SMS IOM UNICEF GRETA ASTRA WCAG EN ISO
	Znak znak ZN rs sr en Latn srb id ID IP IBAN CSRF HTTP HTTPS TLS UTC UTF SQLite PostgreSQL
	Excel Word Windows Android iPhone Chrome Firefox Safari Authenticator Google Microsoft Apple
	Instagram TikTok Snapchat Telegram Viber WhatsApp Facebook Messenger Discord Roblox OnlyFans
	MB KB kB XXXX SHA C2SP Merkle Ed OpenAPI CC BY GitHub Markdown YAML
`)

func wordSet(s string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(s) {
		set[w] = true
	}
	return set
}

// notProse matches what is written in Latin letters whatever the script:
// placeholders, code, tags, entities, addresses, reference numbers and paths.
var notProse = regexp.MustCompile(`\{\{.*?\}\}|(?s:<code>.*?</code>)|<[^<>]*>|&#?\w+;` +
	`|[a-z]+://\S+|[\w.+-]+@[\w-]+(\.[\w-]+)+|\b[\w-]+(\.[\w-]+)*\.(rs|org|com|net|int|eu|znak|example)\b(/[\w./-]*)?` +
	`|\bZN-[0-9A-Z-]+|\B/[a-z][\w./-]*|ZNAK_\w+`)

var latinWord = regexp.MustCompile(`\p{Latin}+`)

// foreign matches Cyrillic letters that Serbian does not have.
var foreign = regexp.MustCompile(`[^\P{Cyrillic}` + serbian + `]`)

func TestSerbianIsWrittenInCyrillic(t *testing.T) {
	sr, _ := catalogues(t)
	for id, text := range allTexts(sr) {
		for _, w := range latinWord.FindAllString(notProse.ReplaceAllString(text, " "), -1) {
			if !latinWords[w] {
				t.Errorf("%s: Latin letters %q in %q", id, w, text)
			}
		}
		for _, w := range foreign.FindAllString(text, -1) {
			t.Errorf("%s: %q is no Serbian letter, in %q", id, w, text)
		}
	}
}

func TestEnglishHasNoCyrillic(t *testing.T) {
	_, en := catalogues(t)
	for id, text := range allTexts(nil, en) {
		if hasCyrillic(text) {
			t.Errorf("%s: Cyrillic in %q", id, text)
		}
	}
}

// The derived text must read as Latin from end to end, with the same
// placeholders.
func TestLatinIsDerivedCompletely(t *testing.T) {
	b := loaded(t)
	for id, m := range b.catalogues[Latin].messages {
		for form, text := range forms(m) {
			if hasCyrillic(verbatim.ReplaceAllString(text, "")) {
				t.Errorf("%s (%s): Cyrillic left in %q", id, form, text)
			}
			if of := forms(b.catalogues[Cyrillic].messages[id])[form]; placeholders(of) != placeholders(text) {
				t.Errorf("%s (%s): placeholders changed in %q", id, form, text)
			}
		}
	}
}

// The checks above must be able to see.
func TestScriptChecksSee(t *testing.T) {
	for _, s := range []string{"сaчувај", "Пошаљи e-mail", "Ц centarzztlj"} {
		if !latinWord.MatchString(notProse.ReplaceAllString(s, " ")) {
			t.Errorf("Latin letters in %q go unseen", s)
		}
	}
	for _, s := range []string{`<a href="/signs" class="x">знаци</a>`, "{{.Name}}, на centarzztlj.rs/kontakt", "пишите на a.b@x.gov.rs",
		"страница /privacy", "&nbsp;—", "<code>znak setup</code>", "https://cuvamte.gov.rs/a?b=c", "ZN-7K3M-9QX4"} {
		if w := latinWord.FindString(notProse.ReplaceAllString(s, " ")); w != "" {
			t.Errorf("%q in %q is no prose", w, s)
		}
	}
	if foreign.MatchString(serbian) || !foreign.MatchString("сьй") {
		t.Error("foreign letters go unseen")
	}
}
