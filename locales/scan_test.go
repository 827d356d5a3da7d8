package locales

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// mentions is what the portal's templates and code say about messages.
type mentions struct {
	texts    map[string]string // every string there: an id, or the beginning of ids; and where it stands
	messages map[string]string // ids that must exist; and where
	plurals  map[string]string // ids that must be plurals; and where
	prefixes map[string]string // beginnings of ids that must exist; and where
}

func newMentions() *mentions {
	return &mentions{map[string]string{}, map[string]string{}, map[string]string{}, map[string]string{}}
}

// uses says whether the id is mentioned, by itself or by a beginning of it
// that ends in a dot, as in print "state." .State.
func (m *mentions) uses(id string) bool {
	if _, ok := m.texts[id]; ok {
		return true
	}
	for i := 1; i < len(id); i++ {
		if _, ok := m.texts[id[:i]]; ok && id[i-1] == '.' {
			return true
		}
	}
	return false
}

// text notes one string. Of a format only what stands before the first verb
// counts: "state.%s" begins with "state.".
func (m *mentions) text(s, where string) {
	if before, _, ok := strings.Cut(s, "%"); ok {
		s = before
	}
	if len(s) > 1 {
		m.texts[s] = where
	}
}

// scan reads the templates and the code, tests aside, under root.
func scan(root string) (*mentions, error) {
	m := newMentions()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() {
			if path != root && (strings.HasPrefix(name, ".") || name == "testdata" || path == filepath.Join(root, "data")) {
				return filepath.SkipDir
			}
			return nil
		}
		switch filepath.Ext(name) {
		case ".go":
			if !strings.HasSuffix(name, "_test.go") {
				return m.goFile(path)
			}
		case ".html", ".txt", ".tmpl":
			data, err := os.ReadFile(path)
			m.template(path, string(data))
			return err
		}
		return nil
	})
	return m, err
}

var (
	action  = regexp.MustCompile(`(?s)\{\{.*?\}\}`)
	quoted  = regexp.MustCompile("\"((?:[^\"\\\\]|\\\\.)*)\"|`([^`]*)`")
	called  = regexp.MustCompile("\\b(T|N)\\s+[\"`]([^\"`]+)[\"`]")
	printed = regexp.MustCompile("\\b[TN]\\s+\\(printf?\\s+[\"`]([^\"`%]+)")
)

func (m *mentions) template(path, src string) {
	for _, a := range action.FindAllString(src, -1) {
		if strings.HasPrefix(strings.TrimLeft(a, "{- "), "/*") {
			continue
		}
		for _, q := range quoted.FindAllStringSubmatch(a, -1) {
			m.text(q[1]+q[2], path)
		}
		for _, c := range called.FindAllStringSubmatch(a, -1) {
			m.call(c[1], c[2], path)
		}
		for _, p := range printed.FindAllStringSubmatch(a, -1) {
			m.prefixes[p[1]] = path
		}
	}
}

func (m *mentions) call(function, id, where string) {
	m.messages[id] = where
	if function == "N" {
		m.plurals[id] = where
	}
}
