package courier

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"net/url"
	"strconv"
	"strings"

	"github.com/wneessen/go-mail"
)

// NewSMTP makes a Sender of the settings ZNAK_SMTP_URL,
//
//	smtp://user:password@host:port?tls=starttls|implicit|none
//
// and ZNAK_MAIL_FROM, an address with or without a name. The connection is
// encrypted by STARTTLS unless told otherwise; none is for a relay on this
// machine, and with it no password leaves the machine. roots are certificates
// to trust beside the system's; nil = none. Its errors name the setting and
// never hold the password.
func NewSMTP(address, from string, roots *tls.Config) (*SMTP, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.Scheme != "smtp" && u.Scheme != "smtps" || strings.Trim(u.Path, "/") != "" {
		return nil, errors.New("ZNAK_SMTP_URL: expected smtp://user:password@host:port?tls=starttls|implicit|none")
	}
	sender, err := netmail.ParseAddress(from)
	if err != nil {
		return nil, errors.New("ZNAK_MAIL_FROM: expected an address, with or without a name: Znak <znak@example.rs>")
	}
	security := u.Query().Get("tls")
	if security == "" && u.Scheme == "smtps" {
		security = "implicit"
	}
	options := []mail.Option{mail.WithTimeout(patience)}
	port := 587
	switch security {
	case "", "starttls":
		options = append(options, mail.WithTLSPolicy(mail.TLSMandatory))
	case "implicit":
		port = 465
		options = append(options, mail.WithSSL())
	case "none":
		port = 25
		options = append(options, mail.WithTLSPolicy(mail.NoTLS))
	default:
		return nil, fmt.Errorf("ZNAK_SMTP_URL: tls=%s: expected starttls, implicit or none", security)
	}
	if u.Port() != "" {
		if port, err = strconv.Atoi(u.Port()); err != nil {
			return nil, errors.New("ZNAK_SMTP_URL: the port is no number")
		}
	}
	options = append(options, mail.WithPort(port))
	if roots != nil {
		options = append(options, mail.WithTLSConfig(roots))
	}
	if password, ok := u.User.Password(); ok {
		kind := mail.SMTPAuthAutoDiscover
		if security == "none" {
			if ip := net.ParseIP(u.Hostname()); u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback()) {
				return nil, errors.New("ZNAK_SMTP_URL: tls=none would send the password in clear: use starttls or implicit")
			}
			kind = mail.SMTPAuthPlainNoEnc
		}
		options = append(options, mail.WithSMTPAuth(kind), mail.WithUsername(u.User.Username()), mail.WithPassword(password))
	}
	client, err := mail.NewClient(u.Hostname(), options...)
	if err != nil {
		return nil, fmt.Errorf("ZNAK_SMTP_URL: %w", err)
	}
	_, domain, _ := strings.Cut(sender.Address, "@")
	return &SMTP{client, sender.String(), domain}, nil
}
