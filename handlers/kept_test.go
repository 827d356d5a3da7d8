package handlers

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"znak/models"
	"znak/models/store"
	"znak/models/store/storetest"
)

// expire ends everybody's sessions, as time does.
func (s *site) expire(id string) {
	s.Tx(func(tx *store.Tx) error { return tx.EndSessions(id) })
}

const longText = "Дете је рекло да мора да врати новац.\nДруги ред."

func TestWhatWasTypedSurvivesSigningInAgain(t *testing.T) {
	s := newSite(t)
	ref := s.Draft(storetest.Teacher)
	c := s.as(storetest.Teacher)
	page := c.get(edit(ref, "account")).wants(200)
	s.expire(storetest.Teacher)
	c.submit(page, "form#draft", "account.observed", longText).wants(303)
	login := c.get("/login")
	if login.Find("main .notice").Length() != 1 {
		t.Error("the sign-in page does not say that the text is kept")
	}
	var stored int
	if err := s.Raw().QueryRow("SELECT count(*) FROM sessions WHERE instr(data, 'новац') > 0").Scan(&stored); err != nil || stored != 0 {
		t.Errorf("the text stands in clear in the database: %d, %v", stored, err)
	}
	c.post("/login", "email", storetest.Email(storetest.Teacher), "password", password).leadsTo(edit(ref, "account"))
	if got := c.get(edit(ref, "account")).field("account.observed"); got != longText {
		t.Errorf("after signing in again the form holds %q", got)
	}
	if got := c.get(edit(ref, "account")).field("account.observed"); got == longText {
		t.Error("the text is shown a second time, as if it were saved")
	}
}

func TestAnEventsTextSurvivesSigningInAgain(t *testing.T) {
	s := newSite(t)
	ref := s.At(models.StateAcknowledged)
	c := s.as(storetest.Coordinator)
	page := c.get("/referrals/" + ref).wants(200)
	s.Clock.Pass(time.Minute)
	s.expire(storetest.Coordinator)
	c.submit(page, "form#act-ask", "text", longText, "to", "school").wants(303)
	c.get("/login")
	c.post("/login", "email", storetest.Email(storetest.Coordinator), "password", password).leadsTo("/referrals/" + ref)
	again := c.get("/referrals/" + ref).wants(200)
	if got := again.Find("form#act-ask textarea").Text(); strings.TrimPrefix(got, "\n") != longText {
		t.Errorf("after signing in again the form holds %q", got)
	}
	if _, open := again.Find("form#act-ask").Parent().Attr("open"); !open {
		t.Error("the form with the text is folded away")
	}
	if s.Head(ref).State != models.StateAcknowledged {
		t.Error("the form acted by itself")
	}
}

func TestWhatWasTypedIsForItsAuthorAlone(t *testing.T) {
	s := newSite(t)
	ref := s.Draft(storetest.Teacher)
	c := s.as(storetest.Teacher)
	page := c.get(edit(ref, "account")).wants(200)
	s.expire(storetest.Teacher)
	c.submit(page, "form#draft", "account.observed", longText).wants(303)
	c.get("/login")
	c.post("/login", "email", storetest.Email(storetest.Teacher2), "password", password).leadsTo("/")
	for _, path := range []string{"/", edit(ref, "account"), "/referrals"} {
		if c.get(path).holds("новац") {
			t.Errorf("%s shows somebody else what was typed", path)
		}
	}
	stranger := s.visitor()
	stranger.get("/login")
	stranger.post(edit(ref, "account"), "_by", "nobody-we-know", "account.observed", longText).wants(303)
	if stranger.get("/login").Find("main .notice").Length() != 0 {
		t.Error("a stranger's form is kept")
	}
}

// Who may see a referral hangs on the danger page's answers: signing in again
// between ticking and sending must not lose them.
func TestTheDangerPagesAnswersSurviveSigningInAgain(t *testing.T) {
	s := newSite(t)
	ref := s.Draft(storetest.Teacher, func(c *models.Content) { c.DangerNow = models.Yes })
	c := s.as(storetest.Teacher)
	page := c.get(edit(ref, "danger")).wants(200)
	s.expire(storetest.Teacher)
	v := formValues(page.Find("form#draft"))
	v.Set("school_conflict", "yes")
	c.postForm("/referrals/"+ref+"/submit", v).wants(303)
	c.get("/login")
	c.post("/login", "email", storetest.Email(storetest.Teacher), "password", password).leadsTo(edit(ref, "danger"))
	again := c.get(edit(ref, "danger"))
	if again.field("school_conflict") != "yes" {
		t.Error("the danger at the school is forgotten")
	}
	c.postForm("/referrals/"+ref+"/submit", formValues(again.Find("form#draft"))).wants(303)
	if head := s.Head(ref); !head.Restricted || head.DeskID != models.NationalDesk {
		t.Errorf("it went to %s, hidden at the school: %v", head.DeskID, head.Restricted)
	}
}

func TestNobodyTakesForSentWhatWasNot(t *testing.T) {
	s := newSite(t)
	ref := s.Draft(storetest.Teacher, s.Full)
	c := s.as(storetest.Teacher)
	page := c.get(edit(ref, "review")).wants(200)
	s.expire(storetest.Teacher)
	c.submit(page, "main form[method=post]").leadsTo("/login?next=" + url.QueryEscape(edit(ref, "review")))
}
