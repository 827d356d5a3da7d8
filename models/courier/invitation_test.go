package courier_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"znak/models"
	"znak/models/auth"
	"znak/models/courier"
	"znak/models/store"
	"znak/models/store/storetest"
)

var operator = models.Actor{ID: "operator", Role: models.RoleOperator}

// accounts is the service that invites by letter, and a mailer that sends them
// by way of a real relay.
func (p *post) accounts(r *relay) (*auth.Service, *courier.Mailer) {
	s := &auth.Service{Store: p.Store, Now: p.Clock.Now, Keys: p.Vault, Append: p.Audit.Append, Post: p.outbox.Invite}
	m := p.another(r.sender())
	m.Links = map[models.Letter]courier.LinkFunc{models.LetterInvitation: s.InvitationPath}
	return s, m
}

var invitationPath = regexp.MustCompile(`/invite/([A-Za-z0-9_-]{43})`)

// token is that of the link in a letter that arrived.
func (d delivery) token(t testing.TB) string {
	t.Helper()
	found := invitationPath.FindStringSubmatch(d.read(t).text)
	if found == nil {
		t.Fatalf("no link in %q", d.read(t).text)
	}
	return found[1]
}

// invites says whose account the token opens; "" for nobody's.
func invites(t testing.TB, s *auth.Service, token string) string {
	t.Helper()
	u, err := s.Invited(t.Context(), token)
	if models.CodeOf(err) == models.CodeNotFound {
		return ""
	} else if err != nil {
		t.Fatal(err)
	}
	return u.ID
}

// The letter goes to the account's own address, and its link works once. Nobody
// who holds the database, before or after it is sent, holds the link.
func TestInvitationByLetter(t *testing.T) {
	p, r := newPost(t), newRelay(t)
	s, m := p.accounts(r)
	made, err := s.Add(t.Context(), operator, models.User{Email: "nova@skola.test", Name: "Нова Особа", Role: models.RoleTeacher, SchoolID: storetest.School1, Lang: "sr"})
	if err != nil || !made.Sent || made.Token != "" {
		t.Fatalf("%+v, %v", made, err)
	}
	p.drain(m)
	got := r.deliveries()
	if len(got) != 1 || got[0].to != "nova@skola.test" {
		t.Fatalf("%d letters arrived: %+v", len(got), got)
	}
	token := got[0].token(t)
	if body := string(got[0].body); strings.Contains(body, storetest.School1) || strings.Contains(got[0].read(t).text, "Нова") {
		t.Errorf("the letter tells more than it must: %s", body)
	}
	for _, query := range []string{"SELECT count(*) FROM jobs WHERE object LIKE ?", "SELECT count(*) FROM jobs WHERE fault LIKE ?", "SELECT count(*) FROM invitations WHERE token_hash LIKE ?",
		"SELECT count(*) FROM audit_entries WHERE object LIKE ?", "SELECT count(*) FROM audit_entries WHERE rule LIKE ?"} {
		if n := p.count(query, "%"+token+"%"); n != 0 {
			t.Errorf("the database holds the link: %s", query)
		}
	}
	if who := invites(t, s, token); who != made.User.ID {
		t.Errorf("the link is for %q", who)
	}
	p.Tx(func(tx *store.Tx) error { return tx.DropInvitation(made.User.ID) })
	if who := invites(t, s, token); who != "" {
		t.Errorf("a used link is still for %q", who)
	}
}

// However often a letter is tried, its link is the same one, and counts from
// when it left: one that arrives late is not over.
func TestInvitationThatIsTriedAgain(t *testing.T) {
	p, r := newPost(t), newRelay(t)
	s, m := p.accounts(r)
	if _, err := s.Reset(t.Context(), operator, teacher, false); err != nil {
		t.Fatal(err)
	}
	r.set(all(trouble{data: &smtp.SMTPError{Code: 451, Message: "later"}}))
	for range 10 {
		p.drain(m)
		p.Clock.Pass(10 * time.Hour)
	}
	r.set(nil)
	p.drain(m)
	if n := len(r.deliveries()); n != 1 {
		t.Fatalf("%d letters arrived", n)
	}
	first := r.deliveries()[0].token(t)
	p.Clock.Pass(71 * time.Hour)
	if who := invites(t, s, first); who != teacher {
		t.Errorf("71 hours after the letter left its link is for %q", who)
	}
	p.Clock.Pass(2 * time.Hour)
	if who := invites(t, s, first); who != "" {
		t.Errorf("73 hours after it is still for %q", who)
	}
	// The worker did not learn that the letter had left, and sends it again.
	if _, err := p.Raw().Exec("UPDATE jobs SET done_at = 0, due_at = 0"); err != nil {
		t.Fatal(err)
	}
	p.drain(m)
	if got := r.deliveries(); len(got) != 2 || got[1].token(t) != first || invites(t, s, first) != teacher {
		t.Errorf("the second of %d letters has another link", len(got))
	}
}

// A letter whose invitation was replaced, used or taken back is not sent: one
// job, one link that lives.
func TestInvitationThatIsOver(t *testing.T) {
	p, r := newPost(t), newRelay(t)
	s, m := p.accounts(r)
	for range 2 {
		if _, err := s.Reset(t.Context(), operator, teacher, false); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Reset(t.Context(), operator, storetest.Teacher2, false); err != nil {
		t.Fatal(err)
	}
	p.disable(storetest.Teacher2)
	p.drain(m)
	if got := r.deliveries(); len(got) != 1 || invites(t, s, got[0].token(t)) != teacher {
		t.Errorf("%d letters arrived", len(got))
	}
	if n := p.count("SELECT count(*) FROM jobs WHERE done_at > 0 AND fault = 'moot'"); n != 1 {
		t.Errorf("%d letters were pointless", n)
	}
}
