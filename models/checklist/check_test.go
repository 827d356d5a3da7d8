package checklist_test

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"znak/models/checklist"
)

// small is a checklist with nothing wrong in it; the tests break it.
const small = `id: small
version: 1
published: 2026-01-15
order: 1
title: {sr: Листа, en: List}
intro: {sr: Увод, en: Intro}
when: {sr: Увек, en: Always}
rules:
  - {when: danger_now, urgency: immediate}
  - {when: noticed, strength: direct, urgency: urgent}
  - {when: noticed, strength: strong, at_least: 2, urgency: urgent}
  - {when: least}
  - {when: otherwise, urgency: standard}
hints:
  careful: {sr: Пажљиво, en: Careful}
sources:
  A-1: {title: Book, url: "https://example.org/a"}
groups:
  - id: body
    title: {sr: Тело, en: Body}
    signs:
      - {id: marks, strength: direct, applies_to: [all], text: {sr: Трагови, en: Marks}, sources: [A-1]}
      - id: tired
        strength: weak
        applies_to: [younger, online]
        text:
          sr: Умор
          en: Tiredness
        least_urgency: urgent
        asks_danger_again: true
        hint: careful
  - id: told
    title: {sr: Речи, en: Words}
    signs:
      - {id: says, strength: strong, applies_to: [all], text: {sr: Каже, en: Says}}
      - {id: peer, strength: strong, applies_to: [all], text: {sr: Други, en: Peer}}
`

// mustCheck returns the checklist of a definition that is in order.
func mustCheck(t testing.TB, def string) *checklist.Checklist {
	t.Helper()
	c, err := checklist.Check("small.yaml", []byte(def))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// replace changes the one place of def where old stands.
func replace(t *testing.T, def, old, with string) string {
	t.Helper()
	if strings.Count(def, old) != 1 {
		t.Fatalf("%q stands %d times in the definition", old, strings.Count(def, old))
	}
	return strings.Replace(def, old, with, 1)
}

func TestEveryFaultIsNamedWithFileLineAndField(t *testing.T) {
	tests := []struct{ name, old, with, want string }{
		{"unknown field", "order: 1\n", "order: 1\ncolour: red\n", "small.yaml:5: colour: unknown field"},
		{"unknown field of a sign", "hint: careful", "hints: careful", "small.yaml:31: groups[0].signs[1].hints: unknown field"},
		{"missing field", "version: 1\n", "", "small.yaml:1: version: missing"},
		{"field twice", "order: 1\n", "order: 1\norder: 2\n", "small.yaml:5: order: given twice"},
		{"number as field name", "order: 1\n", "order: 1\n7: x\n", "small.yaml:5: a field name is expected"},
		{"version zero", "version: 1", "version: 0", "small.yaml:2: version: a whole number"},
		{"version as text", "version: 1", `version: "1"`, "small.yaml:2: version: a whole number"},
		{"version in hex", "version: 1", "version: 0x1", "small.yaml:2: version: a whole number"},
		{"version with a point", "version: 1", "version: 1.5", "small.yaml:2: version: a whole number"},
		{"order", "order: 1", "order: -1", "small.yaml:4: order: a whole number"},
		{"no such day", "2026-01-15", "2026-02-30", "small.yaml:3: published: a date"},
		{"id in capitals", "id: small", "id: Small", `small.yaml:1: id: "Small" is not an id`},
		{"id with an underscore", "id: marks", "id: the_marks", `groups[0].signs[0].id: "the_marks" is not an id`},
		{"id with a slash", "id: body", "id: ../body", `small.yaml:19: groups[0].id: "../body" is not an id`},
		{"id too long", "id: body", "id: " + strings.Repeat("a", 65), "small.yaml:19: groups[0].id:"},
		{"hint id", "careful: {", "Careful!: {", `small.yaml:15: hints."Careful!": "Careful!" is not an id`},
		{"sign twice, in another group", "id: says", "id: tired", `small.yaml:35: groups[1].signs[0].id: "tired" stands already on line 23`},
		{"group twice", "id: told", "id: body", `small.yaml:32: groups[1].id: "body" stands already on line 19`},
		{"group called danger", "id: told", "id: danger", "small.yaml:32: groups[1].id: \"danger\" is the name of another step"},
		{"group called child", "id: told", "id: child", "another step"},
		{"group called account", "id: told", "id: account", "another step"},
		{"group called review", "id: told", "id: review", "another step"},
		{"no English", ", en: List}", "}", "small.yaml:5: title.en: missing"},
		{"no Serbian", "sr: Листа, ", "", "small.yaml:5: title.sr: missing"},
		{"empty Serbian", "sr: Умор", `sr: ""`, "small.yaml:27: groups[0].signs[1].text.sr: is empty"},
		{"English that is null", "en: Tiredness", "en:", "small.yaml:28: groups[0].signs[1].text.en: text expected"},
		{"Serbian in Latin", "sr: Умор", "sr: Umor", "small.yaml:27: groups[0].signs[1].text.sr: is not in Cyrillic"},
		{"Latin letter inside Cyrillic", "sr: Умор", "sr: Умoр", "small.yaml:27: groups[0].signs[1].text.sr: \"Умoр\" mixes"},
		{"letter that Serbian lacks", "sr: Умор", "sr: Умый", "small.yaml:27: groups[0].signs[1].text.sr: \"Умый\" holds"},
		{"Cyrillic in English", "en: Tiredness", "en: Тiredness", "small.yaml:28: groups[0].signs[1].text.en: holds Cyrillic"},
		{"space at the end", "en: Tiredness", `en: "Tiredness "`, "small.yaml:28: groups[0].signs[1].text.en: begins or ends"},
		{"escaped control character", "en: Tiredness", `en: "Tired\u0007ness"`, "small.yaml:28: groups[0].signs[1].text.en: holds a control"},
		{"raw control character", "en: Tiredness", "en: Tired\x07ness", "small.yaml:28: holds a control character '\\a'"},
		{"line break", "en: Tiredness", `en: "Tired\nness"`, "small.yaml:28: groups[0].signs[1].text.en: holds a control"},
		{"text turned round", "en: Tiredness", `en: "Tired\u202eness"`, "small.yaml:28: groups[0].signs[1].text.en: holds a control or invisible"},
		{"not UTF-8", "en: Tiredness", "en: Tired\xff", "small.yaml:28: is not UTF-8"},
		{"strength", "strength: weak", "strength: feeble", `small.yaml:24: groups[0].signs[1].strength: unknown value "feeble": one of direct, strong, weak`},
		{"audience", "[younger, online]", "[younger, girls]", `small.yaml:25: groups[0].signs[1].applies_to[1]: unknown value "girls"`},
		{"no audience", "[younger, online]", "[]", "small.yaml:25: groups[0].signs[1].applies_to: is empty"},
		{"audience not a list", "[younger, online]", "younger", "small.yaml:25: groups[0].signs[1].applies_to: a list expected"},
		{"urgency", "least_urgency: urgent", "least_urgency: soon", `small.yaml:29: groups[0].signs[1].least_urgency: unknown value "soon"`},
		{"danger again", "asks_danger_again: true", "asks_danger_again: yes", "small.yaml:30: groups[0].signs[1].asks_danger_again: true or false"},
		{"hint", "hint: careful", "hint: careless", `small.yaml:31: groups[0].signs[1].hint: unknown hint "careless"`},
		{"source", "sources: [A-1]", "sources: [A-2]", `small.yaml:22: groups[0].signs[0].sources[0]: unknown source "A-2"`},
		{"address", "https://example.org/a", "javascript:alert(1)", `small.yaml:17: sources."A-1".url: an address`},
		{"group without signs", "signs:\n      - {id: says, strength: strong, applies_to: [all], text: {sr: Каже, en: Says}}\n      - {id: peer, strength: strong, applies_to: [all], text: {sr: Други, en: Peer}}",
			"signs: []", "small.yaml:34: groups[1].signs: is empty"},
		{"sign that is text", "{id: says, strength: strong, applies_to: [all], text: {sr: Каже, en: Says}}", "says", "small.yaml:35: groups[1].signs[0]: fields expected"},
		{"alias", "title: {sr: Речи, en: Words}", "title: &t {sr: Речи, en: Words}\n    when: *t", "groups[1].when: unknown field"},
		{"alias for a value", "intro: {sr: Увод, en: Intro}", "intro: &i {sr: Увод, en: Intro}\nhints: *i", "hints: fields expected"},
		{"kind of rule", "{when: least}", "{when: score}", `small.yaml:12: rules[3].when: unknown value "score"`},
		{"field of a rule", "{when: least}", "{when: least, points: 3}", "small.yaml:12: rules[3].points: unknown field"},
		{"rule without urgency", "{when: otherwise, urgency: standard}", "{when: otherwise}", "small.yaml:13: rules[4].urgency: missing"},
		{"rule without strength", "strength: direct, urgency: urgent}", "urgency: urgent}", "small.yaml:10: rules[1].strength: missing"},
		{"idle field of a rule", "{when: least}", "{when: least, urgency: urgent}", "small.yaml:12: rules[3].urgency: has no meaning"},
		{"rule twice", "{when: least}", "{when: noticed, strength: direct, urgency: standard}", "small.yaml:12: rules[3]: a rule for the same case"},
		{"at_least", "at_least: 2", "at_least: 0", "small.yaml:11: rules[2].at_least: a whole number"},
		{"danger that is not immediate", "urgency: immediate", "urgency: urgent", "small.yaml:9: rules[0].urgency: danger now is always immediate"},
		{"no rule for danger", "  - {when: danger_now, urgency: immediate}\n", "", "small.yaml:9: rules: a rule with when: danger_now is missing"},
		{"no rule for the rest", "  - {when: otherwise, urgency: standard}\n", "", "small.yaml:9: rules: a rule with when: otherwise is missing"},
		{"rest not last", "  - {when: least}\n  - {when: otherwise, urgency: standard}", "  - {when: otherwise, urgency: standard}\n  - {when: least}", "small.yaml:12: rules[3]: the rule otherwise stands last"},
		{"least urgency without its rule", "  - {when: least}\n", "", "small.yaml:9: rules: a rule with when: least is missing"},
		{"broken YAML", "order: 1\n", "order: 1\n\t]\n", "is not YAML"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := checklist.Check("small.yaml", []byte(replace(t, small, tt.old, tt.with)))
			if err == nil {
				t.Fatal("nothing was found")
			}
			var problems checklist.Problems
			if !errors.As(err, &problems) {
				t.Fatalf("error is a %T", err)
			}
			for _, p := range problems {
				if p.Line == 0 || p.File != "small.yaml" {
					t.Errorf("without file or line: %v", p)
				}
			}
			if !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got:\n%v\nwant: %s", err, tt.want)
			}
		})
	}
}

func TestFilesThatHoldNoChecklist(t *testing.T) {
	for name, tt := range map[string]struct{ data, want string }{
		"nothing":        {"", "small.yaml: is empty"},
		"only a comment": {"# x\n", "small.yaml"},
		"a list":         {"- a\n", "small.yaml:1: fields expected"},
		"two documents":  {small + "---\n" + small, "a second document"},
		"far too much":   {strings.Repeat("#", 1<<20+1), "small.yaml: is larger than"},
		"an alias":       {"&a [*a]", "small.yaml"},
	} {
		if _, err := checklist.Check("small.yaml", []byte(tt.data)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %s", name, err, tt.want)
		}
	}
}

func TestAllFaultsAreReportedAtOnceInTheOrderOfLines(t *testing.T) {
	def := replace(t, small, "version: 1", "version: one")
	def = replace(t, def, "strength: weak", "strength: feeble")
	def = replace(t, def, "en: Peer", "en: Вршњак")
	_, err := checklist.Check("small.yaml", []byte(def))
	var problems checklist.Problems
	if !errors.As(err, &problems) || len(problems) != 3 {
		t.Fatalf("got:\n%v\nwant three faults", err)
	}
	if problems[0].Line != 2 || problems[1].Line != 24 || problems[2].Line != 36 {
		t.Errorf("lines %d, %d, %d", problems[0].Line, problems[1].Line, problems[2].Line)
	}
}

func TestRoundTrip(t *testing.T) {
	defs := map[string]string{"small": small}
	paths, _ := filepath.Glob("data/*.yaml")
	for _, p := range paths {
		b, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		defs[p] = string(b)
	}
	for name, def := range defs {
		c := mustCheck(t, def)
		b, err := yaml.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		if again := mustCheck(t, string(b)); !reflect.DeepEqual(c, again) {
			t.Errorf("%s: written and read again it is not the same", name)
		}
	}
}

func TestDigestIsOfTheContentOnly(t *testing.T) {
	want := mustCheck(t, small).Digest
	same := replace(t, small, "version: 1\n", "# a comment\nversion:   1\r\n")
	same = replace(t, same, "title: {sr: Листа, en: List}", "title:\n  en: \"List\"\n  sr: 'Листа'")
	if got := mustCheck(t, same).Digest; got != want {
		t.Error("comments, quoting and the order of fields change the digest")
	}
	for _, ch := range [][2]string{{"Tiredness", "Tired"}, {"strength: weak", "strength: strong"}, {"at_least: 2", "at_least: 3"},
		{"asks_danger_again: true", "asks_danger_again: false"}, {"2026-01-15", "2026-01-16"}, {"https://example.org/a", "https://example.org/b"}} {
		if mustCheck(t, replace(t, small, ch[0], ch[1])).Digest == want {
			t.Errorf("%s → %s leaves the digest as it was", ch[0], ch[1])
		}
	}
}

func FuzzCheck(f *testing.F) {
	f.Add([]byte(small))
	f.Add([]byte("&a {<<: *a}"))
	f.Add([]byte("rules: [{when: least}]\ngroups: [{signs: [{}]}]"))
	f.Add([]byte("!!binary aGk="))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := checklist.Check("f.yaml", data)
		if (c == nil) == (err == nil) {
			t.Fatal("neither a checklist nor an error, or both")
		}
		if err != nil {
			return
		}
		if p := c.Propose("", nil); !p.Urgency.Valid() || len(c.Digest) != 64 {
			t.Fatalf("a checklist in order proposes %q with digest %q", p.Urgency, c.Digest)
		}
	})
}
