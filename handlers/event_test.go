package handlers

import (
	"net/http"
	"testing"

	"znak/models"
	"znak/models/store/storetest"
)

func TestOneReferralFromTeacherToOutcome(t *testing.T) {
	s := newSite(t)
	ref := s.Submitted(storetest.Teacher)
	path := "/referrals/" + ref
	act := func(who, form string, fields ...string) {
		t.Helper()
		c := s.as(who)
		page := c.get(path).wants(http.StatusOK)
		c.submit(page, "#act-"+form, fields...).leadsTo(path)
	}
	act(storetest.Coordinator, "acknowledge")
	act(storetest.Coordinator, "ask", "text", "Када сте то видели?")
	act(storetest.Teacher, "answer", "text", "У петак.")
	act(storetest.Coordinator, "forward")
	act(storetest.Centre, "receive")
	act(storetest.Centre, "assess")
	act(storetest.Centre, "decide", "outcome", "dismissed", "criteria", "no-exploitation", "text", "образложење")
	act(storetest.Teacher, "reconsider", "reason", "Нисам сагласна.")
	act(storetest.Centre2, "decide-reconsideration", "outcome", "identified", "criteria", "act", "text", "ново")
	if got := s.Head(ref); got.State != models.StateClosed || got.DecidedBy != storetest.Centre2 {
		t.Errorf("the referral ended %s, decided by %s", got.State, got.DecidedBy)
	}
}
