package handlers

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

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

// typedText is what somebody might type who wants to see what happens.
const typedText = "<script>alert('{{.}}')</script> \"&amp; Ђ\n\nдруги ред"

func TestInvalidActKeepsEverythingTyped(t *testing.T) {
	s := newSite(t)
	path := "/referrals/" + s.At(models.StateInAssessment)
	c := s.as(storetest.Centre)
	page := c.submit(c.get(path), "#act-decide", "text", typedText, "outcome", "suspended", "criteria", "act", "criteria", "feeling").wants(http.StatusUnprocessableEntity)
	form := formValues(page.Find("#act-decide"))
	if form.Get("text") != typedText || form.Get("outcome") != "suspended" || strings.Join(form["criteria"], ",") != "act" {
		t.Errorf("the form came back with %v", form)
	}
	if strings.Contains(page.body, "<script>alert") || !page.holds("<script>alert('{{.}}')</script>") {
		t.Error("what was typed is not shown as typed")
	}
	link, _ := page.Find(".errors a").Attr("href")
	if link == "" || page.Find(link).Length() != 1 {
		t.Errorf("the summary links to %q, which is not on the page", link)
	}
	if got := page.Find("#act-decide").Closest("details"); got.Length() == 1 && got.AttrOr("open", "shut") == "shut" {
		t.Error("the form with the fault is folded away")
	}
	c.submit(page, "#act-decide", "criteria", "act").leadsTo(path)
	if !s.as(storetest.Centre2).get(path).wants(http.StatusOK).holds("<script>alert('{{.}}')</script>") {
		t.Error("what was typed is not shown as typed to the next reader")
	}
}

func TestEverySummaryLinksToItsField(t *testing.T) {
	s := newSite(t)
	for _, tt := range []struct {
		who   string
		state models.State
		act   string
	}{
		{storetest.Coordinator, models.StateAcknowledged, "ask"}, {storetest.Coordinator, models.StateAcknowledged, "urgency"},
		{storetest.Coordinator, models.StateAcknowledged, "reassign"}, {storetest.Coordinator, models.StateAcknowledged, "propose-close"},
		{storetest.Coordinator, models.StateAcknowledged, "note"}, {storetest.Teacher, models.StateInfoRequested, "answer"},
		{storetest.Teacher, models.StateClosed, "reconsider"}, {storetest.Teacher, models.StateClosed, "add"},
		{storetest.Centre, models.StateReceived, "ask"}, {storetest.Centre, models.StateInAssessment, "decide"},
		{storetest.Centre2, models.StateReconsideration, "decide-reconsideration"},
	} {
		c := s.as(tt.who)
		path := "/referrals/" + s.At(tt.state)
		page := c.submit(c.get(path), "#act-"+tt.act, "text", " ", "reason", "", "to", "", "urgency", "").wants(http.StatusUnprocessableEntity)
		links := page.Find(".errors a")
		if links.Length() == 0 {
			t.Errorf("%s: no summary", tt.act)
		}
		links.Each(func(_ int, a *goquery.Selection) {
			if to := a.AttrOr("href", ""); len(to) < 2 || page.Find(to).Length() != 1 {
				t.Errorf("%s: the summary links to %q, which is not on the page", tt.act, to)
			}
		})
		page.Find("main [id]").Each(func(_ int, e *goquery.Selection) {
			if id := e.AttrOr("id", ""); page.Find("[id='"+id+"']").Length() != 1 {
				t.Errorf("%s: the id %s is there twice", tt.act, id)
			}
		})
	}
}

func TestStalePageSaysWhatChangedAndKeepsTheText(t *testing.T) {
	s := newSite(t)
	ref := s.Submitted(storetest.Teacher)
	c := s.as(storetest.Coordinator)
	page := c.get("/referrals/" + ref)
	s.Do(ref, storetest.Deputy, models.EventAcknowledge, models.Input{})
	before := *s.Head(ref)
	conflict := c.submit(page, "#act-note", "text", typedText).wants(http.StatusConflict)
	if *s.Head(ref) != before {
		t.Error("the stale page changed the referral")
	}
	if got := conflict.Find("main li").Length(); got != 1 {
		t.Errorf("the page names %d changes, one happened", got)
	}
	form := formValues(conflict.Find("#act-note"))
	if form.Get("text") != typedText || form.Get("version") != strconv.FormatInt(before.Version, 10) {
		t.Errorf("the form came back with %v", form)
	}
	c.submit(conflict, "#act-note").leadsTo("/referrals/" + ref)
}

func TestAnActThatHasNoPlaceAnyMoreKeepsTheText(t *testing.T) {
	s := newSite(t)
	ref := s.At(models.StateAcknowledged)
	c := s.as(storetest.Coordinator)
	page := c.get("/referrals/" + ref)
	s.Do(ref, storetest.Deputy, models.EventForward, models.Input{})
	conflict := c.submit(page, "#act-ask", "text", typedText).wants(http.StatusConflict)
	if conflict.Find("#act-ask").Length() != 0 || !conflict.holds("<script>alert('{{.}}')</script>") || strings.Contains(conflict.body, "<script>alert") {
		t.Errorf("the text is lost: %s", conflict.text("main"))
	}
}

func TestVersionsThatAreNone(t *testing.T) {
	s := newSite(t)
	ref := s.Submitted(storetest.Teacher)
	c := s.as(storetest.Coordinator)
	c.get("/referrals/" + ref)
	for _, v := range []string{"", "x", "-1", "99", "1e9", "9223372036854775808"} {
		c.post("/referrals/"+ref+"/acknowledge", "version", v).wants(http.StatusConflict)
	}
	c.post("/referrals/" + ref + "/acknowledge?version=" + strconv.FormatInt(s.Head(ref).Version, 10)).wants(http.StatusConflict)
	if s.Head(ref).State != models.StateSubmitted {
		t.Error("it was acknowledged")
	}
}

func TestLanguageSwitchKeepsWhatWasTyped(t *testing.T) {
	s := newSite(t)
	ref := s.Submitted(storetest.Teacher)
	c := s.as(storetest.Coordinator)
	before := *s.Head(ref)
	page := c.get("/referrals/" + ref)
	for lang, word := range map[string]string{"sr": "Пријава", "sr-Latn": "Prijava", "en": "Referral"} {
		page = c.submit(page, "#act-ask", "text", typedText, "_lang", lang).wants(http.StatusOK)
		form := formValues(page.Find("#act-ask"))
		if page.Find("html").AttrOr("lang", "") != lang || form.Get("text") != typedText || !strings.Contains(page.text("title"), word) {
			t.Errorf("%s: in %s, with %q, titled %q", lang, page.Find("html").AttrOr("lang", ""), form.Get("text"), page.text("title"))
		}
	}
	c.submit(page, "#act-ask", "text", typedText, "_lang", "klingon").wants(http.StatusOK)
	if *s.Head(ref) != before {
		t.Error("switching the language acted")
	}
}

// TestTheSchoolsPageHoldsNothingInternal reads the page as the school gets it.
func TestTheSchoolsPageHoldsNothingInternal(t *testing.T) {
	s := newSite(t)
	ref := s.Submitted(storetest.Teacher, func(c *models.Content) { c.DangerNow = models.Yes })
	say := func(who string, e models.Event, in models.Input) { t.Helper(); s.Do(ref, who, e, in) }
	say(storetest.Coordinator, models.EventAcknowledge, models.Input{})
	say(storetest.Coordinator, models.EventNote, models.Input{Text: "тајна-белешка"})
	say(storetest.Coordinator, models.EventUrgency, models.Input{Urgency: models.Urgent, Reason: "тајна-хитност"})
	say(storetest.Coordinator, models.EventProposeClose, models.Input{Text: "тајни-предлог", ReasonCode: models.CloseReasons[0], HandedTo: "police"})
	say(storetest.Coordinator, models.EventForward, models.Input{Text: "тајно-прослеђено"})
	say(storetest.Centre, models.EventReceive, models.Input{})
	say(storetest.Centre, models.EventAsk, models.Input{Text: "тајно-питање", To: models.ToCoordinator})
	say(storetest.Coordinator, models.EventAnswer, models.Input{Text: "тајни-одговор"})
	say(storetest.Centre, models.EventAsk, models.Input{Text: "питање-школи", To: models.ToSchool})
	say(storetest.Teacher, models.EventAnswer, models.Input{Text: "одговор-школе"})
	say(storetest.Centre, models.EventAssess, models.Input{Text: "тајна-процена"})
	say(storetest.Centre, models.EventDecide, models.Input{Text: "тајно-образложење", Outcome: models.OutcomeDismissed, Criteria: []string{"no-contact"}})
	for _, who := range []string{storetest.Teacher, storetest.Psychologist} {
		for _, path := range []string{"", "/print"} {
			page := s.as(who).get("/referrals/" + ref + path).wants(http.StatusOK)
			for _, hidden := range []string{"тајн", "Immediate", "Urgent", "Костић", "Јовановић", "Jovanović", "Kostić", "tag-immediate", "tag-urgent", "tag-standard"} {
				if strings.Contains(page.body, hidden) {
					t.Errorf("%s reads %q at %s", who, hidden, path)
				}
			}
			for _, shown := range []string{"питање-школи", "одговор-школе", storetest.Marker} {
				if !page.holds(shown) {
					t.Errorf("%s does not read %q at %s", who, shown, path)
				}
			}
		}
	}
	desk := s.as(storetest.Coordinator).get("/referrals/" + ref)
	for _, shown := range []string{"тајна-белешка", "тајно-образложење", "тајни-одговор"} {
		if !desk.holds(shown) {
			t.Errorf("the desk does not read %q", shown)
		}
	}
	if desk.holds("тајна-процена") {
		t.Error("the desk reads the Centre's assessment")
	}
}

// TestWhoActedForAnotherDeskIsLedOn: the national desk forwards what a district
// acknowledged and then let lie; from then on it is not the national desk's.
func TestWhoActedForAnotherDeskIsLedOn(t *testing.T) {
	s := newSite(t)
	ref := s.At(models.StateAcknowledged)
	s.Clock.Pass(30 * 24 * time.Hour)
	c := s.as(storetest.National)
	to := c.submit(c.get("/referrals/"+ref).wants(http.StatusOK), "#act-forward").wants(http.StatusSeeOther).header.Get("Location")
	c.get(to).wants(http.StatusOK)
}
