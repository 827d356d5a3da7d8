package handlers

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"

	"znak/locales"
	"znak/models"
	"znak/models/auth"
	"znak/models/store/storetest"
	"znak/models/trends/trendstest"
)

// token makes a token of the ministry with which figures can be read.
func (s *site) token(id string) (string, error) {
	token, _, err := s.h.Auth.MakeToken(s.t.Context(), s.Actor(id), "test", []models.Scope{models.ScopeTrendsRead}, auth.TokenDays)
	return token, err
}

// machine asks the machine interface as a program with the token does.
func (s *site) machine(token, path, lang string) (*http.Request, *http.Response, string) {
	s.t.Helper()
	c := s.visitor()
	r := c.request(http.MethodGet, path, nil)
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Accept-Language", lang)
	res, body := c.raw(r)
	return r, res, body
}

// contract is the machine interface's document as a program gets it.
func (s *site) contract() routers.Router {
	s.t.Helper()
	_, _, raw := s.machine("", "/api/v1/openapi.json", "en")
	doc, err := openapi3.NewLoader().LoadFromData([]byte(raw))
	s.must(err)
	s.must(doc.Validate(s.t.Context()))
	router, err := legacy.NewRouter(doc)
	s.must(err)
	return router
}

// A program gets what an analyst takes from the page, byte for byte, in every
// language, as the contract says.
func TestMachineGetsTheSameFigures(t *testing.T) {
	s := newSite(t)
	token, err := s.token(storetest.Ministry)
	s.must(err)
	c, router := s.as(storetest.Ministry), s.contract()
	for i, query := range []string{"", "?by=group", "?by=sex&period=2025-26-Q1&area=novi-sad", "?period=2025-03&area=sombor&by=outcome", "?period=2031-32", "?asof=20250401T000000Z", "empty"} {
		if query == "empty" {
			s.h.Figures, query = trendstest.Empty(), ""
		}
		lang := locales.All[i%len(locales.All)]
		c.get("/language/" + string(lang) + "?next=/help")
		_, want := c.raw(c.request(http.MethodGet, "/trends.json"+query, nil))
		r, res, got := s.machine(token, "/api/v1/trends"+query, string(lang))
		if res.StatusCode != 200 || got != want {
			t.Errorf("%q: a program gets %d %.300s, the page %.300s", query, res.StatusCode, got, want)
		}
		s.holds(router, r, res, got)
	}
	for _, query := range []string{"?area=atlantis", "?by=child", "?period=2024-13", "?asof=now"} {
		r, res, body := s.machine(token, "/api/v1/trends"+query, "en")
		if res.StatusCode != http.StatusNotFound || res.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d %s", query, res.StatusCode, body)
		}
		s.holds(router, r, res, body)
	}
	for _, who := range []string{storetest.Coordinator, storetest.National, storetest.Centre, storetest.Auditor} {
		if _, err := s.token(who); err == nil {
			t.Errorf("%s makes a token for the figures", who)
		}
	}
	s.must(s.h.Auth.Disable(t.Context(), operator, storetest.Ministry))
	if _, res, body := s.machine(token, "/api/v1/trends", "en"); res.StatusCode != http.StatusUnauthorized {
		t.Errorf("a closed account's token gets %d %.200s", res.StatusCode, body)
	}
}

// holds compares an answer with the contract.
func (s *site) holds(router routers.Router, r *http.Request, res *http.Response, body string) {
	s.t.Helper()
	asked := httptest.NewRequest(r.Method, r.URL.RequestURI(), nil)
	asked.URL.Host, asked.URL.Scheme = "", ""
	route, params, err := router.FindRoute(asked)
	s.must(err)
	options := &openapi3filter.Options{IncludeResponseStatus: true, AuthenticationFunc: openapi3filter.NoopAuthenticationFunc}
	in := &openapi3filter.ResponseValidationInput{Status: res.StatusCode, Header: res.Header, Options: options,
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: asked, PathParams: params, Route: route, Options: options}}
	if err := openapi3filter.ValidateResponse(s.t.Context(), in.SetBodyBytes([]byte(body))); err != nil {
		s.t.Errorf("%s: not as the document says: %v", r.URL.RequestURI(), err)
	}
}
