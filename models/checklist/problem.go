package checklist

import (
	"fmt"
	"strings"
)

// Problem is one fault of a checklist file.
type Problem struct {
	File string
	Line int    // 0 when it is about the file as a whole
	Path string // the field, such as groups[0].signs[2].text.sr; may be empty
	Msg  string
}

// String is file:line: field: what is wrong, without the parts that are unknown.
func (p Problem) String() string {
	s := p.File
	if p.Line > 0 {
		s += fmt.Sprintf(":%d", p.Line)
	}
	if p.Path != "" {
		s += ": " + p.Path
	}
	return s + ": " + p.Msg
}

// Problems is every fault that was found, as one error with one line each.
type Problems []Problem

func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, q := range p {
		lines[i] = q.String()
	}
	return strings.Join(lines, "\n")
}

// about makes a Problem about a file as a whole.
func about(file, format string, args ...any) Problem {
	return Problem{File: file, Msg: fmt.Sprintf(format, args...)}
}
