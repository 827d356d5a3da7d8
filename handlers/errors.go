package handlers

import (
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"znak/handlers/middleware"
	"znak/models"
	"znak/models/auth"
)

// statuses is the one map from a fault's code to an answer's status.
var statuses = map[models.Code]int{
	models.CodeInvalid:      http.StatusUnprocessableEntity,
	models.CodeUnauthorised: http.StatusUnauthorized,
	models.CodeForbidden:    http.StatusForbidden,
	models.CodeNotFound:     http.StatusNotFound,
	models.CodeConflict:     http.StatusConflict,
	models.CodeTooMany:      http.StatusTooManyRequests,
	models.CodeTooLarge:     http.StatusRequestEntityTooLarge,
	models.CodeUnavailable:  http.StatusServiceUnavailable,
	models.CodeInternal:     http.StatusInternalServerError,
}

// fail turns an error that a handler returned into a page. It is the only
// place that does; what went wrong inside is in the log, not on the page.
func (h *Handlers) fail(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	fault := asFault(err)
	if fault.Code == models.CodeUnauthorised {
		h.sendToLogin(c)
		return
	}
	if err := h.auditDenial(c, fault); err != nil {
		fault = asFault(err)
	}
	p := ErrorPage{Page: h.page(c, "error.title_"+string(fault.Code)), Status: statuses[fault.Code], Key: fault.Key}
	if p.Key == "" {
		p.Key = "error." + string(fault.Code)
	}
	switch fault.Code {
	case models.CodeInternal:
		p.Incident = middleware.Actor(c).RequestID
		h.Log.LogAttrs(c.Request().Context(), slog.LevelError, "fault", slog.String("incident", p.Incident),
			slog.String("route", c.Path()), slog.String("error", err.Error()))
	case models.CodeUnavailable:
		p.RetryAfter = 10
		h.Log.LogAttrs(c.Request().Context(), slog.LevelError, "unavailable", slog.String("error", err.Error()))
	case models.CodeTooMany:
		p.RetryAfter = retryAfter(err)
	}
	if p.RetryAfter > 0 {
		c.Response().Header().Set("Retry-After", strconv.Itoa(p.RetryAfter))
	}
	if err := h.showStatus(c, p.Status, "error", p); err != nil {
		h.Log.Error("error page", "error", err)
		_ = c.String(http.StatusInternalServerError, "500\n") // nothing is left to tell the reader with
	}
}

// asFault gives any error a code: Echo's own by their status.
func asFault(err error) *models.Error {
	var fault *models.Error
	if errors.As(err, &fault) {
		return fault
	}
	var web *echo.HTTPError
	if errors.As(err, &web) {
		switch web.Code {
		case http.StatusNotFound, http.StatusMethodNotAllowed:
			return models.ErrNotFound
		case http.StatusRequestEntityTooLarge:
			return models.E(models.CodeTooLarge, "error.too_large")
		}
	}
	return &models.Error{Code: models.CodeInternal, Key: "error.internal", Err: err}
}

func retryAfter(err error) int {
	if seconds, ok := auth.RetryAfter(err); ok {
		return seconds
	}
	return 60
}

// sendToLogin leads to the sign-in page and back.
func (h *Handlers) sendToLogin(c echo.Context) {
	h.keep(c)
	next, path := "/", c.Request().URL.Path
	if c.Request().Method == http.MethodGet {
		next = c.Request().URL.RequestURI()
	} else if strings.HasPrefix(path, "/referrals/") {
		next = safeNext(pageOf(path)) // nobody may take for sent what was not
	}
	_ = c.Redirect(http.StatusSeeOther, "/login?next="+url.QueryEscape(next)) // writes a header; cannot fail
}

// auditDenial puts a refusal on the audit trail: somebody who is signed in
// asked for what is not theirs. Like refusals of one person are counted.
func (h *Handlers) auditDenial(c echo.Context, fault *models.Error) error {
	a := middleware.Actor(c)
	if a.ID == "" || fault.Code != models.CodeForbidden && fault.Code != models.CodeNotFound {
		return nil
	}
	rule := "role"
	if fault.Key == "error.csrf" {
		rule = "csrf"
	} else if fault.Code == models.CodeNotFound {
		rule = "scope"
	}
	action := h.routeName(c)
	if action == "" {
		return nil // no page of ours
	}
	if e := c.Param("event"); e != "" && action == "event" && models.KnownEvent(models.Event(e)) {
		action = e
	}
	referral := ""
	if ref, ok := models.ParseReference(c.Param("ref")); ok {
		referral = h.Store.ReferralID(c.Request().Context(), ref)
	}
	return h.Audit.Denied(c.Request().Context(), a, action, rule, referral, a.ID)
}

// routeName is the name of the route that the request matched.
func (h *Handlers) routeName(c echo.Context) string {
	for _, r := range h.routes() {
		if r.path == c.Path() && r.method == c.Request().Method {
			return r.name
		}
	}
	return ""
}
