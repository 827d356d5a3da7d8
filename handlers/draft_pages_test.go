package handlers

import (
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"znak/locales"
	"znak/models"
	"znak/models/store/storetest"
)

// The pages of the form are whole in every language, however they look.
func TestDraftPagesInEveryLanguage(t *testing.T) {
	s := newSite(t)
	v := s.writer(storetest.Teacher)
	ref := v.begin("yes")
	sent := v.begin("yes")
	v.post("/referrals/" + sent + "/submit").leadsTo("/referrals/" + sent + "/submitted")
	paths := []string{"/referrals/new", "/referrals/" + sent + "/submitted"}
	for _, step := range draftSteps(s.Checklists.All()[0]) {
		paths = append(paths, edit(ref, step), edit(ref, step)+"?from=review")
	}
	for _, lang := range locales.All {
		v.get("/language/" + string(lang))
		for _, path := range paths {
			page := v.get(path)
			token := page.Find(`input[name="_csrf"]`).First().AttrOr("value", "none")
			html := strings.ReplaceAll(page.body, ">teacher<", "><")
			page.Find(`input[name="_csrf"]`).Each(func(_ int, s *goquery.Selection) {
				html = strings.ReplaceAll(html, s.AttrOr("value", token), "token")
			})
			checkPage(t, string(lang)+" "+path, lang, s.h.Locales, html)
		}
	}
}

// Switching the language shows the same form with everything as typed, right or
// wrong, and saves nothing.
func TestDraftSwitchesLanguage(t *testing.T) {
	s := newSite(t)
	v := s.writer(storetest.Teacher)
	ref := v.begin("no")
	got := v.postForm(edit(ref, "child"), url.Values{"_lang": {"en"}, "child.birth_year": {"abc"}, "child.name": {"Ђорђе"}, "child.sex": {"m"}, "from": {"review"}})
	if got.status != 200 || got.Find("html").AttrOr("lang", "") != "en" || got.Find("#f-child-birth_year").AttrOr("value", "") != "abc" ||
		got.Find("#f-child-name").AttrOr("value", "") != "Ђорђе" || got.Find(`#f-child-sex input[checked]`).AttrOr("value", "") != "m" ||
		got.Find(`input[name="from"]`).Length() != 1 || got.Find(".errors").Length() != 0 {
		t.Errorf("%d: %s", got.status, got.Find("main").Text())
	}
	got = v.postForm(edit(ref, "physical-health"), url.Values{"_lang": {"sr-Latn"}, "sign.restraint-marks": {"seen"}, "note.restraint-marks": {"оба зглоба"}, "date.restraint-marks": {"јуче"}})
	if got.status != 200 || got.Find(`#f-sign-restraint-marks input[checked]`).AttrOr("value", "") != "seen" ||
		got.Find("#f-note-restraint-marks").Text() != "оба зглоба" || got.Find("#f-date-restraint-marks").AttrOr("value", "") != "јуче" {
		t.Errorf("%d: the group lost what was typed", got.status)
	}
	got = v.postForm(edit(ref, "danger"), url.Values{"_lang": {"en"}, "danger_now": {"yes"}, "next": {"child"}})
	if got.status != 200 || got.Find(`input[name="danger_now"][checked]`).AttrOr("value", "") != "yes" {
		t.Errorf("%d: the danger page lost what was chosen", got.status)
	}
	got = v.postForm("/referrals", url.Values{"_lang": {"sr"}, "danger_now": {"unknown"}, "checklist": {"online"}})
	if got.status != 200 || got.Find(`input[name="danger_now"][checked]`).AttrOr("value", "") != "unknown" ||
		got.Find(`input[name="checklist"][checked]`).AttrOr("value", "") != "online" || got.Find("details[open]").Length() == 0 {
		t.Errorf("%d: the first page lost what was chosen", got.status)
	}
	v.postForm("/referrals/"+ref+"/submit", url.Values{"_lang": {"en"}, "danger_now": {"yes"}}).leadsTo(edit(ref, "review"))
	if c := s.content(ref); c.DangerNow != "no" || len(c.Signs) != 0 || c.Child != (models.Child{}) {
		t.Errorf("switching the language saved %+v", c)
	}
}
