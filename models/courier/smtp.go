package courier

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"strings"
	"time"

	"github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"
)

// patience is how long a relay may take for one message.
const patience = 15 * time.Second

// SMTP is a Sender by way of a mail relay.
type SMTP struct {
	client *mail.Client
	from   string // "Name <address>" or an address
	domain string // of the sender: the right half of message ids
}

// Open connects and signs in.
func (s *SMTP) Open(ctx context.Context) (Session, error) {
	c, err := s.client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return nil, &Fault{Code: "connect-" + cause(err), Relay: true}
	}
	return &smtpSession{s, c}, nil
}

type smtpSession struct {
	*SMTP
	conn *smtp.Client
}

// Send hands one message to the relay.
func (s *smtpSession) Send(_ context.Context, m Message) error {
	msg, err := s.message(m)
	if err != nil {
		return err
	}
	err = s.client.SendWithSMTPClient(s.conn, msg)
	if err == nil || msg.IsDelivered() {
		return nil
	}
	return sendFault(err)
}

// Close ends the session; a relay that is gone does not matter any more.
func (s *smtpSession) Close() { _ = s.client.CloseWithSMTPClient(s.conn) }

// message is the letter as mail: text and HTML, and nothing in its head that
// tells more than the letter.
func (s *SMTP) message(m Message) (*mail.Msg, error) {
	msg := mail.NewMsg(mail.WithNoDefaultUserAgent())
	if err := msg.From(s.from); err != nil {
		return nil, &Fault{Code: "from"}
	}
	if err := msg.To(m.To); err != nil {
		return nil, &Fault{Code: "address", Refused: true}
	}
	msg.Subject(m.Subject)
	msg.SetMessageIDWithValue(m.ID + "@" + s.domain)
	msg.SetDateWithValue(m.At)
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetGenHeader("Content-Language", m.Lang)
	if m.Urgent {
		msg.SetImportance(mail.ImportanceHigh)
	}
	msg.SetBodyString(mail.TypeTextPlain, m.Text)
	msg.AddAlternativeString(mail.TypeTextHTML, m.HTML)
	return msg, nil
}

// sendFault says what a relay's answer means. Who the sender is, or whether it
// may send at all, concerns every message; what a relay says of one reader or
// one message concerns that one.
func sendFault(err error) *Fault {
	var e *mail.SendError
	if !errors.As(err, &e) {
		return &Fault{Code: "send-" + cause(err), Relay: true}
	}
	code := e.ErrorCode()
	if code == 0 || code == 421 {
		return &Fault{Code: "send-" + cause(err), Relay: true}
	}
	switch e.Reason {
	case mail.ErrSMTPRcptTo:
		return &Fault{Code: fmt.Sprint("reader-", code), Refused: code >= 500}
	case mail.ErrSMTPMailFrom:
		return &Fault{Code: fmt.Sprint("sender-", code)}
	}
	return &Fault{Code: fmt.Sprint("message-", code), Refused: code >= 500}
}

// cause names the kind of a fault of the connection.
func cause(err error) string {
	var network net.Error
	var answer *textproto.Error
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.As(err, &network) && network.Timeout(), errors.Is(err, context.DeadlineExceeded):
		return "timeout"
	case errors.As(err, &answer):
		return fmt.Sprint(answer.Code)
	case errors.As(err, &certificate), strings.Contains(err.Error(), "STARTTLS"):
		return "tls"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "closed"
	}
	return "failed"
}
