package handlers

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"znak/handlers/mail"
	"znak/models"
	"znak/models/courier"
	"znak/models/store/storetest"
)

// mailing is a site whose invitations go by letter, and what sends them.
func mailing(t *testing.T) (s *site, caught *courier.Caught, send func()) {
	t.Helper()
	s = compulsory(t)
	outbox := courier.NewOutbox(s.Location)
	s.h.Auth.Post = outbox.Invite
	writer, err := mail.New(s.h.Locales, "http://znak.test", s.Location)
	s.must(err)
	caught = new(courier.Caught)
	m := &courier.Mailer{Store: s.Store, Audit: s.Audit, Outbox: outbox, Writer: writer, Sender: caught, Log: s.h.Log,
		Links: map[models.Letter]courier.LinkFunc{models.LetterInvitation: s.h.Auth.InvitationPath}}
	return s, caught, func() {
		t.Helper()
		_, _, err := m.Batch(t.Context())
		s.must(err)
	}
}

// An admin invites a teacher: the letter is in the reader's language, holds
// neither name nor school, and the admin never sees the link, unless it was
// asked for.
func TestInvitationGoesByLetter(t *testing.T) {
	s, caught, send := mailing(t)
	admin := s.enrolled(storetest.Admin)
	fields := []string{"email", "nova@example.rs", "name", "Нова Особа", "role", "teacher", "school", "0102", "district", "", "lang", "sr-Latn"}
	if admin.get("/admin/users/new").Find(`input[name="print"]`).Length() != 1 {
		t.Error("the link cannot be asked for")
	}
	page := admin.post("/admin/users", fields...).wants(http.StatusSeeOther)
	send()
	got := caught.Messages()
	if len(got) != 1 || got[0].To != "nova@example.rs" || got[0].Lang != "sr-Latn" || !strings.Contains(got[0].Text, "lozinku") {
		t.Fatalf("%+v", got)
	}
	for _, never := range []string{"Нова", "Nova Osoba", "Друга", "Druga"} {
		if strings.Contains(got[0].Subject+got[0].Text+got[0].HTML, never) {
			t.Errorf("the letter holds %q", never)
		}
	}
	token := strings.TrimPrefix(got[0].Link, "http://znak.test/invite/")
	if after := admin.get(page.header.Get("Location")).wants(http.StatusOK); strings.Contains(after.body, token) || !after.holds("goes to the address") {
		t.Errorf("the admin reads: %s", after.text("main"))
	}
	if strings.Contains(s.log.String(), token) {
		t.Error("the log holds the link")
	}
	v := s.visitor()
	v.get("/invite/" + token).wants(http.StatusOK)
	v.post("/invite/"+token, "password", newPassword, "again", newPassword).leadsTo("/")
	s.visitor().get("/invite/" + token).wants(http.StatusNotFound)

	u, err := s.Store.UserByEmail(t.Context(), "nova@example.rs")
	s.must(err)
	fields[1] = "druga@example.rs"
	if link := admin.post("/admin/users", append(fields, "print", "yes")...).wants(http.StatusOK).text("#link"); !strings.Contains(link, "/invite/") {
		t.Errorf("what was asked for is not shown: %q", link)
	}
	send()
	if n := len(caught.Messages()); n != 1 {
		t.Errorf("a letter went although the link was asked for: %d", n)
	}
	// With the link to a teacher's account an admin would read what that teacher
	// wrote.
	if page := admin.get("/admin/users/" + u.ID); page.Find(`input[name="print"]`).Length() != 0 {
		t.Error("the link to an account that is in use can be asked for")
	}
	admin.post("/admin/users/"+u.ID+"/reset", "print", "yes").leadsTo("/admin/users/" + u.ID)
	send()
	if got := caught.Messages(); len(got) != 2 || got[1].To != u.Email {
		t.Errorf("%+v", got)
	}
}

// The invitation to an account that reads goes nowhere before the second person
// agreed, and then only to that body: to an address of its own by letter, else
// through the second person's hands.
func TestInvitationOfAReaderGoesToItsBodyAlone(t *testing.T) {
	for email, byLetter := range map[string]bool{"nova@znak.test": true, "nova@elsewhere.test": false} {
		t.Run(email, func(t *testing.T) {
			s, caught, send := mailing(t)
			admin := s.enrolled(storetest.Admin)
			admin.post("/admin/users", "email", email, "name", "Нова Особа", "role", "centre", "school", "", "district", "", "lang", "en", "print", "yes").wants(http.StatusSeeOther)
			send()
			if n := len(caught.Messages()); n != 0 {
				t.Fatalf("%d letters left before anybody agreed", n)
			}
			u, err := s.Store.UserByEmail(t.Context(), email)
			s.must(err)
			officer := s.enrolled(storetest.Centre)
			page := officer.get("/approvals").wants(http.StatusOK)
			if asks := page.Find(`input[name="print"]`).Length() == 1; asks != byLetter {
				t.Errorf("the second person is told otherwise: %s", page.text("main"))
			}
			page = officer.post("/approvals/"+s.proposal(admin, u.ID), "verdict", "approve")
			send()
			if shown := regexp.MustCompile("/invite/").MatchString(page.text("#link")); shown == byLetter || len(caught.Messages()) == 1 != byLetter {
				t.Errorf("shown %v, %d letters", shown, len(caught.Messages()))
			}
		})
	}
}

// Who was refused has no invitation.
func TestNoLetterWithoutConsent(t *testing.T) {
	s, caught, send := mailing(t)
	admin := s.enrolled(storetest.Admin)
	admin.post("/admin/users/" + storetest.Centre2 + "/reset").wants(http.StatusSeeOther)
	officer := s.enrolled(storetest.Centre)
	officer.get("/approvals")
	officer.post("/approvals/"+s.proposal(admin, storetest.Centre2), "verdict", "refuse").leadsTo("/approvals")
	send()
	if _, err := s.Store.InvitationOf(t.Context(), storetest.Centre2); models.CodeOf(err) != models.CodeNotFound || len(caught.Messages()) != 0 {
		t.Errorf("%d letters, %v", len(caught.Messages()), err)
	}
}
