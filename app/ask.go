package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// asker asks whoever runs a command.
type asker struct {
	out  io.Writer
	in   *bufio.Reader
	file *os.File // the terminal; nil when there is none
}

func newAsker(s streams) *asker {
	a := &asker{out: s.err, in: bufio.NewReader(s.in)}
	if f, ok := s.in.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		a.file = f
	}
	return a
}

// line asks for one line.
func (a *asker) line(question string) (string, error) {
	fmt.Fprint(a.out, question)
	text, err := a.in.ReadString('\n')
	if errors.Is(err, io.EOF) && text != "" {
		err = nil
	} else if errors.Is(err, io.EOF) {
		err = errors.New("nobody is there to answer")
	}
	return strings.TrimSpace(text), err
}

// secret asks for one line that is not shown while it is typed.
func (a *asker) secret(question string) (string, error) {
	if a.file == nil {
		return a.line(question)
	}
	fmt.Fprint(a.out, question)
	text, err := term.ReadPassword(int(a.file.Fd()))
	fmt.Fprintln(a.out)
	return string(text), err
}
