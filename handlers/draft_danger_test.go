package handlers

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"znak/models"
	"znak/models/store/storetest"
)

// Danger now: what to do at once, and one button sends what there is.
func TestDraftInDanger(t *testing.T) {
	s := newSite(t)
	v := s.writer(storetest.Teacher)
	ref := v.begin("yes")
	page := v.get(edit(ref, "danger"))
	if page.Find(`main a[href="tel:192"]`).Length() == 0 || !strings.Contains(page.Find(".danger-now").Text(), "обавестите директора") {
		t.Error("the page does not say what to do at once")
	}
	if page.Find(`button[formaction="/referrals/`+ref+`/submit"]`).Length() != 1 {
		t.Error("there is no button to send now")
	}
	if _, named := page.Find("form#draft button").First().Attr("formaction"); named {
		t.Error("the Enter key would send the referral")
	}
	v.postForm(edit(ref, "danger"), url.Values{"danger_now": {"yes"}, "school_conflict": {"yes"}}).leadsTo(edit(ref, firstStep(s.Checklists.All()[0])))
	if text := v.get(edit(ref, "danger")).Find(".danger-now").Text(); strings.Contains(text, "обавестите директора") {
		t.Error("with a conflict at the school the head is still to be told")
	}
	v.post("/referrals/" + ref + "/submit").leadsTo("/referrals/" + ref + "/submitted")
	done := v.get("/referrals/" + ref + "/submitted")
	if done.Find(`main .danger-now a[href="tel:192"]`).Length() != 1 || strings.Contains(done.Find("main").Text(), "обавестите директора") {
		t.Error("after submitting with danger and conflict the page gives the wrong advice")
	}
}

// Who presses "send now" has not saved the page before: what it says about the
// school counts all the same.
func TestDraftSentNowKeepsTheConflict(t *testing.T) {
	s := newSite(t)
	v := s.writer(storetest.Teacher)
	ref := v.begin("yes")
	v.postForm("/referrals/"+ref+"/submit", url.Values{"danger_now": {"yes"}, "school_conflict": {"yes"}}).
		leadsTo("/referrals/" + ref + "/submitted")
	r, err := s.Store.Referral(context.Background(), s.Actor(storetest.Teacher), ref)
	if err != nil || !r.Restricted || r.DeskID != models.NationalDesk {
		t.Errorf("routed to %+v, %v", r, err)
	}
}

// A grave sign brings the danger question back, once, and then the form goes on
// where it was.
func TestDraftAsksDangerAgain(t *testing.T) {
	s := newSite(t)
	v := s.writer(storetest.Teacher)
	ref := v.begin("no")
	list := s.Checklists.All()[0]
	group, sign := "attendance-performance", "goes-missing"
	next := nextStep(list, group)
	v.postForm(edit(ref, group), url.Values{"sign." + sign: {"told"}}).leadsTo(edit(ref, "danger?next="+next))
	page := v.get(edit(ref, "danger?next="+next))
	asked, _ := list.Sign(sign)
	if !strings.Contains(page.Find("main").Text(), asked.Text.Sr) || page.Find(`input[name="danger_now"][checked]`).Length() != 0 {
		t.Error("the page does not say why it asks again, or answers itself")
	}
	if got := v.postForm(edit(ref, "danger"), url.Values{"next": {next}}); got.status != 422 || got.Find(".errors a").Length() != 1 {
		t.Errorf("no answer to the danger question: %d", got.status)
	}
	v.postForm(edit(ref, "danger"), url.Values{"next": {next}, "danger_now": {"no"}}).leadsTo(edit(ref, next))
	v.postForm(edit(ref, group), url.Values{"sign." + sign: {"seen"}}).leadsTo(edit(ref, next))
	other := v.begin("no")
	v.postForm(edit(other, "danger"), url.Values{"next": {"//evil.example"}, "danger_now": {"no"}}).leadsTo(edit(other, firstStep(list)))
	v.postForm(edit(other, "danger"), url.Values{"next": {next}, "danger_now": {"yes"}}).leadsTo(edit(other, "danger?next="+next))
	v.postForm(edit(other, "danger"), url.Values{"next": {next}, "danger_now": {"yes"}}).leadsTo(edit(other, next))
	v.postForm(edit(other, group), url.Values{"sign." + sign: {"seen"}}).leadsTo(edit(other, next))
}
