package handlers

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"znak/handlers/middleware"
	"znak/locales"
	"znak/models"
	"znak/models/auth"
	"znak/models/store"
)

// TokensPage lists tokens of the machine interface: one's own, with the form for
// a new one, or for an admin everybody's.
type TokensPage struct {
	Page
	Rows   []TokenRow
	Fields []Field
	Waits  bool   // a new one waits for a second person
	Revoke string // where the form for revoking leads
}

// TokenRow is a token, never the token itself.
type TokenRow struct {
	store.Token
	Owner  string   // name; "" on one's own page
	Status string   // waiting, live, expired, revoked
	Can    []string // its scopes, in words
}

// tokensPath is one's own tokens' page.
const tokensPath = "/account/tokens"

// tokenRow says how a token stands.
func (h *Handlers) tokenRow(lang locales.Lang, t store.Token, owner string) TokenRow {
	row := TokenRow{Token: t, Owner: owner, Status: "live"}
	switch {
	case t.RevokedAt != 0:
		row.Status = "revoked"
	case t.ExpiresAt <= models.StampOf(h.Now()):
		row.Status = "expired"
	case t.ApprovedAt == 0:
		row.Status = "waiting"
	}
	for _, s := range strings.Fields(t.Scopes) {
		row.Can = append(row.Can, h.scopeText(lang, models.Scope(s)))
	}
	return row
}

func (h *Handlers) scopeText(lang locales.Lang, s models.Scope) string {
	return h.Locales.T(lang, "token.scope."+strings.ReplaceAll(string(s), ":", "_"))
}

// tokens answers GET /account/tokens.
func (h *Handlers) tokens(c echo.Context) error {
	return h.showTokens(c, newToken{days: strconv.Itoa(auth.TokenDays)}, nil)
}

// newToken is the form for a new token as it was filled in.
type newToken struct {
	label, days string
	scopes      []string
}

func (h *Handlers) showTokens(c echo.Context, typed newToken, fault error) error {
	a := middleware.Actor(c)
	p := TokensPage{Page: h.page(c, "token.title"), Waits: a.Role.ReadsOthers(), Revoke: tokensPath + "/revoke"}
	p.Path, p.LangForm = tokensPath, "token"
	list, err := h.Store.Tokens(c.Request().Context(), a, models.StampOf(h.Now().Add(-pastShown)))
	if err != nil {
		return err
	}
	for _, t := range list {
		p.Rows = append(p.Rows, h.tokenRow(p.Lang, t, ""))
	}
	p.Fields = h.tokenFields(p.Page, a.Role, typed)
	return h.showMarked(c, "tokens", &p.Page, p.Fields, fault, func() any { return p })
}

func (h *Handlers) tokenFields(p Page, role models.Role, typed newToken) []Field {
	label, days := h.newField(p.Lang, "text", "label", typed.label), h.newField(p.Lang, "number", "days", typed.days)
	label.Class, label.Required, label.MaxLength, label.Autocomplete = "w-m", true, auth.TokenLabel, "off"
	days.Class, days.Required, days.InputMode = "w-s", true, "numeric"
	scope := h.newField(p.Lang, "checks", "scope", "")
	scope.Values = typed.scopes
	for _, s := range role.Scopes() {
		scope.Options = append(scope.Options, Option{Value: string(s), Label: h.scopeText(p.Lang, s), Hint: string(s)})
	}
	return []Field{label, scope, days, h.currentField(p, "token-current")}
}

// makeToken answers POST /account/tokens. The token is shown once, to its owner.
func (h *Handlers) makeToken(c echo.Context) error {
	form, err := posted(c)
	if err != nil {
		return err
	}
	typed := newToken{sent(c, "label"), sent(c, "days"), form["scope"]}
	if middleware.Relang(c) {
		return h.showTokens(c, typed, nil)
	}
	var scopes []models.Scope
	for _, s := range typed.scopes {
		scopes = append(scopes, models.Scope(s))
	}
	days, _ := strconv.Atoi(strings.TrimSpace(typed.days)) // what is no number is no number of days either
	a := middleware.Actor(c)
	token := ""
	if err = h.again(c); err == nil {
		token, _, err = h.Auth.MakeToken(c.Request().Context(), a, typed.label, scopes, days)
	}
	if models.CodeOf(err) == models.CodeInvalid {
		return h.showTokens(c, typed, err)
	} else if err != nil {
		return err
	}
	return h.showOnce(c, once{Kind: "token", Lines: []string{token}, Name: strings.TrimSpace(typed.label), Back: tokensPath})
}

// revokeToken answers POST /account/tokens/revoke: one of the own.
func (h *Handlers) revokeToken(c echo.Context) error { return h.endToken(c, tokensPath) }

// adminRevokeToken answers POST /admin/tokens/revoke: anybody's.
func (h *Handlers) adminRevokeToken(c echo.Context) error { return h.endToken(c, "/admin/tokens") }

func (h *Handlers) endToken(c echo.Context, back string) error {
	if err := h.Auth.RevokeToken(c.Request().Context(), middleware.Actor(c), sent(c, "token")); err != nil {
		return err
	}
	h.setNotice(c, "token.done_revoked")
	return c.Redirect(http.StatusSeeOther, back)
}

// adminTokens answers GET /admin/tokens: that they exist and whose they are. An
// admin makes none, and does not read what their owners call them.
func (h *Handlers) adminTokens(c echo.Context) error {
	ctx := c.Request().Context()
	p := TokensPage{Page: h.page(c, "token.admin_title"), Revoke: "/admin/tokens/revoke"}
	list, err := h.Store.Tokens(ctx, middleware.Actor(c), models.StampOf(h.Now().Add(-pastShown)))
	if err != nil {
		return err
	}
	var owners []string
	for _, t := range list {
		owners = append(owners, t.UserID)
	}
	names, err := h.Store.Names(ctx, owners)
	if err != nil {
		return err
	}
	for _, t := range list {
		t.Label = ""
		p.Rows = append(p.Rows, h.tokenRow(p.Lang, t, names[t.UserID]))
	}
	return h.show(c, "tokens", p)
}

// proposedTokens are the tokens that proposals are about, by id.
func (h *Handlers) proposedTokens(c echo.Context, list []store.Proposal) (map[string]TokenRow, error) {
	var ids []string
	for _, p := range list {
		if p.TokenID != "" && !slices.Contains(ids, p.TokenID) {
			ids = append(ids, p.TokenID)
		}
	}
	tokens, err := h.Store.TokensByID(c.Request().Context(), ids)
	if err != nil {
		return nil, err
	}
	out := make(map[string]TokenRow, len(tokens))
	for id, t := range tokens {
		out[id] = h.tokenRow(middleware.Lang(c), t, "")
	}
	return out, nil
}
