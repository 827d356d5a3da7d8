package handlers

import (
	"context"
	"net/url"

	"github.com/labstack/echo/v4"

	"znak/handlers/api"
	"znak/locales"
	"znak/models"
	"znak/models/handover"
	"znak/models/trends"
)

// machine puts the machine interface beside the pages, before anything that
// belongs to a browser: session, language, CSRF.
func (h *Handlers) machine(e *echo.Echo) error {
	handler, err := api.New(api.Deps{Store: h.Store, Referrals: h.Referrals, Auth: h.Auth, Audit: h.Audit, Locales: h.Locales,
		Log: h.Log, Now: h.Now, Secure: h.Secure, Address: e.IPExtractor, Handover: h.handedOver(), Figures: h.machineFigures()})
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

// machineFigures gives the machine interface the document of /trends.json; nil
// where there are no figures.
func (h *Handlers) machineFigures() api.Figures {
	if h.Figures == nil {
		return nil
	}
	return func(ctx context.Context, a models.Actor, asked url.Values, lang locales.Lang) (*api.FigureDocument, error) {
		q, err := trends.ParseQuery(asked)
		if err != nil {
			return nil, err
		}
		v, err := h.Figures.View(ctx, a, q)
		if err != nil {
			return nil, err
		}
		body, _, err := figureFile(v, h.names.In(lang), "json", h.permanent(v))
		return &api.FigureDocument{Body: body, Query: v.Query.String()}, err
	}
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
