package handlers

import (
	"net/http"
	"strings"
	"testing"

	"znak/models"
	"znak/models/handover"
	"znak/models/store/storetest"
)

// Who may see a referral takes it out, named by its reference alone, and that is
// on the trail; the signed form holds against the published keys.
func TestExport(t *testing.T) {
	s := newSite(t)
	ref := s.At(models.StateForwarded)
	portal, err := handover.ParsePortalKeys([]byte(s.visitor().get("/handover/jwks.json").wants(http.StatusOK).body))
	s.must(err)
	for _, who := range []string{storetest.Teacher, storetest.Coordinator, storetest.Centre} {
		c := s.as(who)
		page := c.get("/referrals/" + ref).wants(http.StatusOK)
		for form, kind := range map[string]string{"json": "application/json", "pdf": "application/pdf"} {
			if page.Find(`a[href="/referrals/`+ref+`.`+form+`"]`).Length() != 1 {
				t.Errorf("%s: the page has no link to %s", who, form)
			}
			a := c.get("/referrals/" + ref + "." + form).wants(http.StatusOK)
			if got := a.header.Get("Content-Disposition"); got != `attachment; filename="`+ref+"."+form+`"` {
				t.Errorf("%s: the file is called %s", who, got)
			}
			if a.header.Get("Content-Type") != kind || a.header.Get("Cache-Control") != "no-store" {
				t.Errorf("%s %s: %v", who, form, a.header)
			}
			if form == "json" {
				content, digest, err := handover.Open([]byte(a.body), portal)
				if err != nil || content.Child.Name != storetest.ChildName || strings.Contains(a.body, "proposed") == (who == storetest.Teacher) {
					t.Errorf("%s: %v, %s", who, err, digest)
				}
			} else if !strings.HasPrefix(a.body, "%PDF-") {
				t.Errorf("%s: no PDF", who)
			}
			var n int
			s.must(s.Raw().QueryRow("SELECT count(*) FROM audit_entries WHERE action = 'export' AND actor_id = ? AND fields = ?", who, form).Scan(&n))
			if n != 1 {
				t.Errorf("%s: %s is on the trail %d times", who, form, n)
			}
		}
	}
	for _, path := range []string{"/referrals/" + ref + ".xml", "/referrals/.json", "/referrals/nothing.pdf", "/referrals/" + ref + ".json.json"} {
		s.as(storetest.Teacher).get(path).wants(http.StatusNotFound)
	}
	s.visitor().get("/referrals/" + ref + ".json").wants(http.StatusSeeOther)
}

// A log that cannot be written keeps the referral in.
func TestNoExportWithoutTrail(t *testing.T) {
	s := newSite(t)
	ref := s.Submitted(storetest.Teacher)
	c := s.as(storetest.Teacher)
	if _, err := s.Raw().Exec("ALTER TABLE audit_hashes RENAME TO away"); err != nil {
		t.Fatal(err)
	}
	for _, form := range []string{".json", ".pdf"} {
		if a := c.get("/referrals/" + ref + form); a.status == http.StatusOK || strings.Contains(a.body, storetest.Marker) {
			t.Errorf("%s: %d", form, a.status)
		}
	}
}
