// Package api is the machine interface, /api/v1: the Centre's own system lists
// and fetches what was forwarded to it, and answers with receipt and outcome; the
// ministry's takes the released figures. Its contract is openapi.yaml beside it. It knows callers by a token, never by a
// cookie, and stands outside of session, language and CSRF; a token acts as its
// account, so that the lifecycle's rules hold as they do on the pages.
package api

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"znak/handlers/middleware"
	"znak/locales"
	"znak/models"
	"znak/models/audit"
	"znak/models/auth"
	"znak/models/referral"
	"znak/models/store"
)

// prefix is under what the machine interface stands, and nothing else does.
const prefix = "/api"

// base is the path of this version.
const base = prefix + "/v1"

// Takes says whether a path is the machine interface's.
func Takes(path string) bool { return path == prefix || strings.HasPrefix(path, prefix+"/") }

// Deps is what the machine interface works with; app builds it once at start.
type Deps struct {
	Store     *store.Store
	Referrals *referral.Service
	Auth      *auth.Service
	Audit     *audit.Log
	Locales   *locales.Bundle
	Log       *slog.Logger
	Now       func() time.Time
	Secure    bool             // reached by HTTPS
	Address   echo.IPExtractor // of a caller
	Handover  Handover         // what the hand-over gives; the zero value = nothing
	Figures   Figures          // released figures; nil = there is no such route
}

// Handover is what the hand-over to the Centre gives to the machine interface.
// Whatever is nil is not there: no route, no field.
type Handover struct {
	Packages Packages
	Receipts Receipts
	Digests  Digests
}

// Packages gives the signed package of a forwarded referral.
type Packages interface {
	// Package returns the newest package of the referral once its reading is on
	// the audit trail, durably. Returns models.ErrNotFound when the actor may not
	// see the referral, or there is no package of it.
	Package(ctx context.Context, a models.Actor, ref string) (*Signed, error)
}

// Signed is a package as it is handed over.
type Signed struct {
	Body      []byte
	MediaType string // application/json unless it says otherwise
	Digest    string // of what was signed, "sha256:" and 64 hexadecimal digits
}

// Receipts takes a receipt that the Centre signed.
type Receipts interface {
	// Receipt checks and keeps it. The same one again is no fault. Returns
	// CodeInvalid for one that is not the Centre's or not of this referral's
	// package, and models.ErrNotFound like Package.
	Receipt(ctx context.Context, a models.Actor, ref string, jws []byte) error
}

// Digests returns the digests of the newest packages of referrals, by reference,
// as far as there are any. The references are ones that the actor sees.
type Digests func(ctx context.Context, a models.Actor, refs []string) (map[string]string, error)

// bodyLimit is how many bytes a request's body may have: the longest text with
// every letter escaped.
const bodyLimit = 128 << 10

// public stands in the table for a route that needs no token.
const public models.Scope = "public"

// route is one row of the table: the scope that its token needs stands beside it.
type route struct {
	method, path, name string
	scope              models.Scope
	handle             echo.HandlerFunc
}

type api struct {
	Deps
	document []byte
}

// routes is the one table of the machine interface.
func (h *api) routes() []route {
	const get, post = http.MethodGet, http.MethodPost
	table := []route{
		{get, "/openapi.json", "api-document", public, h.openapi},
		{get, "/packages", "api-list", models.ScopePackagesRead, h.list},
		{post, "/packages/:ref/receipt", "api-receipt", models.ScopeReceiptsWrite, h.receipt},
		{post, "/packages/:ref/assessment", "api-assessment", models.ScopeOutcomesWrite, h.assessment},
		{post, "/packages/:ref/outcome", "api-outcome", models.ScopeOutcomesWrite, h.outcome},
	}
	if h.Handover.Packages != nil {
		table = append(table, route{get, "/packages/:ref", "api-package", models.ScopePackagesRead, h.signed})
	}
	if h.Figures != nil {
		table = append(table, route{get, "/trends", "api-trends", models.ScopeTrendsRead, h.trends})
	}
	return table
}

// New returns the machine interface as one handler, for every path that it Takes.
// It returns an error for a document that does not fit its routes.
func New(d Deps) (http.Handler, error) {
	h := &api{Deps: d}
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.HTTPErrorHandler = h.fail
	e.IPExtractor = d.Address
	e.Use(
		middleware.RequestID(),
		middleware.AccessLog(d.Log),
		middleware.Recover(),
		middleware.Headers(d.Secure, ""),
		middleware.BodyLimit(bodyLimit),
	)
	for _, r := range h.routes() {
		if !known(r.scope) {
			return nil, fmt.Errorf("route %s %s: no scope", r.method, r.path)
		}
		e.Add(r.method, base+r.path, r.handle, h.allow(r)).Name = r.name
	}
	var err error
	h.document, err = document(h.routes(), d)
	return e, err
}

func known(s models.Scope) bool {
	for _, r := range models.Roles {
		if r.MayHold(s) {
			return true
		}
	}
	return s == public
}
