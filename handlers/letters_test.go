package handlers

import (
	"net/http"
	"strings"
	"testing"

	"znak/models"
	"znak/models/courier"
	"znak/models/store"
	"znak/models/store/storetest"
)

// given gives up one letter of the referral.
func (s *site) given(ref string) {
	s.t.Helper()
	id := s.Store.ReferralID(s.t.Context(), ref)
	s.Tx(func(tx *store.Tx) error {
		return tx.QueueJobs(models.Job{Queue: courier.Queue, Kind: string(models.LetterNew), ReferralID: id, RecipientID: storetest.Coordinator,
			Attempts: 5, DeadAt: models.StampOf(s.Clock.Now()), Fault: "reader-550"},
			models.Job{Queue: courier.Queue, Kind: string(models.LetterAckSoon), ReferralID: id, RecipientID: storetest.Coordinator})
	})
}

func TestAdminSeesAndRetriesLetters(t *testing.T) {
	s := newSite(t)
	ref := s.Submitted(storetest.Teacher)
	s.given(ref)
	c := s.as(storetest.Admin)
	c.get("/admin").wants(http.StatusOK)
	page := c.get("/admin/letters").wants(http.StatusOK)
	if got := page.text("tbody tr"); !strings.Contains(got, "New referral") || !strings.Contains(got, "reader-550") || !strings.Contains(got, "Coordinator") {
		t.Errorf("the row: %q", got)
	}
	for _, secret := range []string{ref, storetest.Marker, "Вера", "Vera", storetest.Email(storetest.Coordinator), "ОШ", "OŠ"} {
		if page.holds(secret) {
			t.Errorf("the page holds %q", secret)
		}
	}
	checkPage(t, "letters", "en", s.h.Locales, strings.ReplaceAll(page.body, c.csrf, "token"))
	id, _ := page.Find("button[name=id]").Attr("value")
	c.post("/admin/letters/retry", "id", id).leadsTo("/admin/letters")
	c.get("/admin/letters").wants(http.StatusOK)
	c.post("/admin/letters/retry", "id", id).wants(http.StatusNotFound)
	c.post("/admin/letters/retry").leadsTo("/admin/letters")
	var on int
	if err := s.Raw().QueryRow("SELECT count(*) FROM audit_entries WHERE action = 'retry-letter' AND actor_id = 'admin' AND object = 'letter:'||?", id).Scan(&on); err != nil || on != 1 {
		t.Errorf("trying again is on the trail %d times, %v", on, err)
	}
	due, err := s.Store.JobsDue(t.Context(), courier.Queue)
	tally, err2 := s.Store.JobTally(t.Context(), "")
	if err != nil || err2 != nil || !due || tally.Waiting != 2 || tally.Dead != 0 {
		t.Errorf("%+v, due %v, %v, %v", tally, due, err, err2)
	}
}

func TestOnlyAdminsHaveLetters(t *testing.T) {
	s := newSite(t)
	for _, id := range []string{storetest.Teacher, storetest.Coordinator, storetest.Centre, storetest.Ministry, storetest.Auditor} {
		c := s.as(id)
		c.get("/admin/letters").wants(http.StatusForbidden)
		c.get("/help")
		c.post("/admin/letters/retry").wants(http.StatusForbidden)
		if _, err := s.Store.DeadJobs(t.Context(), s.Actor(id), 10); models.CodeOf(err) != models.CodeForbidden {
			t.Errorf("%s: %v", id, err)
		}
	}
	s.visitor().get("/admin/letters").wants(http.StatusSeeOther)
}

// The demo shows the letters that it does not send; nothing else has the page.
func TestCaughtMailIsShownInTheDemoOnly(t *testing.T) {
	s := newSite(t)
	s.visitor().get("/demo/mail").wants(http.StatusNotFound)
	caught := new(courier.Caught)
	s.h.Demo, s.h.Caught = true, caught
	e, err := s.h.Server()
	s.must(err)
	s.srv.Config.Handler = e
	c := s.visitor()
	checkPage(t, "empty", "sr", s.h.Locales, c.get("/demo/mail").wants(http.StatusOK).body)
	for i := range 205 {
		words := courier.Words{Subject: "ZN-7K3M-9QX4: <b>", Text: "прва\nдруга", Link: "http://znak.test/referrals/ZN-7K3M-9QX4"}
		s.must(caught.Send(t.Context(), courier.Message{Words: words, ID: "x", To: "a@b.test", Lang: "sr", Urgent: i%2 == 0, At: s.Clock.Now()}))
	}
	page := c.get("/demo/mail").wants(http.StatusOK)
	if n := page.Find("article").Length(); n != 200 {
		t.Errorf("%d letters are shown", n)
	}
	if got := page.Find("article h2").First().Text(); got != "ZN-7K3M-9QX4: <b>" {
		t.Errorf("subject %q", got)
	}
	checkPage(t, "demo mail", "sr", s.h.Locales, page.body)
	if c.get("/").Find(`a[href="/demo/mail"]`).Length() != 1 {
		t.Error("the banner does not lead there")
	}
}
