package locales

import (
	"slices"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/nicksnyder/go-i18n/v2/i18n/template"
	"golang.org/x/text/language"
)

// Bundle is the loaded catalogue. It never changes after Load, and any number
// of goroutines may use it.
type Bundle struct {
	catalogues map[Lang]catalogue
	ids        []string
}

// catalogue is one language. Each has a library bundle of its own, so that a
// missing message is never answered in another language.
type catalogue struct {
	messages  map[string]*i18n.Message
	localizer *i18n.Localizer
}

// Load reads the embedded catalogue and derives Serbian in Latin script from
// the Cyrillic one. Call it once at start: it fails on a malformed file and
// names the file and the message.
func Load() (*Bundle, error) {
	sr, err := files.ReadFile("active.sr.toml")
	if err != nil {
		return nil, err
	}
	en, err := files.ReadFile("active.en.toml")
	if err != nil {
		return nil, err
	}
	return load(sr, en)
}

func load(sr, en []byte) (*Bundle, error) {
	serbian, err := parse("active.sr.toml", sr)
	if err != nil {
		return nil, err
	}
	english, err := parse("active.en.toml", en)
	if err != nil {
		return nil, err
	}
	b := &Bundle{catalogues: map[Lang]catalogue{}}
	for lang, messages := range map[Lang]map[string]*i18n.Message{
		Cyrillic: serbian, Latin: latin(serbian), English: english,
	} {
		if b.catalogues[lang], err = newCatalogue(lang, messages); err != nil {
			return nil, err
		}
	}
	b.ids = slices.Compact(slices.Sorted(slices.Values(append(sortedIDs(serbian), sortedIDs(english)...))))
	return b, nil
}

func newCatalogue(lang Lang, messages map[string]*i18n.Message) (catalogue, error) {
	tag, err := language.Parse(string(lang))
	if err != nil {
		return catalogue{}, err
	}
	library := i18n.NewBundle(tag)
	for _, m := range messages {
		if err := library.AddMessages(tag, m); err != nil {
			return catalogue{}, err
		}
	}
	return catalogue{messages, i18n.NewLocalizer(library, string(lang))}, nil
}

// T returns the message in the language. args are names and values of its
// placeholders in turn, or a map of them: T(lang, "id", "Name", x). A message
// that does not exist, or whose placeholders are not all given, comes back as
// its id, and never in another language. Nothing is escaped: that is the
// page's work. An unknown language counts as Cyrillic.
func (b *Bundle) T(lang Lang, id string, args ...any) string {
	c := b.catalogues[lang.known()]
	m := c.messages[id]
	if m == nil {
		return id
	}
	if !strings.Contains(m.Other, "{{") {
		return m.Other
	}
	return c.localize(id, &i18n.LocalizeConfig{MessageID: id, TemplateData: pairs(args)})
}

// N returns the message in the plural form that count takes in the language:
// 1 пријава, 2 пријаве, 5 пријава. The placeholder {{.PluralCount}} is the
// count as the language writes it. args and everything else are as in T.
func (b *Bundle) N(lang Lang, id string, count int, args ...any) string {
	lang = lang.known()
	c := b.catalogues[lang]
	if c.messages[id] == nil {
		return id
	}
	data := pairs(args)
	data["PluralCount"] = Number(lang, count)
	return c.localize(id, &i18n.LocalizeConfig{MessageID: id, TemplateData: data, PluralCount: count})
}

func (c catalogue) localize(id string, config *i18n.LocalizeConfig) string {
	config.TemplateParser = &template.TextParser{Option: "missingkey=error"}
	// An error with a text means that the plural form is missing and the
	// message without plural forms was used.
	text, err := c.localizer.Localize(config)
	if err != nil && text == "" {
		return id
	}
	return text
}

// Has says whether the message exists in every language.
func (b *Bundle) Has(id string) bool {
	return b.catalogues[Cyrillic].messages[id] != nil && b.catalogues[English].messages[id] != nil
}

// IDs returns the ids of all messages, sorted.
func (b *Bundle) IDs() []string { return slices.Clone(b.ids) }

// Text chooses between the two texts of something that carries its own
// translation, such as a checklist or a district: English, Serbian, or Serbian
// in Latin script. Where there is no English text, it is Serbian in Latin
// script, which a reader of English can at least say aloud.
func (b *Bundle) Text(lang Lang, sr, en string) string {
	switch lang {
	case English:
		if en != "" {
			return en
		}
		return ToLatin(sr)
	case Latin:
		return ToLatin(sr)
	}
	return sr
}
