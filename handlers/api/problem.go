package api

import (
	"errors"
	"log/slog"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"znak/handlers/middleware"
	"znak/locales"
	"znak/models"
	"znak/models/auth"
)

// problem is a fault as the caller gets it (RFC 9457).
type problem struct {
	Type      string       `json:"type"`
	Title     string       `json:"title"`
	Status    int          `json:"status"`
	Detail    string       `json:"detail"` // what to do
	RequestID string       `json:"request_id"`
	Errors    []fieldFault `json:"errors,omitempty"`
	Version   int64        `json:"version,omitempty"` // of the referral as it stands now
	State     models.State `json:"state,omitempty"`   // in which it stands now

	cause error // for the log only
	wait  int   // seconds until another try has a chance
}

// fieldFault is what is wrong with one field of the body.
type fieldFault struct {
	Field  string `json:"field"`
	Detail string `json:"detail"`
}

func (p *problem) Error() string { return p.Type }

func (p *problem) Unwrap() error { return p.cause }

// kind begins the type of every problem; what follows stands in openapi.yaml.
const kind = "urn:znak:problem:"

// mediaType is that of every problem.
const mediaType = "application/problem+json"

// problemOf makes a problem; slug names its type.
func problemOf(status int, slug, detail string) *problem {
	return &problem{Type: kind + slug, Title: titles[status], Status: status, Detail: detail}
}

var titles = map[int]string{
	http.StatusBadRequest:            "The request cannot be read",
	http.StatusUnauthorized:          "No valid token",
	http.StatusForbidden:             "Not allowed with this token",
	http.StatusNotFound:              "Not found",
	http.StatusMethodNotAllowed:      "Method not allowed",
	http.StatusConflict:              "It cannot be done as things stand",
	http.StatusRequestEntityTooLarge: "Too much data",
	http.StatusUnsupportedMediaType:  "Wrong kind of body",
	http.StatusUnprocessableEntity:   "The request needs correcting",
	http.StatusTooManyRequests:       "Too many attempts",
	http.StatusServiceUnavailable:    "Not available at the moment",
	http.StatusInternalServerError:   "Something went wrong here",
}

// fail turns an error that a handler returned into a problem. It is the only
// place that does; what went wrong inside is in the log.
func (h *api) fail(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	p := h.asProblem(err)
	if err := h.denied(c, p); err != nil {
		p = h.asProblem(err)
	}
	p.RequestID = middleware.Actor(c).RequestID
	header := c.Response().Header()
	switch p.Status {
	case http.StatusUnauthorized:
		header.Set(echo.HeaderWWWAuthenticate, `Bearer realm="znak"`)
	case http.StatusForbidden:
		header.Set(echo.HeaderWWWAuthenticate, `Bearer realm="znak", error="insufficient_scope"`)
	case http.StatusInternalServerError, http.StatusServiceUnavailable:
		h.Log.LogAttrs(c.Request().Context(), slog.LevelError, "fault", slog.String("incident", p.RequestID),
			slog.String("route", c.Path()), slog.String("error", err.Error()))
	}
	if p.wait > 0 {
		header.Set("Retry-After", strconv.Itoa(p.wait))
	}
	header.Set(echo.HeaderContentType, mediaType)
	c.Response().WriteHeader(p.Status)
	if err := c.Echo().JSONSerializer.Serialize(c, p, ""); err != nil {
		h.Log.Error("problem not sent", "error", err)
	}
}

// asProblem gives any error its status and its words.
func (h *api) asProblem(err error) *problem {
	var p *problem
	var fault *models.Error
	var web *echo.HTTPError
	switch {
	case errors.As(err, &p):
		return p
	case errors.As(err, &fault):
		return h.ofCode(fault, err)
	case errors.As(err, &web):
		return ofEcho(web)
	}
	return broken()
}

func broken() *problem {
	return problemOf(http.StatusInternalServerError, "internal", "Try again with the same Idempotency-Key. If it happens again, give the administrator of the portal the request_id.")
}

func ofEcho(web *echo.HTTPError) *problem {
	switch web.Code {
	case http.StatusMethodNotAllowed:
		return problemOf(web.Code, "method", "Use one of the methods in the header Allow.")
	case http.StatusNotFound:
		return notFound()
	case http.StatusRequestEntityTooLarge:
		return tooLarge()
	}
	return broken()
}

// notFound is the one answer for what does not exist and what was never handed
// to the Centre.
func notFound() *problem {
	return problemOf(http.StatusNotFound, "not-found", "There is nothing here for this token. Check the address and the reference.")
}

func tooLarge() *problem {
	return problemOf(http.StatusRequestEntityTooLarge, "too-large", "Send at most "+strconv.Itoa(bodyLimit)+" bytes.")
}

// ofCode is the one map from a fault's code to a problem.
func (h *api) ofCode(fault *models.Error, err error) *problem {
	switch fault.Code {
	case models.CodeInvalid:
		return h.invalid(fault)
	case models.CodeUnauthorised:
		return problemOf(http.StatusUnauthorized, "unauthorized", "This token does not count: it is unknown, expired, revoked or not approved yet, or its account is closed or has changed. Look at the page /account/tokens of its account.")
	case models.CodeForbidden:
		return problemOf(http.StatusForbidden, "scope", "The account of this token cannot do this.")
	case models.CodeNotFound:
		return notFound()
	case models.CodeConflict:
		return problemOf(http.StatusConflict, "conflict", "Read the referral again and see whether the act still has its place.")
	case models.CodeTooLarge:
		return tooLarge()
	case models.CodeTooMany:
		p := problemOf(http.StatusTooManyRequests, "too-many", "Too many tokens that do not count came from this address. Wait as long as the header Retry-After says, and check the token.")
		p.wait = 60
		if seconds, ok := auth.RetryAfter(err); ok {
			p.wait = seconds
		}
		return p
	case models.CodeUnavailable:
		p := problemOf(http.StatusServiceUnavailable, "unavailable", "Nothing was done. Try again with the same Idempotency-Key after as long as the header Retry-After says.")
		p.wait = 10
		return p
	}
	return broken()
}

// invalid lists what must be corrected, field by field.
func (h *api) invalid(fault *models.Error) *problem {
	p := problemOf(http.StatusUnprocessableEntity, "invalid", "Correct the fields that are listed and send it again.")
	for _, f := range fault.Fields {
		p.Errors = append(p.Errors, fieldFault{f.Field, h.Locales.T(locales.English, f.Key, f.Args)})
	}
	if len(p.Errors) == 0 {
		p.Detail = "Something in the request cannot be as it is. See the document at " + base + "/openapi.json."
	}
	return p
}
