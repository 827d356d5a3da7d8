package handlers

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"znak/models"
	"znak/models/store/storetest"
)

func refsOn(a *reply) (refs []string) {
	a.Find("main table .ref").Each(func(_ int, e *goquery.Selection) { refs = append(refs, e.Text()) })
	return refs
}

func TestListsArePagedByLinks(t *testing.T) {
	s := newSite(t)
	want := 2*listPage + 3
	for range want {
		s.Submitted(storetest.Teacher)
	}
	for _, who := range []string{storetest.Teacher, storetest.Coordinator} {
		c, seen, pages := s.as(who), map[string]bool{}, 0
		for path := "/referrals?state=submitted"; path != ""; pages++ {
			a := c.get(path).wants(http.StatusOK)
			for _, ref := range refsOn(a) {
				seen[ref] = true
			}
			path = ""
			a.Find("main nav a").Each(func(_ int, e *goquery.Selection) {
				if href := e.AttrOr("href", ""); strings.Contains(href, "after=") && strings.Contains(href, "state=submitted") {
					path = href
				}
			})
		}
		if len(seen) != want || pages != 3 {
			t.Errorf("%s reads %d referrals on %d pages", who, len(seen), pages)
		}
	}
}

func TestListsShowNoChild(t *testing.T) {
	s := newSite(t)
	ref := s.Submitted(storetest.Teacher)
	for _, who := range []string{storetest.Teacher, storetest.Psychologist, storetest.Coordinator} {
		for _, path := range []string{"/referrals", "/", "/referrals?q=" + ref} {
			a := s.as(who).get(path).wants(http.StatusOK)
			if strings.Contains(a.body, storetest.Marker) || strings.Contains(a.body, "2012") || !strings.Contains(a.body, ref) {
				t.Errorf("%s at %s: the child is there, or the referral is not", who, path)
			}
		}
	}
}

func TestSearchFindsAnySpelling(t *testing.T) {
	s := newSite(t)
	ref := s.Submitted(storetest.Teacher)
	s.Submitted(storetest.Teacher, func(c *models.Content) { c.Child.Name = "Неко Други" })
	c := s.as(storetest.Coordinator)
	for _, q := range []string{"Ђурђица", "đurđica", "Djurdjica Zvezdomirka", ref, strings.ToLower(ref)} {
		a := c.get("/referrals?q=" + url.QueryEscape(q)).wants(http.StatusOK)
		if got := refsOn(a); len(got) != 1 || got[0] != ref {
			t.Errorf("%q finds %v", q, got)
		}
		if a.Find("input[name=q]").AttrOr("value", "") != q {
			t.Errorf("%q is not kept", q)
		}
	}
	a := c.get("/referrals?q=" + url.QueryEscape(`"><script>{{.}}`)).wants(http.StatusOK)
	if strings.Contains(a.body, "<script>{{") || a.Find("input[name=q]").AttrOr("value", "") != `"><script>{{.}}` {
		t.Error("what was sought is not shown as typed")
	}
}

func TestTheSchoolCannotFilterByUrgency(t *testing.T) {
	s := newSite(t)
	ref := s.Submitted(storetest.Teacher, func(c *models.Content) { c.DangerNow = models.Yes })
	s.Clock.Pass(90 * time.Minute)
	c := s.as(storetest.Teacher)
	for _, q := range []string{"urgency=standard", "urgency=immediate", "overdue=yes"} {
		if got := refsOn(c.get("/referrals?" + q)); len(got) != 1 || got[0] != ref {
			t.Errorf("%s tells the school what triage made of it: %v", q, got)
		}
	}
	d := s.as(storetest.Coordinator)
	if got := refsOn(d.get("/referrals?urgency=standard")); len(got) != 0 {
		t.Errorf("the desk's filter finds %v", got)
	}
	if got := refsOn(d.get("/referrals?overdue=yes")); len(got) != 1 {
		t.Errorf("the desk's overdue finds %v", got)
	}
}

func TestBrokenFilters(t *testing.T) {
	s := newSite(t)
	s.Submitted(storetest.Teacher)
	c := s.as(storetest.Coordinator)
	for _, q := range []string{"state=x", "urgency=x", "after=x", "after=1.2", "after=%00", "q=%ff%fe", "q=" + strings.Repeat("a+", 3000)} {
		if a := c.get("/referrals?" + q); a.status != http.StatusOK && a.status != http.StatusNotFound {
			t.Errorf("%.30s: %d", q, a.status)
		}
	}
}
