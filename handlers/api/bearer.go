package api

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"znak/handlers/middleware"
	"znak/models"
	"znak/models/auth"
	"znak/models/store"
)

const (
	tokenKey  = "znak.token"  // the token's row
	bearerKey = "znak.bearer" // the token itself
	routeKey  = "znak.route"  // the name of the route
)

// allow lets the request pass if its token counts and has the route's scope.
func (h *api) allow(r route) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			c.Set(routeKey, r.name)
			if r.scope == public {
				return next(c)
			}
			secret, ok := bearer(c.Request())
			if !ok {
				return problemOf(http.StatusUnauthorized, "unauthorized", "Send a token: the header Authorization with the value Bearer and the token.")
			}
			a, t, err := h.Auth.Bearer(c.Request().Context(), secret, c.RealIP(), middleware.Actor(c).RequestID)
			if err != nil {
				return err
			}
			middleware.SetActor(c, a)
			c.Set(tokenKey, t)
			c.Set(bearerKey, secret)
			if !t.Has(r.scope) || !a.Role.MayHold(r.scope) {
				return problemOf(http.StatusForbidden, "scope", "This token does not have the scope "+string(r.scope)+". Make one that has it.")
			}
			return next(c)
		}
	}
}

// bearer returns the token that the request carries.
func bearer(r *http.Request) (string, bool) {
	values := r.Header.Values(echo.HeaderAuthorization)
	if len(values) != 1 {
		return "", false
	}
	scheme, token, ok := strings.Cut(values[0], " ")
	token = strings.TrimSpace(token)
	return token, ok && strings.EqualFold(scheme, "bearer") && token != ""
}

// token is the row of the request's token; its ID is "" before it is known.
func token(c echo.Context) store.Token {
	t, _ := c.Get(tokenKey).(store.Token)
	return t
}

// used begins an entry of the trail for what is done by the request's token.
func used(c echo.Context, action string) models.AuditEntry {
	e := models.AuditBy(middleware.Actor(c), action)
	e.Object, e.Rule = auth.TokenObject(token(c).ID), "token"
	return e
}

// denied puts a refusal on the audit trail, when it is one of a token that
// counts; of other tokens it stands there already.
func (h *api) denied(c echo.Context, p *problem) error {
	t, action := token(c), routeName(c)
	if t.ID == "" || p.Status != http.StatusForbidden && p.Status != http.StatusNotFound {
		return nil
	}
	e := used(c, action)
	e.Outcome, e.Rule = models.AuditDenied, "scope"
	if p.Status == http.StatusForbidden {
		e.Rule = "token-scope"
	}
	if ref, ok := models.ParseReference(c.Param("ref")); ok {
		e.ReferralID = h.Store.ReferralID(c.Request().Context(), ref)
	}
	return h.Audit.Counted(c.Request().Context(), t.ID, e)
}

func routeName(c echo.Context) string {
	name, _ := c.Get(routeKey).(string)
	return name
}
