package handlers

import (
	"net/url"
	"testing"

	"znak/locales"
	"znak/models/store/storetest"
)

// The first page asks for an answer to the danger question and knows its lists.
func TestDraftBegins(t *testing.T) {
	s := newSite(t)
	v := s.writer(storetest.Teacher)
	page := v.get("/referrals/new")
	if page.Find(`input[name="danger_now"]`).Length() != 3 || page.Find(`input[name="danger_now"][checked]`).Length() != 0 {
		t.Error("the danger question answers itself")
	}
	if page.Find(`input[name="checklist"][checked]`).AttrOr("value", "") != "general" {
		t.Error("the list for every pupil is not chosen beforehand")
	}
	for name, fields := range map[string]url.Values{
		"#f-danger_now": {"checklist": {"online"}},
		"#f-checklist":  {"checklist": {"no-such-list"}, "danger_now": {"no"}},
	} {
		got := v.postForm("/referrals", fields)
		if got.status != 422 || got.Find(".errors a").AttrOr("href", "") != name ||
			got.Find(`input[name="danger_now"][checked]`).AttrOr("value", "") != fields.Get("danger_now") {
			t.Errorf("%v: %d, %q", fields, got.status, got.Find(".errors").Text())
		}
	}
	ref := v.begin("no")
	if link := v.get("/referrals/new").Find(`a[href="` + edit(ref, "review") + `"]`); link.Length() != 1 {
		t.Error("the unfinished draft is not offered")
	}
	if s.writer(storetest.Teacher2).get("/referrals/new").Find("main .ref").Length() != 0 {
		t.Error("a colleague is offered the draft")
	}
	if got := s.writer(storetest.Coordinator).get("/referrals/new"); got.status != 403 {
		t.Errorf("a coordinator begins a referral: %d", got.status)
	}
}

// Nothing to submit is no dead end.
func TestDraftWithNothingToSubmit(t *testing.T) {
	s := newSite(t)
	v := s.writer(storetest.Teacher)
	ref := v.begin("unknown")
	if page := v.get(edit(ref, "review")); page.Find("#missing a").Length() != 3 || page.Find(`form[action$="/submit"]`).Length() != 0 {
		t.Error("the review does not say what is missing")
	}
	got := v.post("/referrals/" + ref + "/submit")
	if got.status != 422 || got.Find(".errors a").AttrOr("href", "") != "#missing" || got.Find("#missing").Length() != 1 {
		t.Errorf("submitting nothing: %d", got.status)
	}
	v.get("/referrals/" + ref + "/submitted").leadsTo(edit(ref, "review"))
	for _, lang := range locales.All {
		v.get("/language/" + string(lang))
		if page := v.get(edit(ref, "review")); page.status != 200 || page.Find("html").AttrOr("lang", "") != string(lang) {
			t.Errorf("the review in %s: %d", lang, page.status)
		}
	}
}
