package handlers

import (
	"net/http"
	"strings"
	"testing"

	"znak/models"
	"znak/models/store/storetest"
)

func TestFormsNeedTheirToken(t *testing.T) {
	s := newSite(t)
	ref := s.Submitted(storetest.Teacher)
	other := s.as(storetest.Deputy)
	c := s.as(storetest.Coordinator)
	c.get("/referrals/" + ref)
	for name, token := range map[string]string{"none": "", "nonsense": "x", "another's": other.csrf, "cut": c.csrf[:len(c.csrf)-4], "of zeros": strings.Repeat("A", 86)} {
		c.post("/referrals/"+ref+"/acknowledge", "version", "3", "_csrf", token).wants(http.StatusForbidden)
		if s.Head(ref).State != models.StateSubmitted {
			t.Fatalf("token %s: it was acknowledged", name)
		}
	}
	c.post("/login", "email", "x", "_csrf", "x").wants(http.StatusForbidden)
	s.visitor().post("/login", "email", "x", "password", "y").wants(http.StatusForbidden)
}

func TestTokensInTheAddressDoNotCount(t *testing.T) {
	s := newSite(t)
	c := s.as(storetest.Teacher)
	c.get("/referrals/new")
	c.post("/referrals?_csrf="+c.csrf, "danger_now", "no", "_csrf", "").wants(http.StatusForbidden)
}

func TestOtherSitesCannotSend(t *testing.T) {
	s := newSite(t)
	c := s.as(storetest.Teacher)
	c.get("/referrals/new")
	for name, value := range map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"} {
		r := c.formRequest("/referrals", pairs([]string{"_csrf", c.csrf, "danger_now", "no"}))
		r.Header.Set(name, value)
		c.send(r).wants(http.StatusForbidden)
	}
	r := c.formRequest("/referrals", pairs([]string{"_csrf", c.csrf, "danger_now", "no"}))
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Origin", "http://znak.test")
	c.send(r).wants(http.StatusSeeOther)
}
