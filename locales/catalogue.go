package locales

import (
	"embed"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/template"

	"github.com/BurntSushi/toml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
)

//go:embed active.sr.toml active.en.toml
var files embed.FS

// parse reads a catalogue file. It refuses whatever could lose a message in
// silence: tables and unquoted dotted keys, values other than texts, unknown
// plural forms, empty texts and placeholders that do not parse.
func parse(name string, data []byte) (map[string]*i18n.Message, error) {
	var raw map[string]any
	if err := toml.Unmarshal(data, &raw); err != nil {
		return nil, fmt.Errorf("locales: %s: %w", name, err)
	}
	messages := make(map[string]*i18n.Message, len(raw))
	for id, value := range raw {
		m, err := readMessage(id, value)
		if err != nil {
			return nil, fmt.Errorf("locales: %s: %q: %w", name, id, err)
		}
		messages[id] = m
	}
	return messages, nil
}

func readMessage(id string, value any) (*i18n.Message, error) {
	m := &i18n.Message{ID: id}
	switch v := value.(type) {
	case string:
		m.Other = v
		return m, checkText(v)
	case map[string]any:
		for form, text := range v {
			s, ok := text.(string)
			field := pluralField(m, form)
			if !ok || field == nil {
				return nil, fmt.Errorf("%q is not a plural form; quote the whole key and write no [table]", form)
			}
			if err := checkText(s); err != nil {
				return nil, err
			}
			*field = s
		}
		if m.Other == "" {
			return nil, fmt.Errorf("no form other")
		}
		return m, nil
	}
	return nil, fmt.Errorf("neither a text nor plural forms")
}

func pluralField(m *i18n.Message, form string) *string {
	switch form {
	case "one":
		return &m.One
	case "few":
		return &m.Few
	case "other":
		return &m.Other
	}
	return nil
}

// checkText refuses an empty text and a broken placeholder.
func checkText(s string) error {
	if strings.TrimSpace(s) == "" {
		return fmt.Errorf("empty text")
	}
	t, err := template.New("").Parse(s)
	if err != nil {
		return err
	}
	if err := t.Execute(io.Discard, map[string]any{}); err != nil {
		return err
	}
	return nil
}

// latin derives the Latin-script messages from the Cyrillic ones, every
// plural form of them.
func latin(from map[string]*i18n.Message) map[string]*i18n.Message {
	to := make(map[string]*i18n.Message, len(from))
	for id, m := range from {
		to[id] = &i18n.Message{ID: id, One: ToLatin(m.One), Few: ToLatin(m.Few), Other: ToLatin(m.Other)}
	}
	return to
}

func sortedIDs(messages map[string]*i18n.Message) []string {
	ids := make([]string, 0, len(messages))
	for id := range messages {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}
