package handlers

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"znak/models"
	"znak/models/store/storetest"
)

func edit(ref, step string) string { return "/referrals/" + ref + "/edit/" + step }

// writer is a browser with somebody signed in who reads Serbian.
func (s *site) writer(id string) *client {
	s.t.Helper()
	c := s.as(id)
	c.get("/language/sr")
	return c
}

// begin starts a draft and returns its reference.
func (c *client) begin(danger string) string {
	c.s.t.Helper()
	way := c.post("/referrals", "danger_now", danger, "checklist", "general").wants(303).header.Get("Location")
	parts := strings.Split(way, "/")
	if len(parts) < 5 {
		c.s.t.Fatalf("beginning leads to %q", way)
	}
	return parts[2]
}

// content reads the teacher's draft as it is stored.
func (s *site) content(ref string) models.Content {
	s.t.Helper()
	d, err := s.Referrals.Draft(context.Background(), s.Actor(storetest.Teacher), ref, "test")
	s.must(err)
	return d.Content
}

// A teacher with a doubt goes through the form from end to end.
func TestDraftFromBeginningToEnd(t *testing.T) {
	s := newSite(t)
	v := s.writer(storetest.Teacher)
	ref := v.begin("no")
	list := s.Checklists.All()[0]
	for i, g := range list.Groups {
		page := v.get(edit(ref, g.ID))
		if n := page.Find("fieldset.sign").Length(); page.status != 200 || n != len(g.Signs) {
			t.Fatalf("%s: status %d, %d of %d signs", g.ID, page.status, n, len(g.Signs))
		}
		if n := page.Find(`fieldset.sign input[value="unknown"][checked]`).Length(); n != len(g.Signs) {
			t.Errorf("%s: %d of %d signs begin as unknown", g.ID, n, len(g.Signs))
		}
		fields := url.Values{}
		for _, s := range g.Signs {
			fields.Set("sign."+s.ID, "unknown")
		}
		if i == 0 {
			fields.Set("sign."+g.Signs[0].ID, "seen")
			fields.Set("note."+g.Signs[0].ID, "На обе руке.")
			fields.Set("date."+g.Signs[0].ID, "5. 11. 2025.")
		}
		at := nextStep(list, g.ID)
		v.postForm(edit(ref, g.ID), fields).leadsTo(edit(ref, at))
	}
	v.postForm(edit(ref, "child"), url.Values{"child.name": {" Мара  Марић "}, "child.birth_year": {"2012."}, "child.sex": {"f"},
		"child.class": {"7/2"}, "child.citizenship": {"rs"}, "child.on_the_move": {"no"}}).leadsTo(edit(ref, "account"))
	v.postForm(edit(ref, "account"), url.Values{"account.child_words": {"„Морам да вратим паре.“\r\nТако је рекла."}, "family_contact_dangerous": {"yes"}}).leadsTo(edit(ref, "review"))
	c := s.content(ref)
	first := list.Groups[0].Signs[0].ID
	if got := c.Signs[first]; len(c.Signs) != 1 || got.Answer != "seen" || got.Note != "На обе руке." || got.Date != "2025-11-05" {
		t.Errorf("signs are stored as %+v", c.Signs)
	}
	if c.Child.Name != "Мара Марић" || c.Child.BirthYear != 2012 || c.Account.ChildWords != "„Морам да вратим паре.“\nТако је рекла." || c.FamilyContactDangerous != "yes" {
		t.Errorf("stored as %+v", c)
	}
	review := v.get(edit(ref, "review"))
	for _, want := range []string{"Мара Марић", "2012", "На обе руке.", "5. новембра 2025.", list.Groups[0].Signs[0].Text.Sr} {
		if !strings.Contains(review.Find("main").Text(), want) {
			t.Errorf("the review does not show %q", want)
		}
	}
	if strings.Contains(review.body, "tag-urgent") || strings.Contains(review.body, string(list.Groups[0].Signs[0].Strength)+" ") {
		t.Error("the review shows the teacher an urgency or a strength")
	}
	v.post("/referrals/" + ref + "/submit").leadsTo("/referrals/" + ref + "/submitted")
	v.post("/referrals/" + ref + "/submit").leadsTo("/referrals/" + ref + "/submitted")
	done := v.get("/referrals/" + ref + "/submitted")
	if done.status != 200 || strings.TrimSpace(done.Find(".refbig").Text()) != ref || strings.Contains(done.body, "Марић") {
		t.Errorf("after submitting: %d, %q", done.status, done.Find(".refbig").Text())
	}
	v.get(edit(ref, "child")).leadsTo("/referrals/" + ref)
	if got := v.postForm(edit(ref, "child"), url.Values{"child.name": {"x"}}); got.status != 409 {
		t.Errorf("saving what is submitted: %d", got.status)
	}
}

// Buttons lead elsewhere, after saving.
func TestDraftLeads(t *testing.T) {
	s := newSite(t)
	v := s.writer(storetest.Teacher)
	ref := v.begin("no")
	for _, tt := range []struct{ field, value, want string }{
		{"go", "back", edit(ref, "child")}, {"go", "list", "/referrals"}, {"go", "review", edit(ref, "review")},
		{"from", "review", edit(ref, "review")}, {"go", "http://evil.example", edit(ref, "review")}, {"next", "child", edit(ref, "review")},
	} {
		v.postForm(edit(ref, "account"), url.Values{"account.told": {tt.value}, tt.field: {tt.value}}).leadsTo(tt.want)
		if got := s.content(ref).Account.Told; got != tt.value {
			t.Errorf("%s=%s: saved %q", tt.field, tt.value, got)
		}
	}
	if page := v.get(edit(ref, "account?from=review&account.told=x")); page.Find(`input[name="from"][value="review"]`).Length() != 1 ||
		page.Find(`textarea[name="account.told"]`).Text() != "child" {
		t.Error("the way back to the review is lost, or a link fills in the form")
	}
}

// Nobody but its author has the draft, whatever the address.
func TestDraftIsItsAuthorsAlone(t *testing.T) {
	s := newSite(t)
	ref := s.writer(storetest.Teacher).begin("no")
	for _, name := range []string{storetest.Teacher2, storetest.Psychologist, storetest.TeacherFar} {
		v := s.writer(name)
		for _, step := range []string{"danger", "review", "child", "nonsense"} {
			if got := v.get(edit(ref, step)); got.status != 404 {
				t.Errorf("%s opens %s: %d", name, step, got.status)
			}
			if got := v.postForm(edit(ref, step), url.Values{"child.name": {"x"}}); got.status != 404 {
				t.Errorf("%s saves %s: %d", name, step, got.status)
			}
		}
		if got := v.post("/referrals/" + ref + "/submit"); got.status != 404 {
			t.Errorf("%s submits: %d", name, got.status)
		}
		if got := v.get("/referrals/" + ref + "/submitted"); got.status != 404 {
			t.Errorf("%s sees that it is submitted: %d", name, got.status)
		}
	}
	v := s.writer(storetest.Teacher)
	for _, step := range []string{"nonsense", "signs", "online"} {
		if got := v.get(edit(ref, step)); got.status != 404 {
			t.Errorf("the step %s: %d", step, got.status)
		}
	}
}
