package handlers

import (
	"net/http"
	"strings"
	"testing"

	"znak/models"
	"znak/models/backup"
	"znak/models/store/storetest"
)

// TestThePageOfAnErasedReferralSaysSo: in every language, to everybody who
// could read it, and shows nothing of what it said.
func TestThePageOfAnErasedReferralSaysSo(t *testing.T) {
	s := newSite(t)
	closed, open := s.At(models.StateClosed), s.At(models.StateForwarded)
	draft := s.Draft(storetest.Teacher, s.Full)
	e := &backup.Eraser{Store: s.Store, Audit: s.Audit, Ledger: backup.NewLedger(s.Dir, s.Vault), Now: s.Clock.Now}
	for _, ref := range []string{closed, open, draft} {
		_, err := e.Erase(t.Context(), models.Actor{ID: "operator", Role: models.RoleOperator}, ref, models.ReasonMistake)
		s.must(err)
	}
	says := map[string]string{"sr": "трајно су обрисани", "sr-Latn": "trajno su obrisani", "en": "erased for good"}
	for _, who := range []string{storetest.Teacher, storetest.Psychologist, storetest.Coordinator, storetest.Centre} {
		c := s.as(who)
		for lang, words := range says {
			c.get("/language/" + lang + "?next=/")
			for _, path := range []string{"/referrals/" + closed, "/referrals/" + open, "/referrals/" + closed + "/print"} {
				page := c.get(path).wants(http.StatusOK)
				if !page.holds(words) || page.holds(storetest.Marker) {
					t.Errorf("%s, %s, %s: %s", who, lang, path, page.text("main"))
				}
				if page.Find("form[action*='"+open+"']").Length() > 0 {
					t.Errorf("%s can still act on it", who)
				}
			}
		}
		c.get("/referrals").wants(http.StatusOK)
		c.get("/").wants(http.StatusOK)
	}
	teacher := s.as(storetest.Teacher)
	teacher.get("/referrals/" + draft).wants(http.StatusNotFound)
	teacher.get("/referrals/" + draft + "/edit/child").wants(http.StatusNotFound)
	if teacher.get("/referrals").holds(draft) {
		t.Error("the draft is still listed")
	}
}

// TestErasuresAreTold to those who could read the referral, as other acts on
// the server are.
func TestErasuresAreTold(t *testing.T) {
	s := newSite(t)
	ref := s.At(models.StateClosed)
	e := &backup.Eraser{Store: s.Store, Audit: s.Audit, Ledger: backup.NewLedger(s.Dir, s.Vault), Now: s.Clock.Now}
	_, err := e.Erase(t.Context(), models.Actor{ID: "operator", Role: models.RoleOperator}, ref, models.ReasonRetention)
	s.must(err)
	for who, told := range map[string]bool{storetest.Coordinator: true, storetest.National: true, storetest.Centre: true, storetest.CoordinatorFar: false} {
		c := s.as(who)
		c.get("/language/en?next=/")
		page := c.get("/approvals").wants(http.StatusOK)
		if page.holds(ref) != told || told && !strings.Contains(page.text("main"), "the retention period has ended") {
			t.Errorf("%s: %s", who, page.text("main"))
		}
	}
}
