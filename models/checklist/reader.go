package checklist

import (
	"fmt"
	"regexp"
	"slices"

	"go.yaml.in/yaml/v3"
)

const maxID = 64

var kebab = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

// reader takes values out of a YAML tree and collects what is wrong with them.
// A nil node was already reported as missing and reads as the zero value.
type reader struct {
	file     string
	problems Problems
	groups   map[string]int // group id → line
	signs    map[string]int // sign id → line
}

func (r *reader) bad(n *yaml.Node, path, format string, args ...any) {
	r.problems = append(r.problems, Problem{r.file, n.Line, path, fmt.Sprintf(format, args...)})
}

// fields returns the values of a mapping by field name. It reports fields that
// are unknown, twice there, or required and missing.
func (r *reader) fields(n *yaml.Node, path string, required []string, optional ...string) map[string]*yaml.Node {
	found := r.entries(n, path)
	for name, v := range found {
		if !slices.Contains(required, name) && !slices.Contains(optional, name) {
			r.bad(v, join(path, quoteKey(name)), "unknown field")
		}
	}
	if found == nil {
		return map[string]*yaml.Node{}
	}
	for _, name := range required {
		if found[name] == nil {
			r.bad(n, join(path, name), "missing")
		}
	}
	return found
}

// entries returns a mapping's values by key, nil when there is no mapping.
func (r *reader) entries(n *yaml.Node, path string) map[string]*yaml.Node {
	if n == nil || !r.kind(n, path, yaml.MappingNode, "!!map", "fields") {
		return nil
	}
	found := make(map[string]*yaml.Node, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if key.Kind != yaml.ScalarNode || key.ShortTag() != "!!str" {
			r.bad(key, path, "a field name is expected")
			continue
		}
		if found[key.Value] != nil {
			r.bad(key, join(path, quoteKey(key.Value)), "given twice")
			continue
		}
		found[key.Value] = n.Content[i+1]
	}
	return found
}

// list returns the items of a list, which must have at least one.
func (r *reader) list(n *yaml.Node, path string) []*yaml.Node {
	if n == nil || !r.kind(n, path, yaml.SequenceNode, "!!seq", "a list") {
		return nil
	}
	if len(n.Content) == 0 {
		r.bad(n, path, "is empty")
	}
	return n.Content
}

func (r *reader) kind(n *yaml.Node, path string, kind yaml.Kind, tag, want string) bool {
	if n.Kind == kind && n.ShortTag() == tag {
		return true
	}
	r.bad(n, path, "%s expected", want)
	return false
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func at(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }
