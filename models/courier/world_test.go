package courier_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"znak/models"
	"znak/models/audit"
	"znak/models/courier"
	"znak/models/referral"
	"znak/models/store"
	"znak/models/store/storetest"
)

// plain writes a letter so that a test can read all of it.
type plain struct{}

func (plain) Write(l courier.Letter) (courier.Words, error) {
	text := fmt.Sprintf("%s %s %s %v %s", l.Kind, l.Ref, l.Path, l.Immediate, l.Lang)
	return courier.Words{Subject: string(l.Kind) + " " + l.Ref, Text: text, HTML: "<p>" + text + "</p>", Link: l.Path}, nil
}

// post is a world whose acts are told, and what carries it.
type post struct {
	*storetest.World
	outbox *courier.Outbox
	caught *courier.Caught
	mailer *courier.Mailer
	clocks *courier.Clocks
}

func newPost(t testing.TB) *post {
	t.Helper()
	p := &post{caught: new(courier.Caught)}
	p.World = storetest.New(t, func(s *referral.Service) {
		p.outbox = courier.NewOutbox(s.Location)
		s.Outbox = p.outbox
	})
	p.mailer = p.another(p.caught)
	p.clocks = &courier.Clocks{Store: p.Store, Referrals: p.Referrals, Outbox: p.outbox, Audit: p.Audit, Log: quiet}
	return p
}

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

// another is one more mailer on the same database.
func (p *post) another(s courier.Sender) *courier.Mailer {
	return &courier.Mailer{Store: p.Store, Audit: p.Audit, Outbox: p.outbox, Writer: plain{}, Sender: s, Log: quiet}
}

// drain lets the mailer work until nothing is due.
func (p *post) drain(m *courier.Mailer) {
	p.T.Helper()
	for {
		n, blocked, err := m.Batch(context.Background())
		if err != nil {
			p.T.Fatal(err)
		}
		if n == 0 || blocked {
			return
		}
	}
}

// tick lets the clocks ring.
func (p *post) tick() {
	p.T.Helper()
	if err := p.clocks.Tick(context.Background()); err != nil {
		p.T.Fatal(err)
	}
}

// letters sends everything and returns who got what since the last call, as
// "kind to person", sorted.
func (p *post) letters() []string {
	p.T.Helper()
	before := len(p.caught.Messages())
	p.drain(p.mailer)
	all := p.caught.Messages()
	var out []string
	for _, m := range all[:len(all)-before] {
		kind, _, _ := strings.Cut(m.Subject, " ")
		name, _, _ := strings.Cut(m.To, "@")
		out = append(out, kind+" to "+name)
	}
	slices.Sort(out)
	return out
}

// gets sees that exactly these letters went out.
func (p *post) gets(what string, want ...string) {
	p.T.Helper()
	slices.Sort(want)
	if got := p.letters(); !slices.Equal(got, want) {
		p.T.Errorf("%s: %q, want %q", what, got, want)
	}
}

// disable closes an account.
func (p *post) disable(ids ...string) {
	p.T.Helper()
	p.Tx(func(tx *store.Tx) error {
		for _, id := range ids {
			if err := tx.SetDisabled(id, true); err != nil {
				return err
			}
		}
		return nil
	})
}

// count is the answer to a query that counts.
func (p *post) count(query string, args ...any) (n int) {
	p.T.Helper()
	if err := p.Raw().QueryRow(query, args...).Scan(&n); err != nil {
		p.T.Fatal(err)
	}
	return n
}

// danger makes a content say that somebody is in danger now.
func danger(c *models.Content) { c.DangerNow = models.Yes }

// conflict makes it say that somebody at the school may be involved.
func conflict(c *models.Content) { c.SchoolConflict = models.Yes }

// reopen opens the world's database again after somebody closed it, as a new
// process would.
func (p *post) reopen() {
	p.T.Helper()
	s, err := store.Open(context.Background(), p.URL, p.Clock.Now)
	if err != nil {
		p.T.Fatal(err)
	}
	p.T.Cleanup(func() { s.Close() })
	p.Store = s
	p.Audit = audit.New(s, p.Vault, "test", p.Dir, p.Clock.Now)
	p.Referrals = p.Service(func(r *referral.Service) { r.Outbox = p.outbox })
	p.mailer = p.another(p.caught)
	p.clocks = &courier.Clocks{Store: s, Referrals: p.Referrals, Outbox: p.outbox, Audit: p.Audit, Log: quiet}
}

// retryAll is the admin's act.
func retryAll(t testing.TB) func(*store.Tx) error {
	return func(tx *store.Tx) error {
		jobs, err := tx.RetryJobs(models.Actor{ID: storetest.Admin, Role: models.RoleAdmin}, "")
		if len(jobs) == 0 {
			t.Error("no dead letter")
		}
		return err
	}
}
