package handlers

import (
	"net/http"
	"testing"

	"znak/models/store/storetest"
)

// A password in an address would stand in every log on the way.
func TestNobodySignsInByAnAddress(t *testing.T) {
	s := newSite(t)
	c := s.visitor()
	c.get("/login")
	c.post("/login?email=" + storetest.Email(storetest.Teacher) + "&password=" + password).wants(http.StatusUnprocessableEntity)
}
