package main

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"log"
	"net"
	"net/textproto"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
)

// mood is how a relay behaves.
type mood int

const (
	well   mood = iota
	busy        // puts every message off
	hangs       // says nothing more in the middle of a message
	drops       // closes the connection in the middle of a message
	silent      // takes the message, and closes before it says so
)

// relay is a real mail server on this machine.
type relay struct {
	t    *testing.T
	addr string

	mu   sync.Mutex
	mood mood
	hold chan struct{}  // closed when the mood changes: who hangs lets go
	hung int            // messages in the middle of which it said nothing more, in this mood
	got  map[string]int // how often each message arrived, by its id
	srv  *smtp.Server
	done chan struct{}
}

func newRelay(t *testing.T) *relay {
	t.Helper()
	r := &relay{t: t, hold: make(chan struct{}), got: map[string]int{}, addr: freePort(t)}
	r.open()
	t.Cleanup(func() { r.feel(well); r.close() })
	return r
}

// open listens; close refuses every connection from then on.
func (r *relay) open() {
	r.t.Helper()
	l, err := net.Listen("tcp", r.addr)
	must(r.t, err)
	r.srv, r.done = smtp.NewServer(r), make(chan struct{})
	r.srv.Domain, r.srv.ReadTimeout, r.srv.ErrorLog = "relay.test", time.Minute, log.New(io.Discard, "", 0)
	go func(s *smtp.Server, done chan struct{}) { defer close(done); _ = s.Serve(l) }(r.srv, r.done)
}

func (r *relay) close() {
	_ = r.srv.Close() // it may be closed already
	<-r.done
}

// feel changes the mood.
func (r *relay) feel(m mood) {
	r.mu.Lock()
	defer r.mu.Unlock()
	close(r.hold)
	r.mood, r.hung, r.hold = m, 0, make(chan struct{})
}

// arrived is how many letters there are, and how many came more than once.
func (r *relay) arrived() (letters, again int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, n := range r.got {
		again += n - 1
	}
	return len(r.got), again
}

// hanging is in how many messages it says nothing more.
func (r *relay) hanging() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.hung
}

func (r *relay) times(id string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.got[id]
}

// NewSession begins a session.
func (r *relay) NewSession(c *smtp.Conn) (smtp.Session, error) { return &posting{r, c}, nil }

type posting struct {
	*relay
	conn *smtp.Conn
}

func (v *posting) Mail(string, *smtp.MailOptions) error { return nil }
func (v *posting) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (v *posting) Reset()                               {}
func (v *posting) Logout() error                        { return nil }

func (v *posting) Data(r io.Reader) error {
	v.mu.Lock()
	mood, hold := v.mood, v.hold
	if mood == hangs {
		v.hung++
	}
	v.mu.Unlock()
	switch mood {
	case hangs:
		<-hold
		v.conn.Conn().Close()
		return errors.New("gone")
	case drops:
		_, _ = io.ReadFull(r, make([]byte, 100))
		v.conn.Conn().Close()
		return errors.New("gone")
	case busy:
		return &smtp.SMTPError{Code: 451, Message: "later"}
	}
	body, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	head, err := textproto.NewReader(bufio.NewReader(bytes.NewReader(body))).ReadMIMEHeader()
	if err != nil {
		return err
	}
	v.mu.Lock()
	v.got[head.Get("Message-Id")]++
	v.mu.Unlock()
	if mood == silent {
		v.conn.Conn().Close()
	}
	return nil
}
