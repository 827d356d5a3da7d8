package handlers

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"znak/handlers/middleware"
	"znak/handlers/pdf"
	"znak/models"
	"znak/models/handover"
)

// exportSuffixes are the forms in which a referral leaves the portal, as they
// stand in its address, and where they are answered.
var exportSuffixes = map[string]string{".json": "/json", ".pdf": "/pdf"}

// suffixes leads /referrals/{ref}.json and .pdf to their routes: the router
// itself knows no parameter with an end.
func suffixes(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		u := c.Request().URL
		if rest, ok := strings.CutPrefix(u.Path, "/referrals/"); ok && !strings.Contains(rest, "/") {
			for suffix, route := range exportSuffixes {
				if ref, ok := strings.CutSuffix(rest, suffix); ok && ref != "" {
					u.Path, u.RawPath = "/referrals/"+ref+route, ""
				}
			}
		}
		return next(c)
	}
}

// exportJSON answers GET /referrals/{ref}.json: the signed package.
func (h *Handlers) exportJSON(c echo.Context) error {
	s, err := h.export(c, "json")
	if err != nil {
		return err
	}
	return c.Blob(http.StatusOK, "application/json", s.JSON)
}

// exportPDF answers GET /referrals/{ref}.pdf: its readable copy, in the reader's
// language.
func (h *Handlers) exportPDF(c echo.Context) error {
	s, err := h.export(c, "pdf")
	if err != nil {
		return err
	}
	w := pdf.Writer{Texts: h.Locales, Location: h.Location}
	text, err := w.Write(middleware.Lang(c), s)
	if err != nil {
		return err
	}
	return c.Blob(http.StatusOK, "application/pdf", text)
}

// export makes what leaves the portal; that it does is on the audit trail before
// anything is sent. The file is named by the reference alone.
func (h *Handlers) export(c echo.Context, form string) (*handover.Signed, error) {
	ref, ok := models.ParseReference(c.Param("ref"))
	if !ok {
		return nil, models.ErrNotFound
	}
	s, err := h.Handover.Export(c.Request().Context(), middleware.Actor(c), ref, form)
	if err != nil {
		return nil, err
	}
	c.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="`+s.Ref+"."+form+`"`)
	return s, nil
}

// handoverKeys answers GET /handover/jwks.json: the public keys by which the
// Centre knows what is ours.
func (h *Handlers) handoverKeys(c echo.Context) error {
	return c.Blob(http.StatusOK, "application/jwk-set+json", h.Handover.JWKS())
}
