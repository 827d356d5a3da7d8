package handlers

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"znak/models"
	"znak/models/store/storetest"
)

// api asks the machine interface with a token.
func (c *client) api(method, path, token string) (int, string) {
	c.s.t.Helper()
	r := c.request(method, "/api/v1"+path, nil)
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	res, body := c.raw(r)
	return res.StatusCode, body
}

// makeToken makes one by the page and returns it.
func (c *client) makeToken(scope ...string) string {
	c.s.t.Helper()
	fields := []string{"label", "Предмети <Центра>", "days", "30", "current", password}
	for _, s := range scope {
		fields = append(fields, "scope", s)
	}
	page := c.submit(c.get("/account/tokens").wants(http.StatusOK), "#token", fields...).wants(http.StatusOK)
	token := page.text("#token")
	if !strings.HasPrefix(token, "znak_") || !page.holds("Предмети <Центра>") {
		c.s.t.Fatalf("the token is not shown: %s", page.text("main"))
	}
	return token
}

// TestATokenTakesTwoOfficers: one makes it, another approves it, and an admin can
// do neither; until then, and once it is revoked, it opens nothing.
func TestATokenTakesTwoOfficers(t *testing.T) {
	s := newSite(t)
	ref := s.At(models.StateForwarded)
	one, two, admin := s.as(storetest.Centre), s.as(storetest.Centre2), s.as(storetest.Admin)
	token := one.makeToken("packages:read", "receipts:write")
	if page := one.get("/account/tokens").wants(http.StatusOK); strings.Contains(page.body, token) || !page.holds("waits for consent") {
		t.Errorf("the list says: %s", page.text("main"))
	}
	if status, _ := one.api("GET", "/packages", token); status != http.StatusUnauthorized {
		t.Errorf("nobody has approved it: %d", status)
	}
	if page := one.get("/approvals").wants(http.StatusOK); page.Find(`form[action^="/approvals/"]`).Length() != 0 {
		t.Error("its owner is asked to approve it")
	}
	page := two.get("/approvals").wants(http.StatusOK)
	form := page.Find(`form[action^="/approvals/"]`)
	if form.Length() != 1 || !page.holds("Предмети <Центра>") || !page.holds("confirms that they were received") {
		t.Fatalf("the second officer sees: %s", page.text("main"))
	}
	path, _ := form.Attr("action")
	admin.get("/account")
	admin.post(path, "verdict", "approve").wants(http.StatusForbidden)
	one.get("/approvals")
	one.post(path, "verdict", "approve").wants(http.StatusNotFound)
	two.post(path, "verdict", "approve").leadsTo("/approvals")
	if status, body := s.visitor().api("GET", "/packages", token); status != http.StatusOK || !strings.Contains(body, ref) {
		t.Errorf("with the token: %d %s", status, body)
	}
	seen := admin.get("/admin/tokens").wants(http.StatusOK)
	if seen.holds("Предмети") || !seen.holds("Ivana Kostić") && !seen.holds("Ивана Костић") || strings.Contains(seen.body, token) {
		t.Errorf("an admin sees: %s", seen.text("main"))
	}
	id, _ := seen.Find(`button[name="token"]`).Attr("value")
	two.get("/account/tokens")
	two.post("/account/tokens/revoke", "token", id).wants(http.StatusNotFound)
	admin.post("/admin/tokens/revoke", "token", id).leadsTo("/admin/tokens")
	if status, _ := one.api("GET", "/packages", token); status != http.StatusUnauthorized {
		t.Errorf("revoked: %d", status)
	}
}

// TestARefusedTokenIsGone for good.
func TestARefusedTokenIsGone(t *testing.T) {
	s := newSite(t)
	one, two := s.as(storetest.Centre), s.as(storetest.Centre2)
	token := one.makeToken("packages:read")
	path, _ := two.get("/approvals").Find(`form[action^="/approvals/"]`).Attr("action")
	two.post(path, "verdict", "refuse").leadsTo("/approvals")
	if page := one.get("/account/tokens"); !page.holds("revoked") || page.Find(`button[name="token"]`).Length() != 0 {
		t.Errorf("its owner sees: %s", page.text("main"))
	}
	two.get("/approvals")
	two.post(path, "verdict", "approve").wants(http.StatusConflict)
	if status, _ := one.api("GET", "/packages", token); status != http.StatusUnauthorized {
		t.Errorf("refused: %d", status)
	}
}

// TestTheTokenForm keeps what was typed, in every language, and asks for the
// password.
func TestTheTokenForm(t *testing.T) {
	s := newSite(t)
	c := s.as(storetest.Ministry)
	page := c.get("/account/tokens").wants(http.StatusOK)
	if page.Find(`input[name="scope"]`).Length() != 1 || page.Find(`input[value="trends:read"]`).Length() != 1 {
		t.Errorf("a ministry's token may: %s", page.text("#token"))
	}
	typed := []string{"label", "Извештај", "scope", "trends:read", "days", "12"}
	for _, lang := range []string{"sr", "sr-Latn", "en"} {
		page = c.submit(page, "#token", append(typed, "_lang", lang)...).wants(http.StatusOK)
		if page.field("label") != "Извештај" || page.field("days") != "12" || page.field("scope") != "trends:read" || page.Find("html").AttrOr("lang", "") != lang {
			t.Errorf("%s: %s", lang, page.text("#token"))
		}
	}
	right := []string{"label", "Извештај", "scope", "trends:read", "days", "12", "current", password}
	for _, wrong := range [][2]string{{password, "not this one"}, {"12", "366"}, {"12", "x"}, {"Извештај", " "}, {"trends:read", "packages:read"}} {
		fields := slices.Clone(right)
		fields[slices.Index(fields, wrong[0])] = wrong[1]
		a := c.submit(page, "#token", fields...).wants(http.StatusUnprocessableEntity)
		if a.Find(".errors a").Length() != 1 {
			t.Errorf("%v: %s", wrong, a.text("main"))
		}
	}
	token := c.submit(page, "#token", right...).wants(http.StatusOK).text("#token")
	if status, body := c.api("GET", "/packages", token); status != http.StatusForbidden || !strings.Contains(body, "packages:read") {
		t.Errorf("it is in force at once, for figures only: %d %s", status, body)
	}
}

// TestTheMachineInterfaceKnowsNoSession: a browser that is signed in is nobody
// there, and gets no page and no cookie.
func TestTheMachineInterfaceKnowsNoSession(t *testing.T) {
	s := newSite(t)
	c := s.as(storetest.Centre)
	for path, want := range map[string]int{"/packages": 401, "/nothing": 404, "/openapi.json": 200} {
		res, body := c.raw(c.request(http.MethodGet, "/api/v1"+path, nil))
		if res.StatusCode != want || res.Header.Get("Set-Cookie") != "" || strings.Contains(body, "<html") || res.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d %v %s", path, res.StatusCode, res.Header, body)
		}
	}
}
