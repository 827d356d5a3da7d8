package checklist

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"regexp"
	"strconv"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// maxFile is the most that a checklist file may hold: many times what the
// longest real one does.
const maxFile = 1 << 20

var yamlLine = regexp.MustCompile(`^(?:yaml: )?line (\d+): `)

// parse returns the root of the one YAML document in data; nil when there is
// none, with the reason among the problems.
func (r *reader) parse(data []byte) *yaml.Node {
	if len(data) > maxFile {
		r.problems = append(r.problems, about(r.file, "is larger than %d bytes", maxFile))
		return nil
	}
	if r.unreadable(data) {
		return nil
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var doc, more yaml.Node
	switch err := dec.Decode(&doc); {
	case errors.Is(err, io.EOF):
		r.problems = append(r.problems, about(r.file, "is empty"))
		return nil
	case err != nil:
		r.syntax(err)
		return nil
	}
	switch err := dec.Decode(&more); {
	case err == nil:
		r.bad(&more, "", "a second document: one file holds one checklist")
		return nil
	case !errors.Is(err, io.EOF):
		r.syntax(err)
		return nil
	}
	if doc.Kind != yaml.DocumentNode || len(doc.Content) != 1 {
		r.problems = append(r.problems, about(r.file, "is empty"))
		return nil
	}
	return doc.Content[0]
}

// unreadable reports bytes that no text file has, with their line.
func (r *reader) unreadable(data []byte) bool {
	line := 1
	for rest := data; len(rest) > 0; {
		c, size := utf8.DecodeRune(rest)
		rest = rest[size:]
		switch {
		case c == '\n':
			line++
		case c == utf8.RuneError && size == 1:
			r.problems = append(r.problems, Problem{r.file, line, "", "is not UTF-8"})
			return true
		case unicode.IsControl(c) && c != '\r' && c != '\t':
			r.problems = append(r.problems, Problem{r.file, line, "", "holds a control character " + strconv.QuoteRuneToASCII(c)})
			return true
		}
	}
	return false
}

// syntax reports a fault of the YAML itself.
func (r *reader) syntax(err error) {
	p := about(r.file, "is not YAML: %v", err)
	if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
		p.Line, _ = strconv.Atoi(m[1])
		p.Msg = "is not YAML: " + err.Error()[len(m[0]):]
	}
	r.problems = append(r.problems, p)
}

// digest returns the SHA-256 of the content in hexadecimal: of the tree as JSON
// with sorted field names, every value as written. Comments, layout, quoting
// and the order of fields do not count.
func digest(root *yaml.Node) (string, error) {
	b, err := json.Marshal(plain(root))
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:]), nil
}

// plain turns a checked tree into maps, slices and strings.
func plain(n *yaml.Node) any {
	switch n.Kind {
	case yaml.MappingNode:
		m := make(map[string]any, len(n.Content)/2)
		for i := 0; i+1 < len(n.Content); i += 2 {
			m[n.Content[i].Value] = plain(n.Content[i+1])
		}
		return m
	case yaml.SequenceNode:
		s := make([]any, len(n.Content))
		for i, c := range n.Content {
			s[i] = plain(c)
		}
		return s
	}
	return n.Value
}
