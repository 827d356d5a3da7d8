package main

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-message/mail"
	"github.com/emersion/go-smtp"

	"znak/models/auth"
)

// postbox is a mail server on this machine that hands on what arrives.
type postbox chan string

func (b postbox) NewSession(*smtp.Conn) (smtp.Session, error) { return b, nil }
func (b postbox) Mail(string, *smtp.MailOptions) error        { return nil }
func (b postbox) Rcpt(string, *smtp.RcptOptions) error        { return nil }
func (b postbox) Reset()                                      {}
func (b postbox) Logout() error                               { return nil }
func (b postbox) Data(r io.Reader) error {
	letter, err := mail.CreateReader(r)
	if err != nil {
		return err
	}
	part, err := letter.NextPart() // the text
	if err != nil {
		return err
	}
	text, err := io.ReadAll(part.Body)
	b <- letter.Header.Get("To") + "\n" + string(text)
	return err
}

// open starts it and returns its setting.
func (b postbox) open(t *testing.T) (url string) {
	t.Helper()
	s := smtp.NewServer(b)
	s.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	go func() { _ = s.Serve(l) }() // ends with Close
	t.Cleanup(func() { s.Close() })
	return "smtp://" + l.Addr().String() + "?tls=none"
}

// With a mail relay the commands print no link, and the service sends it; the
// link is printed for whoever asks for it.
func TestCommandsInviteByLetter(t *testing.T) {
	dir := installed(t)
	box := make(postbox, 10)
	t.Setenv("ZNAK_SMTP_URL", box.open(t))
	t.Setenv("ZNAK_MAIL_FROM", "znak@znak.test")
	file := filepath.Join(dir, "users.csv")
	must(t, os.WriteFile(file, []byte("email,name,role,lang\nana@example.rs,Ана,auditor,sr\nbrana@example.rs,Брана,ministry,en\n"), 0o600))
	for line, printed := range map[string]bool{"user add vera@example.rs --role coordinator --district beograd": false, "user add print@example.rs --role auditor --print": true,
		"import users " + file: false} {
		exit, out, faults := command(t, strings.Fields(line)...)
		if exit != exitDone || strings.Contains(out, "/invite/") != printed {
			t.Errorf("%s: exit %d, %s%s", line, exit, out, faults)
		}
	}
	if exit, out, _ := command(t, "user", "reset", "vera@example.rs"); exit != exitDone || strings.Contains(out, "/invite/") {
		t.Errorf("reset: exit %d, %s", exit, out)
	}
	links := served(t, dir, box, 3)
	for _, reader := range []string{"vera@example.rs", "ana@example.rs", "brana@example.rs"} {
		if links[reader] == "" {
			t.Errorf("%s got no link: %v", reader, links)
		}
	}
}

var letterLink = regexp.MustCompile(`<([^>]+)>[^$]*(http://\S+/invite/\S+)`)

// served runs the service until so many letters have arrived, and returns the
// links, by reader, that the portal opens.
func served(t *testing.T, dir string, box postbox, n int) map[string]string {
	t.Helper()
	p, err := open(t.Context(), placeIn(dir), time.Now)
	must(t, err)
	defer p.close()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	var set settings
	set.SMTPURL, set.MailFrom = os.Getenv("ZNAK_SMTP_URL"), os.Getenv("ZNAK_MAIL_FROM")
	sender, err := set.sender()
	must(t, err)
	log := &output{}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- p.serve(ctx, face{listener: l, baseURL: "http://" + l.Addr().String(), password: auth.DemoParams(), sender: sender, log: slog.New(slog.NewTextHandler(log, nil))}, nil)
	}()
	links := map[string]string{}
	for range n {
		select {
		case text := <-box:
			found := letterLink.FindStringSubmatch(text)
			if found == nil {
				t.Fatalf("no link in %q", text)
			}
			res, err := http.Get(found[2])
			must(t, err)
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				links[found[1]] = found[2]
			}
		case <-time.After(30 * time.Second):
			t.Fatalf("no letter arrives: %s", log)
		}
	}
	stop()
	must(t, <-ended)
	if strings.Contains(log.String(), "@") || regexp.MustCompile(`/invite/[^:]`).MatchString(log.String()) {
		t.Errorf("the log holds an address or a link: %s", log)
	}
	return links
}
