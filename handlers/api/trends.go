package api

import (
	"context"
	"crypto/sha256"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"znak/handlers/middleware"
	"znak/locales"
	"znak/models"
)

// Figures gives the released figures that the parameters period, area, by and
// asof ask for, as the portal's own page has them. Returns models.ErrNotFound
// for an unknown name and for an area that is not the actor's.
type Figures func(ctx context.Context, a models.Actor, asked url.Values, lang locales.Lang) (*FigureDocument, error)

// FigureDocument is figures as they are sent.
type FigureDocument struct {
	Body  []byte // JSON; docs/figures-reading.md describes it
	Query string // the parameters of its permanent address
}

// figureParameters are those of /trends.
var figureParameters = []string{"period", "area", "by", "asof"}

// trends answers GET /trends. That it was taken is on the audit trail before it
// is sent, as for a file of the page, beside the use of the token.
func (h *api) trends(c echo.Context) error {
	asked := c.QueryParams()
	if err := onlyOnce(asked, figureParameters); err != nil {
		return err
	}
	ctx, a := c.Request().Context(), middleware.Actor(c)
	doc, err := h.Figures(ctx, a, asked, locales.Negotiate(c.Request().Header.Get("Accept-Language")))
	if err != nil {
		return err
	}
	taken, digest := models.AuditBy(a, "export"), sha256.Sum256(doc.Body)
	taken.Object, taken.Digest, taken.Rule = "trends.json?"+doc.Query, digest[:], "token"
	if err := h.Audit.Record(ctx, used(c, "api-trends"), taken); err != nil {
		return err
	}
	return c.Blob(http.StatusOK, echo.MIMEApplicationJSON, doc.Body)
}

// onlyOnce refuses a parameter that is not among the names, or stands there
// twice: a misspelt one would give other figures than were asked for.
func onlyOnce(asked url.Values, names []string) error {
	p := problemOf(http.StatusBadRequest, "parameter", "Correct the parameter of the address that is listed.")
	for name, values := range asked {
		switch {
		case !slices.Contains(names, name):
			p.Errors = []fieldFault{{"address", "There is a parameter that this address does not have: it takes " + strings.Join(names, ", ") + "."}}
			return p
		case len(values) != 1:
			p.Errors = []fieldFault{{name, "Give it once."}}
			return p
		}
	}
	return nil
}
