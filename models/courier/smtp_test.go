package courier_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"znak/models/courier"
	"znak/models/store/storetest"
)

func TestLetterArrives(t *testing.T) {
	p, r := newPost(t), newRelay(t)
	ref := p.Submitted(teacher, danger)
	p.drain(p.another(r.sender()))
	got := r.deliveries()
	if len(got) != 1 || got[0].to != storetest.Email(coordinator) {
		t.Fatalf("%d letters arrived: %+v", len(got), got)
	}
	l := got[0].read(t)
	if l.subject != "new "+ref || !strings.Contains(l.text, ref) || !strings.Contains(l.html, ref) {
		t.Errorf("subject %q, text %q, HTML %q", l.subject, l.text, l.html)
	}
	var job string
	if err := p.Raw().QueryRow("SELECT id FROM jobs").Scan(&job); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"Auto-Submitted": "auto-generated", "Importance": "high", "Content-Language": "en", "X-Mailer": "", "User-Agent": ""} {
		if got := l.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if l.id != job+"@znak.test" {
		t.Errorf("the message is called %q, the job %q", l.id, job)
	}
	if n := p.count("SELECT count(*) FROM jobs WHERE done_at > 0"); n != 1 {
		t.Errorf("%d jobs are done", n)
	}
	if n := p.count("SELECT count(*) FROM audit_entries WHERE action = 'letter' AND outcome = 'done' AND object = 'user:coordinator'"); n != 1 {
		t.Errorf("the delivery is on the trail %d times", n)
	}
}

// However a relay fails, the letter stays, and arrives once the relay is well
// again, under the same id.
func TestLetterOutlivesARelayInTrouble(t *testing.T) {
	for name, mood := range map[string]trouble{
		"puts off the reader":     {rcpt: &smtp.SMTPError{Code: 450, Message: "mailbox of x@y is busy"}},
		"puts off the message":    {data: &smtp.SMTPError{Code: 451, Message: "later"}},
		"refuses the reader":      {rcpt: &smtp.SMTPError{Code: 550, Message: "who?"}},
		"refuses the message":     {data: &smtp.SMTPError{Code: 554, Message: "no"}},
		"shuts down":              {rcpt: &smtp.SMTPError{Code: 421, Message: "bye"}},
		"hangs within a message":  {hang: true},
		"drops it in the message": {drop: true},
	} {
		t.Run(name, func(t *testing.T) {
			p, r := newPost(t), newRelay(t)
			p.Submitted(teacher)
			r.set(all(mood))
			m := p.another(r.sender())
			for range 3 {
				p.drain(m)
				p.Clock.Pass(time.Hour)
			}
			var attempts int
			var fault string
			if err := p.Raw().QueryRow("SELECT attempts, fault FROM jobs WHERE done_at = 0 AND dead_at = 0 AND leased_by = ''").Scan(&attempts, &fault); err != nil || attempts != 3 {
				t.Fatalf("after 3 tries: %d attempts, %v", attempts, err)
			}
			if fault == "" || strings.ContainsAny(fault, "@ ") {
				t.Errorf("the fault is noted as %q", fault)
			}
			if n := len(r.deliveries()); n != 0 {
				t.Fatalf("%d letters arrived", n)
			}
			r.set(nil)
			p.drain(m)
			if got := r.deliveries(); len(got) != 1 {
				t.Fatalf("%d letters arrived at last", len(got))
			}
		})
	}
}

// A letter that arrived, but of which the sender does not know, is sent again
// under the same id: the reader's mail program knows it for the same.
func TestLetterThatArrivesTwiceHasOneID(t *testing.T) {
	p, r := newPost(t), newRelay(t)
	p.Submitted(teacher)
	lost := p.another(r.sender())
	lost.Store = p.Store
	ctx, stop := context.WithCancel(t.Context())
	// The worker dies between sending and writing that it was sent.
	lost.Sender = after{r.sender(), func() { stop(); p.Store.Close() }}
	if _, _, err := lost.Batch(ctx); err == nil {
		t.Fatal("it wrote down what it could not")
	}
	if n := len(r.deliveries()); n != 1 {
		t.Fatalf("%d letters arrived", n)
	}
	p.reopen()
	next := p.another(r.sender())
	p.drain(next)
	if n := len(r.deliveries()); n != 1 {
		t.Fatalf("somebody else took a leased job: %d letters", n)
	}
	p.Clock.Pass(courier.Lease + time.Second)
	p.drain(next)
	got := r.deliveries()
	if len(got) != 2 || got[0].read(t).id != got[1].read(t).id || got[0].read(t).id == "" {
		t.Fatalf("%d letters", len(got))
	}
}

// after calls a function when a message was sent.
type after struct {
	courier.Sender
	then func()
}

func (a after) Open(ctx context.Context) (courier.Session, error) {
	s, err := a.Sender.Open(ctx)
	return afterSession{s, a.then}, err
}

type afterSession struct {
	courier.Session
	then func()
}

func (a afterSession) Send(ctx context.Context, m courier.Message) error {
	err := a.Session.Send(ctx, m)
	a.then()
	return err
}

// While the relay is away, one letter at a time pays for finding out; nothing is
// lost in a day, submissions do not wait for it, and all arrives afterwards.
func TestRelayIsAwayForADay(t *testing.T) {
	p := newPost(t)
	m := p.another(senderTo(t, closedPort(t)))
	const n = 30
	var slowest time.Duration
	for range n {
		begun := time.Now()
		p.Submitted(teacher)
		slowest = max(slowest, time.Since(begun))
		if _, _, err := m.Batch(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if slowest > 3*time.Second {
		t.Errorf("a submission took %v", slowest)
	}
	for range 24 {
		p.Clock.Pass(time.Hour)
		if _, blocked, err := m.Batch(t.Context()); err != nil || !blocked {
			t.Fatalf("blocked %v, %v", blocked, err)
		}
	}
	if got := p.count("SELECT count(*) FROM jobs WHERE done_at = 0 AND dead_at = 0"); got != n {
		t.Fatalf("%d of %d letters wait", got, n)
	}
	if got := p.count("SELECT sum(attempts) FROM jobs"); got > n+24 {
		t.Errorf("%d attempts were counted", got)
	}
	p.Clock.Pass(time.Hour)
	r := newRelay(t)
	p.drain(p.another(r.sender()))
	if got := len(r.deliveries()); got != n {
		t.Errorf("%d of %d letters arrived", got, n)
	}
}

func closedPort(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// One reader whom the relay refuses keeps nobody else's letter from leaving.
func TestOneRefusedReader(t *testing.T) {
	p, r := newPost(t), newRelay(t)
	p.Submitted(teacher)
	p.Submitted(storetest.TeacherFar)
	p.Submitted(storetest.TeacherNear)
	r.set(func(_ *relay, to string) trouble {
		if to == storetest.Email(coordinator) {
			return trouble{rcpt: &smtp.SMTPError{Code: 550, Message: "no such user"}}
		}
		return trouble{}
	})
	m := p.another(r.sender())
	for range 5 {
		p.drain(m)
		p.Clock.Pass(time.Hour)
	}
	if got := r.deliveries(); len(got) != 1 || got[0].to != storetest.Email(storetest.CoordinatorFar) {
		t.Fatalf("%d letters arrived", len(got))
	}
	if n := p.count("SELECT count(*) FROM jobs WHERE dead_at > 0 AND fault = 'reader-550' AND attempts = 5"); n != 2 {
		t.Errorf("%d letters were given up", n)
	}
	if n := p.count("SELECT count(*) FROM audit_entries WHERE action = 'letter' AND outcome = 'failed' AND rule = 'new:reader-550'"); n != 2 {
		t.Errorf("%d are on the trail", n)
	}
	r.set(nil)
	p.Tx(retryAll(t))
	p.drain(m)
	if n := len(r.deliveries()); n != 3 {
		t.Errorf("%d letters arrived after trying again", n)
	}
}

func TestSettingsOfTheRelay(t *testing.T) {
	for _, bad := range []string{"", "smtp://", "http://relay.test", "smtp://relay.test?tls=maybe", "smtp://relay.test:x", "smtp://relay.test/path",
		"smtp://u:geheim@relay.test?tls=none"} {
		_, err := courier.NewSMTP(bad, "znak@znak.test", nil)
		if err == nil || !strings.Contains(err.Error(), "ZNAK_SMTP_URL") || strings.Contains(err.Error(), "geheim") {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if _, err := courier.NewSMTP("smtp://relay.test", "nobody", nil); err == nil || !strings.Contains(err.Error(), "ZNAK_MAIL_FROM") {
		t.Errorf("sender: %v", err)
	}
	for _, good := range []string{"smtp://relay.test", "smtps://u:p@relay.test", "smtp://u:p@relay.test:2525?tls=starttls", "smtp://u:p@127.0.0.1:25?tls=none"} {
		if _, err := courier.NewSMTP(good, "Знак <znak@znak.test>", nil); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
}

// A relay that offers no encryption gets nothing when encryption is wanted.
func TestNoLetterInClear(t *testing.T) {
	p, r := newPost(t), newRelay(t)
	p.Submitted(teacher)
	s, err := courier.NewSMTP("smtp://"+r.addr, "znak@znak.test", nil)
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Open(t.Context())
	var fault *courier.Fault
	if !errors.As(err, &fault) || fault.Code != "connect-tls" || !fault.Relay {
		t.Errorf("it connected: %v", err)
	}
	p.drain(p.another(s))
	if n := len(r.deliveries()); n != 0 {
		t.Errorf("%d letters left in clear", n)
	}
}
