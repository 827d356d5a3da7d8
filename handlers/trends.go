package handlers

import (
	"github.com/labstack/echo/v4"

	"znak/handlers/charts"
	"znak/handlers/middleware"
	"znak/locales"
	"znak/models"
	"znak/models/trends"
)

// TrendsPage shows released figures.
type TrendsPage struct {
	Page
	Board     *charts.Board
	Filters   []Filter
	Notes     []charts.Note
	Files     []FileLink
	Permanent string // the address that shows the same for ever
	Newest    string // without the bound of what was published later; "" = not bound
	AsOf      string // day of the newest release that is shown; "" = nothing is released
	Working   string // address of the page on the working of the system; "" = there is none
	Print     bool   // everything open, nothing to press
	Query     string // of the addresses of charts
}

// FileLink leads to the same figures in another form.
type FileLink struct{ Text, Href string }

// figureRoutes are the pages of figures. Without figures there are none.
func (h *Handlers) figureRoutes() []route {
	if h.Figures == nil {
		return nil
	}
	const get = "GET"
	out := []route{
		{get, "/trends", "trends", models.PermTrends, h.trends},
		{get, "/trends/print", "trends-print", models.PermTrends, h.trendsPrint},
		{get, "/trends.csv", "trends-csv", models.PermTrends, h.trendsCSV},
		{get, "/trends.xlsx", "trends-xlsx", models.PermTrends, h.trendsXLSX},
		{get, "/trends.json", "trends-json", models.PermTrends, h.trendsJSON},
		{get, "/trends/chart.svg", "trends-chart", models.PermTrends, h.trendsChart},
	}
	if h.OpenData {
		out = append(out, route{get, "/open-data", "open-data", models.PermPublic, h.openData},
			route{get, "/open-data/:file", "open-data-file", models.PermPublic, h.openDataFile})
	}
	return out
}

// view reads the figures that the address asks for, and the words for them.
func (h *Handlers) view(c echo.Context) (*trends.View, charts.Words, error) {
	w := h.names.In(middleware.Lang(c))
	q, err := trends.ParseQuery(c.QueryParams())
	if err != nil {
		return nil, w, err
	}
	v, err := h.Figures.View(c.Request().Context(), middleware.Actor(c), q)
	return v, w, err
}

// trends answers GET /trends.
func (h *Handlers) trends(c echo.Context) error {
	v, w, err := h.view(c)
	if err != nil {
		return err
	}
	cat, err := h.Figures.Catalogue(c.Request().Context(), middleware.Actor(c))
	if err != nil {
		return err
	}
	p := h.trendsPage(c, v, w)
	p.Filters = filters(cat, v, w, c.QueryParam("asof") != "")
	p.Files = []FileLink{{"CSV", "/trends.csv?" + p.Query}, {"XLSX", "/trends.xlsx?" + p.Query}, {"JSON", "/trends.json?" + p.Query}}
	return h.show(c, "trends", p)
}

func (h *Handlers) trendsPage(c echo.Context, v *trends.View, w charts.Words) TrendsPage {
	p := TrendsPage{Page: h.page(c, "title.trends"), Board: w.Board(v), Query: v.Query.String(), Permanent: "/trends?" + v.Query.String()}
	p.Sheet = "figures.css"
	p.Notes = w.Explain(v, h.permanent(v))
	if c.QueryParam("asof") != "" {
		q := v.Query
		q.AsOf = ""
		p.Newest = "/trends?" + q.String()
	}
	if v.AsOf() != 0 {
		p.AsOf = locales.Date(p.Lang, v.AsOf().Time().In(h.Location))
	}
	for _, r := range h.routes() {
		if r.path == "/trends/system" {
			p.Working = r.path
		}
	}
	return p
}

// permanent is the address at which a view stays as it is.
func (h *Handlers) permanent(v *trends.View) string {
	return h.BaseURL + "/trends?" + v.Query.String()
}
