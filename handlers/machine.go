package handlers

import (
	"github.com/labstack/echo/v4"

	"znak/handlers/api"
)

// machine puts the machine interface beside the pages, before anything that
// belongs to a browser: session, language, CSRF.
func (h *Handlers) machine(e *echo.Echo) error {
	handler, err := api.New(api.Deps{Store: h.Store, Referrals: h.Referrals, Auth: h.Auth, Audit: h.Audit, Locales: h.Locales,
		Log: h.Log, Now: h.Now, Secure: h.Secure, Address: e.IPExtractor, Handover: h.Handover})
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
