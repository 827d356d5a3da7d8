package courier_test

import (
	"bytes"
	"errors"
	"io"
	"log"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-message/mail"
	"github.com/emersion/go-smtp"

	"znak/models/courier"
)

// relay is a real mail server on this machine, as bad as a test wants it.
type relay struct {
	t  testing.TB
	mu sync.Mutex
	// mood says how a message fares; nil = well.
	mood func(r *relay, to string) trouble
	got  []delivery
	addr string
	open map[net.Conn]bool
	hold chan struct{} // closed when the test ends: who hangs lets go
}

// delivery is a message as it arrived.
type delivery struct {
	to   string
	body []byte
}

// trouble is what happens to a message.
type trouble struct {
	rcpt, data error // answers
	hang, drop bool  // in the middle of the message
}

func newRelay(t testing.TB) *relay {
	t.Helper()
	r := &relay{t: t, hold: make(chan struct{}), open: map[net.Conn]bool{}}
	s := smtp.NewServer(r)
	s.Domain, s.ReadTimeout, s.ErrorLog = "relay.test", 10*time.Second, log.New(io.Discard, "", 0)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r.addr = l.Addr().String()
	done := make(chan struct{})
	go func() { defer close(done); s.Serve(l) }()
	t.Cleanup(func() { close(r.hold); s.Close(); <-done })
	return r
}

// NewSession begins a session.
func (r *relay) NewSession(c *smtp.Conn) (smtp.Session, error) { return &visit{relay: r, conn: c}, nil }

type visit struct {
	*relay
	conn *smtp.Conn
	to   string
	fate trouble
}

func (v *visit) Mail(string, *smtp.MailOptions) error { return nil }
func (v *visit) Reset()                               {}
func (v *visit) Logout() error                        { return nil }

func (v *visit) Rcpt(to string, _ *smtp.RcptOptions) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.to, v.fate = to, trouble{}
	if v.mood != nil {
		v.fate = v.mood(v.relay, to)
	}
	return v.fate.rcpt
}

func (v *visit) Data(r io.Reader) error {
	switch {
	case v.fate.hang:
		<-v.hold
		return errors.New("gone")
	case v.fate.drop:
		io.ReadFull(r, make([]byte, 100))
		v.conn.Conn().Close()
		return errors.New("dropped")
	}
	body, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if v.fate.data != nil {
		return v.fate.data
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.got = append(v.got, delivery{v.to, body})
	return nil
}

// deliveries is what arrived so far.
func (r *relay) deliveries() []delivery {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]delivery(nil), r.got...)
}

func (r *relay) set(mood func(r *relay, to string) trouble) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.mood = mood
}

// all is a mood in which every message fares alike.
func all(t trouble) func(*relay, string) trouble { return func(*relay, string) trouble { return t } }

// sender is a Sender by way of the relay, with little patience.
func (r *relay) sender() *courier.SMTP { return senderTo(r.t, r.addr) }

func senderTo(t testing.TB, addr string) *courier.SMTP {
	t.Helper()
	s, err := courier.NewSMTP("smtp://"+addr+"?tls=none", "Znak <znak@znak.test>", nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Hasten(300 * time.Millisecond); err != nil {
		t.Fatal(err)
	}
	return s
}

// letter is a message that was read like a mail program does.
type letter struct {
	mail.Header
	id, subject, text, html string
}

func (d delivery) read(t testing.TB) letter {
	t.Helper()
	r, err := mail.CreateReader(bytes.NewReader(d.body))
	if err != nil {
		t.Fatal(err)
	}
	l := letter{Header: r.Header}
	l.id, _ = r.Header.MessageID()
	l.subject, _ = r.Header.Subject()
	for {
		part, err := r.NextPart()
		if errors.Is(err, io.EOF) {
			return l
		}
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(part.Body)
		if err != nil {
			t.Fatal(err)
		}
		kind, _, _ := part.Header.(*mail.InlineHeader).ContentType()
		switch kind {
		case "text/plain":
			l.text = string(body)
		case "text/html":
			l.html = string(body)
		}
	}
}
