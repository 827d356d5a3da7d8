package handlers

import (
	"context"

	"github.com/labstack/echo/v4"

	"znak/handlers/api"
	"znak/models"
	"znak/models/handover"
)

// machine puts the machine interface beside the pages, before anything that
// belongs to a browser: session, language, CSRF.
func (h *Handlers) machine(e *echo.Echo) error {
	handler, err := api.New(api.Deps{Store: h.Store, Referrals: h.Referrals, Auth: h.Auth, Audit: h.Audit, Locales: h.Locales,
		Log: h.Log, Now: h.Now, Secure: h.Secure, Address: e.IPExtractor, Handover: h.handedOver()})
	if err != nil {
		return err
	}
	e.Pre(func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if !api.Takes(c.Request().URL.Path) {
				return next(c)
			}
			handler.ServeHTTP(c.Response(), c.Request())
			return nil
		}
	})
	return nil
}

// handedOver is what the hand-over to the Centre gives to the machine interface.
func (h *Handlers) handedOver() api.Handover {
	if h.Handover == nil {
		return api.Handover{}
	}
	return api.Handover{Packages: packages{h.Handover}, Receipts: h.Handover}
}

// packages are the hand-over's, as the machine interface gives them out.
type packages struct{ from *handover.Service }

// Package returns the package of a referral; see handover.Service.Package.
func (p packages) Package(ctx context.Context, a models.Actor, ref string) (*api.Signed, error) {
	s, err := p.from.Package(ctx, a, ref)
	if err != nil {
		return nil, err
	}
	return &api.Signed{Body: s.JSON, Digest: s.Digest}, nil
}
