package checklist

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// str returns a printable text on one line.
func (r *reader) str(n *yaml.Node, path string) string {
	if n == nil || !r.kind(n, path, yaml.ScalarNode, "!!str", "text") {
		return ""
	}
	if fault := faultOfLine(n.Value); fault != "" {
		r.bad(n, path, "%s", fault)
		return ""
	}
	return n.Value
}

// id returns an identifier in lower-case kebab.
func (r *reader) id(n *yaml.Node, path string) string {
	s := r.str(n, path)
	if s != "" {
		r.idShape(n, path, s)
	}
	return s
}

func (r *reader) idShape(n *yaml.Node, path, s string) {
	if len(s) > maxID || !kebab.MatchString(s) {
		r.bad(n, path, "%s is not an id: at most %d lower-case letters and digits, joined by hyphens", quote(s), maxID)
	}
}

// number returns a whole number from 1 up.
func (r *reader) number(n *yaml.Node, path string) int {
	if n == nil {
		return 0
	}
	v, err := strconv.Atoi(n.Value)
	if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!int" || err != nil || v < 1 || strconv.Itoa(v) != n.Value {
		r.bad(n, path, "a whole number from 1 up is expected")
		return 0
	}
	return v
}

func (r *reader) flag(n *yaml.Node, path string) bool {
	if n == nil {
		return false
	}
	if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!bool" || n.Value != "true" && n.Value != "false" {
		r.bad(n, path, "true or false is expected")
	}
	return n.Value == "true"
}

// oneOf returns a text that is one of the known ones.
func oneOf[T ~string](r *reader, n *yaml.Node, path string, known []T) T {
	s := T(r.str(n, path))
	if s != "" && !slices.Contains(known, s) {
		names := make([]string, len(known))
		for i, k := range known {
			names[i] = string(k)
		}
		r.bad(n, path, "unknown value %s: one of %s is expected", quote(string(s)), strings.Join(names, ", "))
	}
	return s
}

// text returns a text in both languages.
func (r *reader) text(n *yaml.Node, path string) Text {
	f := r.fields(n, path, []string{"sr", "en"})
	t := Text{Sr: r.str(f["sr"], join(path, "sr")), En: r.str(f["en"], join(path, "en"))}
	if fault := faultOfSerbian(t.Sr); fault != "" {
		r.bad(f["sr"], join(path, "sr"), "%s", fault)
	}
	if fault := faultOfEnglish(t.En); fault != "" {
		r.bad(f["en"], join(path, "en"), "%s", fault)
	}
	return t
}

// date returns a day as YYYY-MM-DD.
func (r *reader) date(n *yaml.Node, path string) string {
	if n == nil {
		return ""
	}
	if _, err := time.Parse(time.DateOnly, n.Value); n.Kind != yaml.ScalarNode || err != nil {
		r.bad(n, path, "a date such as 2026-09-01 is expected")
	}
	return n.Value
}
