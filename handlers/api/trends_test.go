package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"net/url"
	"testing"

	"znak/locales"
	"znak/models"
	"znak/models/auth"
	"znak/models/store/storetest"
)

// figures stands for the portal's: it knows one area, and says who asked in
// which language.
func figures(_ context.Context, a models.Actor, asked url.Values, lang locales.Lang) (*FigureDocument, error) {
	if a.Role != models.RoleMinistry || asked.Get("area") != "" && asked.Get("area") != "serbia" {
		return nil, models.ErrNotFound
	}
	body := fmt.Sprintf(`{"format":"znak-figures-1","language":%q,"query":{"period":"2024-25","area":"serbia"},"address":"/trends?area=serbia",`+
		`"released":true,"threshold":10,"base":5,"releases":[],"panels":[],"notes":[]}`, lang)
	return &FigureDocument{Body: []byte(body), Query: "area=serbia&period=2024-25"}, nil
}

// TestFiguresAreTakenOnTheTrail as an export, with what left, beside the use of
// the token; a name that does not exist is a problem.
func TestFiguresAreTakenOnTheTrail(t *testing.T) {
	w := newWorld(t)
	token := w.token(storetest.Ministry)
	got := w.ask("GET", "/trends?period=2024-25", token, "", "Accept-Language", "en").wants(200)
	if got.header.Get("Content-Type") != "application/json" || !bytes.Contains([]byte(got.body), []byte(`"language":"en"`)) {
		t.Errorf("%v %s", got.header, got.body)
	}
	exports, uses, digest := w.trail("export"), w.trail("api-trends"), sha256.Sum256([]byte(got.body))
	if len(exports) != 1 || exports[0].Object != "trends.json?area=serbia&period=2024-25" || !bytes.Equal(exports[0].Digest, digest[:]) ||
		exports[0].ActorID != storetest.Ministry || exports[0].RequestID != got.header.Get("X-Request-Id") {
		t.Errorf("taken: %+v", exports)
	}
	if len(uses) != 1 || uses[0].Rule != "token" || uses[0].Object == "" || uses[0].RequestID != got.header.Get("X-Request-Id") {
		t.Errorf("used: %+v", uses)
	}
	w.ask("GET", "/trends?area=atlantis", token, "").is(404, "not-found")
	for _, q := range []string{"are=nis", "area=nis&area=serbia", "chart=districts"} {
		w.ask("GET", "/trends?"+q, token, "").is(400, "parameter")
	}
	w.ask("POST", "/trends", token, "{}").is(405, "method")
	if n := len(w.trail("export")); n != 1 {
		t.Errorf("%d exports are on the trail, one was made", n)
	}
	newWorld(t, true).ask("GET", "/trends", token, "").is(404, "not-found") // an installation without figures
}

// TestNobodyButTheMinistryHoldsTheScope: nobody else can give it to a token, and
// a token of the ministry can have no other.
func TestNobodyButTheMinistryHoldsTheScope(t *testing.T) {
	w := newWorld(t)
	for _, u := range storetest.People() {
		for _, scope := range []models.Scope{models.ScopeTrendsRead, models.ScopePackagesRead} {
			_, _, err := w.auth.MakeToken(t.Context(), w.Actor(u.ID), "test", []models.Scope{scope}, auth.TokenDays)
			may := u.Role == models.RoleMinistry && scope == models.ScopeTrendsRead || u.Role == models.RoleCentre && scope == models.ScopePackagesRead
			if (err == nil) != may {
				t.Errorf("%s (%s) makes a token with %s: %v", u.ID, u.Role, scope, err)
			}
		}
	}
}
