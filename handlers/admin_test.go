package handlers

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"znak/models"
	"znak/models/store"
	"znak/models/store/storetest"
)

func TestAdminClosesAndOpensAccounts(t *testing.T) {
	s := newSite(t)
	teacher, c := s.as(storetest.Teacher), s.as(storetest.Admin)
	c.get("/admin/users").wants(http.StatusOK)
	c.post("/admin/users/" + storetest.Teacher + "/disable").leadsTo("/admin/users")
	teacher.get("/referrals").wants(http.StatusSeeOther)
	c.post("/admin/users/" + storetest.Teacher + "/enable").leadsTo("/admin/users")
	teacher.get("/referrals").wants(http.StatusSeeOther)
	s.as(storetest.Teacher).get("/referrals").wants(http.StatusOK)
	c.post("/admin/users/" + storetest.Admin + "/disable").wants(http.StatusConflict)
	for _, action := range []string{"disable", "enable"} {
		s.Settle()
		list, err := s.Store.AuditTrail(t.Context(), s.Actor(storetest.Auditor), store.AuditFilter{Action: action})
		if err != nil || len(list) != 1 || list[0].Object != "user:"+storetest.Teacher || list[0].ActorID != storetest.Admin {
			t.Errorf("%s: %+v, %v", action, list, err)
		}
	}
}

func TestAdminNotesAbsences(t *testing.T) {
	s := newSite(t)
	c := s.as(storetest.Admin)
	page := c.get("/admin/districts").wants(http.StatusOK)
	for _, bad := range [][]string{{"", "2026-03-02", "2026-03-02"}, {storetest.Coordinator, "x", "2026-03-02"}, {storetest.Coordinator, "2026-03-03", "2026-03-02"}} {
		a := c.submit(page, "#absence", "user", bad[0], "from_day", bad[1], "to_day", bad[2]).wants(http.StatusUnprocessableEntity)
		if a.field("user") != bad[0] || a.field("from_day") != bad[1] || a.field("to_day") != bad[2] || a.Find(".errors a").Length() == 0 {
			t.Errorf("%v came back as %q %q %q", bad, a.field("user"), a.field("from_day"), a.field("to_day"))
		}
	}
	c.submit(page, "#absence", "user", storetest.Coordinator, "from_day", "2026-03-02", "to_day", "2026-03-04").leadsTo("/admin/districts")
	if got := s.Head(s.Submitted(storetest.Teacher)).RoutedTo; got != storetest.Deputy {
		t.Errorf("a submission went to %s", got)
	}
	c.submit(page, "#absence", "user", "none-such", "from_day", "2026-03-02", "to_day", "2026-03-04").wants(http.StatusNotFound)
}

func TestAdminEndsAnAbsence(t *testing.T) {
	s := newSite(t)
	c := s.as(storetest.Admin)
	page := c.get("/admin/districts").wants(http.StatusOK)
	c.submit(page, "#absence", "user", storetest.Coordinator, "from_day", "2026-03-02", "to_day", "2026-03-04").leadsTo("/admin/districts")
	id, _ := c.get("/admin/districts").Find("button[name=absence]").First().Attr("value")
	c.post("/admin/absences/remove", "absence", id).leadsTo("/admin/districts")
	if got := s.Head(s.Submitted(storetest.Teacher)).RoutedTo; got != storetest.Coordinator {
		t.Errorf("a submission went to %s", got)
	}
	c.post("/admin/absences/remove", "absence", id).wants(http.StatusNotFound)
}

func TestAdminChangesTheOrderOfContacts(t *testing.T) {
	s := newSite(t)
	c := s.as(storetest.Admin)
	const district = storetest.Belgrade
	c.post("/admin/contacts/up", "district", district, "user", storetest.Deputy).leadsTo("/admin/districts")
	if got := s.Head(s.Submitted(storetest.Teacher)).RoutedTo; got != storetest.Deputy {
		t.Errorf("a submission went to %s", got)
	}
	c.post("/admin/contacts/up", "district", district, "user", storetest.Deputy).leadsTo("/admin/districts") // already the first
	c.post("/admin/contacts/up", "district", district, "user", storetest.Teacher).wants(http.StatusNotFound)
	s.Settle()
	list, err := s.Store.AuditTrail(t.Context(), s.Actor(storetest.Auditor), store.AuditFilter{Action: "contacts"})
	if err != nil || len(list) != 2 || list[0].Object != "district:"+district {
		t.Errorf("%+v, %v", list, err)
	}
}

func TestAdminFindsAccounts(t *testing.T) {
	s := newSite(t)
	c := s.as(storetest.Admin)
	teacher, err := s.Store.UserByID(t.Context(), storetest.Teacher)
	s.must(err)
	for _, words := range []string{teacher.Email, strings.ToUpper(teacher.Email), teacher.Name, strings.Fields(teacher.Name)[0]} {
		if a := c.get("/admin/users?q=" + url.QueryEscape(words)).wants(http.StatusOK); !strings.Contains(a.body, teacher.Email) {
			t.Errorf("%q does not find %s", words, teacher.Email)
		}
	}
	for _, words := range []string{"nikoga nema", "%", "  -"} {
		if a := c.get("/admin/users?q=" + url.QueryEscape(words)).wants(http.StatusOK); strings.TrimSpace(words) != "" && a.Find("table").Length() > 0 {
			t.Errorf("%q finds somebody", words)
		}
	}
}

func TestAdminsPagesShowNoChild(t *testing.T) {
	s := newSite(t)
	ref := s.At(models.StateClosed)
	c := s.as(storetest.Admin)
	for _, path := range []string{"/", "/admin", "/admin/users", "/admin/schools", "/admin/districts", "/admin/checklists"} {
		a := c.get(path).wants(http.StatusOK)
		if strings.Contains(a.body, storetest.Marker) || strings.Contains(a.body, ref) || strings.Contains(a.body, "argon2") {
			t.Errorf("%s shows what is not the admin's", path)
		}
	}
}
