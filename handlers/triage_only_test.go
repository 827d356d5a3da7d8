package handlers

import (
	"net/http"
	"testing"

	"znak/models"
	"znak/models/store/storetest"
)

func TestASchoolsListTellsNothingOfTheTriage(t *testing.T) {
	s := newSite(t)
	ref := s.At(models.StateAcknowledged)
	before := s.as(storetest.Teacher).get("/referrals").text("tbody")
	s.Do(ref, storetest.Coordinator, models.EventProposeClose, s.Input(models.EventProposeClose))
	if got := s.as(storetest.Teacher).get("/referrals").text("tbody"); got != before {
		t.Errorf("the author's list says that a closing is proposed: %q, before %q", got, before)
	}
	if s.as(storetest.Deputy).get("/referrals").text("tbody") == before {
		t.Error("the deputy's list does not")
	}
}

func TestAnOldQuestionIsNotShownForTheOpenOne(t *testing.T) {
	s := newSite(t)
	ref := s.At(models.StateAcknowledged)
	for _, act := range []struct {
		who string
		e   models.Event
		in  models.Input
	}{
		{storetest.Coordinator, models.EventAsk, models.Input{To: models.ToSchool, Text: "старо питање"}},
		{storetest.Coordinator, models.EventForward, models.Input{}},
		{storetest.Centre, models.EventReceive, models.Input{}},
		{storetest.Centre, models.EventAsk, models.Input{To: models.ToCoordinator, Text: "питање за управу"}},
	} {
		s.Do(ref, act.who, act.e, act.in)
	}
	if got := s.as(storetest.Teacher).get("/referrals/" + ref); got.Find(".notice-warn .said").Length() != 0 || got.holds("питање за управу") {
		t.Error("the school is shown a question that is not open, or not its own")
	}
	if s.as(storetest.Coordinator).get("/referrals/"+ref).text(".notice-warn .said") != "питање за управу" {
		t.Error("the one who was asked is not shown the question")
	}
}

func TestNobodyTriesUnseenToBeBothOfTwoPeople(t *testing.T) {
	s := newSite(t)
	path := "/referrals/" + s.At(models.StateAcknowledged)
	c := s.as(storetest.Coordinator)
	c.submit(c.get(path), "#act-propose-close", "reason_code", "explained", "handed_to", "police", "text", "x").leadsTo(path)
	v := formValues(c.get(path).Find("#act-note"))
	c.post(path+"/confirm-close", "version", v.Get("version")).wants(http.StatusConflict)
	var n int
	s.must(s.Raw().QueryRow("SELECT count(*) FROM audit_entries WHERE action = 'confirm-close' AND outcome = 'denied' AND rule = 'second-person' AND referral_id <> ''").Scan(&n))
	if n != 1 {
		t.Errorf("%d entries say that the proposer tried to confirm", n)
	}
}
