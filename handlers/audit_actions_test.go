package handlers

import (
	"net/http"
	"os"
	"regexp"
	"slices"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"znak/models"
	"znak/models/store/storetest"
)

// The filter offers the acts on accounts by a name, in both languages, and
// finds them.
func TestTheFilterOffersActsOnAccounts(t *testing.T) {
	s := newSite(t)
	s.must(s.h.Auth.Disable(t.Context(), operator, storetest.Teacher2))
	_, err := s.h.Auth.Reset(t.Context(), operator, storetest.Teacher, false)
	s.must(err)
	_, err = s.h.Auth.SetRights(t.Context(), models.Actor{ID: storetest.Admin, Role: models.RoleAdmin}, storetest.TeacherNear, models.RoleCentre, "", "")
	s.must(err)
	c := s.as(storetest.Auditor)
	for _, lang := range []string{"en", "sr"} {
		c.get("/language/" + lang)
		page := c.get("/audit").wants(http.StatusOK)
		offered := map[string]string{}
		page.Find(`select[name="action"] option`).Each(func(_ int, o *goquery.Selection) { offered[o.AttrOr("value", "")] = o.Text() })
		for _, a := range slices.Concat(auditActions, accountActions) {
			if name := offered[a]; name == "" || name == a && lang == "sr" {
				t.Errorf("in %s %s is offered as %q", lang, a, name)
			}
		}
	}
	for _, a := range []string{"disable", "reset", "propose-rights"} {
		if n := c.get("/audit?action=" + a).Find("main tbody tr").Length(); n != 1 {
			t.Errorf("%d entries of %s", n, a)
		}
	}
}

// Every act that has a name can be looked for.
func TestTheFilterOffersEveryActThatHasAName(t *testing.T) {
	text, err := os.ReadFile("../locales/active.sr.toml")
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile(`(?m)^"audit\.action\.([a-z-]+)"`).FindAllStringSubmatch(string(text), -1)
	if len(named) < 80 {
		t.Fatalf("only %d acts have a name", len(named))
	}
	for _, m := range named {
		if !slices.Contains(slices.Concat(auditActions, accountActions), m[1]) {
			t.Errorf("%s is not offered", m[1])
		}
	}
}
