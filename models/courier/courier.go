// Package courier carries what people must know out of the portal: an outbox
// filled in the transaction of each act, workers that send letters and try
// again, and the clocks by which the portal acts when people do not.
//
// A job holds ids only. What a letter says is put into words when it is sent,
// in the reader's language, and is a reference, what to do and a link.
package courier

import (
	"context"
	"fmt"
	"time"

	"znak/models"
)

// Queue is the queue of jobs whose letters go out by mail.
const Queue = "mail"

// Writer puts a letter into words, in the reader's language.
type Writer interface {
	Write(Letter) (Words, error)
}

// Letter is all that a writer learns: nothing of it tells about a child, a
// school or what was written.
type Letter struct {
	Kind      models.Letter
	Lang      string // the reader's language of choice
	Ref       string // reference; "" when it concerns no referral
	Immediate bool   // somebody is in danger now
	Due       time.Time
	Path      string // of the page to open
}

// Words are a letter as it is read.
type Words struct {
	Subject, Text, HTML string
	Link                string
}

// Message is a letter on its way.
type Message struct {
	Words
	ID     string // the job's: the same in every attempt
	To     string
	Lang   string
	Urgent bool
	At     time.Time
}

// Sender opens the way by which messages leave.
type Sender interface {
	Open(ctx context.Context) (Session, error)
}

// Session sends messages one by one. After a fault it is closed, and another
// one opened. Faults are a *Fault.
type Session interface {
	Send(ctx context.Context, m Message) error
	Close()
}

// Fault says why a message did not leave. It carries a code, never the words
// of a server, which may hold an address.
type Fault struct {
	Code    string
	Refused bool          // for good, as far as the other side knows
	Relay   bool          // the way itself is blocked: the next message would fare no better
	Final   bool          // given up at once
	After   time.Duration // the other side asked not to be tried before; 0 = it did not
}

func (f *Fault) Error() string { return "courier: " + f.Code }

// codes for what is settled without being sent.
const (
	faultMoot        = "moot"        // there is nothing to do any more
	faultUnreachable = "unreachable" // the reader's account is closed, or the referral is no longer theirs
	faultWords       = "words"       // the letter could not be written
)

// LinkFunc makes the path of a letter's link when it is sent, so that no secret
// waits in the database: the part that invites makes its one-time token here.
// models.ErrNotFound says that the letter has become pointless.
type LinkFunc func(ctx context.Context, j models.Job) (path string, err error)

func asFault(err error) *Fault {
	if f, ok := err.(*Fault); ok {
		return f
	}
	return &Fault{Code: fmt.Sprintf("%T", err)}
}
