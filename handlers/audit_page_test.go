package handlers

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"znak/models"
	"znak/models/store/storetest"
)

func TestTheAuditorReadsActsAndNoWords(t *testing.T) {
	s := newSite(t)
	ref := s.At(models.StateClosed)
	s.as(storetest.Coordinator).get("/referrals/" + ref)
	s.as(storetest.TeacherNear).get("/referrals/" + ref).wants(http.StatusNotFound)
	c := s.as(storetest.Auditor)
	a := c.get("/audit?ref=" + strings.ToLower(ref)).wants(http.StatusOK)
	if n := a.Find("main tbody tr").Length(); n < 9 {
		t.Errorf("%d entries", n)
	}
	for _, hidden := range []string{storetest.Marker, "Ђорђевић", "Jovanović", "@znak.test", "52°"} {
		if strings.Contains(a.body, hidden) {
			t.Errorf("the trail holds %q", hidden)
		}
	}
	if n := c.get("/audit?outcome=denied&ref=" + ref).Find("main tbody tr").Length(); n != 1 {
		t.Errorf("%d denials", n)
	}
	for _, q := range []string{"ref=ZN-0000-0000", "ref=x", "from=x&until=y", "before=x", "before=-1", "role=x", "action='", "from=2026-03-02&until=2026-03-02"} {
		c.get("/audit?" + q).wants(http.StatusOK)
	}
	c.get("/referrals/" + ref).wants(http.StatusForbidden)
}

func TestTheTrailIsPaged(t *testing.T) {
	s := newSite(t)
	for range 30 {
		s.Submitted(storetest.Teacher)
	}
	c := s.as(storetest.Auditor)
	first := c.get("/audit?action=begin&role=teacher")
	c.get("/audit").wants(http.StatusOK)
	if n := first.Find("main tbody tr").Length(); n != 30 {
		t.Errorf("%d entries", n)
	}
	all := c.get("/audit")
	older := ""
	for _, a := range all.Find("main a").EachIter() {
		if href := a.AttrOr("href", ""); strings.Contains(href, "before=") {
			older = href
		}
	}
	if n := all.Find("main tbody tr").Length(); n != auditPage || older == "" {
		t.Fatalf("%d entries, then %q", n, older)
	}
	c.get(older).wants(http.StatusOK)
}

func TestProofsAndCheckpoints(t *testing.T) {
	s := newSite(t)
	ref := s.Submitted(storetest.Teacher)
	a := s.as(storetest.Auditor).get("/audit/proof/" + ref).wants(http.StatusOK)
	if !json.Valid([]byte(a.body)) || strings.Contains(a.body, storetest.Marker) || !strings.Contains(a.header.Get("Content-Disposition"), "attachment") {
		t.Errorf("%.200s", a.body)
	}
	if got := s.visitor().get("/audit/checkpoint").wants(http.StatusOK); !strings.Contains(got.body, "\n\n— ") {
		t.Errorf("the checkpoint is %q", got.body)
	}
}
