package handlers

import (
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"znak/handlers/charts"
	"znak/handlers/middleware"
	"znak/models"
	"znak/models/trends"
)

// OpenDataPage lists the releases that anyone may take.
type OpenDataPage struct {
	Page
	Releases []OpenRelease
	Notes    []charts.Note
}

// OpenRelease is one release with its files.
type OpenRelease struct {
	Name  string
	At    models.Stamp
	Files []FileLink
}

// anyone reads what is released with the ministry's eyes: the operator has
// published it. It is nobody's account.
var anyone = models.Actor{Role: models.RoleMinistry}

// openForms are the forms of open data.
var openForms = []string{"csv", "xlsx", "json"}

// openData answers GET /open-data.
func (h *Handlers) openData(c echo.Context) error {
	cat, err := h.Figures.Catalogue(c.Request().Context(), anyone)
	if err != nil {
		return err
	}
	v, err := h.Figures.View(c.Request().Context(), anyone, trends.Query{})
	if err != nil {
		return err
	}
	p := OpenDataPage{Page: h.page(c, "title.open_data")}
	w := h.names.In(p.Lang)
	p.Notes = w.Explain(v, h.BaseURL+"/open-data")
	for _, r := range cat.Releases {
		o := OpenRelease{Name: w.Period(r.Period), At: r.ReleasedAt}
		for _, form := range openForms {
			o.Files = append(o.Files, FileLink{strings.ToUpper(form), "/open-data/" + r.Period.Code + "." + form})
		}
		p.Releases = append(p.Releases, o)
	}
	return h.show(c, "open_data", p)
}

// openDataFile answers GET /open-data/{period}.{form}: the figures of a release
// as they stood when it was made.
func (h *Handlers) openDataFile(c echo.Context) error {
	period, form, _ := strings.Cut(c.Param("file"), ".")
	cat, err := h.Figures.Catalogue(c.Request().Context(), anyone)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(cat.Releases, func(r *trends.Release) bool { return r.Period.Code == period })
	if i < 0 || !slices.Contains(openForms, form) {
		return models.ErrNotFound
	}
	v, err := h.Figures.View(c.Request().Context(), anyone, trends.Query{Period: period, Area: trends.CountryCode, AsOf: madeAt(cat.Releases[i])})
	if err != nil {
		return err
	}
	body, kind, err := figureFile(v, h.names.In(middleware.Lang(c)), form, h.BaseURL+"/open-data/"+period+"."+form)
	if err != nil {
		return err
	}
	c.Response().Header().Set("Content-Disposition", `attachment; filename="`+figureName(v, form)+`"`)
	return c.Blob(http.StatusOK, kind, body)
}

// madeAt is when a release was made, as a query has it.
func madeAt(r *trends.Release) string { return r.ReleasedAt.Time().UTC().Format("20060102T150405Z") }
