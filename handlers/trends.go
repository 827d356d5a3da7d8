package handlers

import (
	"html/template"

	"github.com/labstack/echo/v4"

	"znak/handlers/charts"
	"znak/handlers/middleware"
	"znak/models"
	"znak/models/trends"
)

// TrendsPage shows released figures.
type TrendsPage struct {
	Page
	Body template.HTML // a rendered TrendsBody
}

// TrendsBody is the figures' part of the page: nothing in it is the reader's.
type TrendsBody struct {
	Board     *charts.Board
	Filters   []Filter
	Notes     []charts.Note
	Files     []FileLink
	Permanent string       // the address that shows the same for ever
	Newest    string       // without the bound of what was published later; "" = not bound
	AsOf      string       // day of the newest release that is shown; "" = nothing is released
	Working   string       // address of the page on the working of the system; "" = there is none
	Print     bool         // everything open, nothing to press
	Query     template.URL // the parameters of its addresses, escaped already
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
	q, err := trends.ParseQuery(c.QueryParams())
	if err != nil {
		return err
	}
	cat, err := h.Figures.Catalogue(c.Request().Context(), middleware.Actor(c))
	if err != nil {
		return err
	}
	p := TrendsPage{Page: h.page(c, "title.trends")}
	p.Sheet = "figures.css"
	p.Body, err = h.drawn.get(drawnKey(cat, q, p.Lang, "page"), func() (template.HTML, error) {
		v, w, err := h.view(c)
		if err != nil {
			return "", err
		}
		b := h.trendsBody(v, w, q.AsOf != "")
		b.Filters = filters(cat, v, w, q.AsOf != "")
		q := string(b.Query)
		b.Files = []FileLink{{"CSV", "/trends.csv?" + q}, {"XLSX", "/trends.xlsx?" + q}, {"JSON", "/trends.json?" + q}}
		html, err := h.render.fragment(p.Lang, "trends", "trends-body", b)
		return template.HTML(html), err
	})
	if err != nil {
		return err
	}
	return h.show(c, "trends", p)
}

// trendsBody puts a view into words; pinned says that the address is bound to
// what was released at a moment.
func (h *Handlers) trendsBody(v *trends.View, w charts.Words, pinned bool) TrendsBody {
	b := TrendsBody{Board: w.Board(v), Query: template.URL(v.Query.String()), Permanent: "/trends?" + v.Query.String(), Notes: w.Explain(v, h.permanent(v))}
	if pinned {
		q := v.Query
		q.AsOf = ""
		b.Newest = "/trends?" + q.String()
	}
	if v.AsOf() != 0 {
		b.AsOf = w.Day(v.AsOf().Time().In(h.Location))
	}
	for _, r := range h.routes() {
		if r.path == "/trends/system" {
			b.Working = r.path
		}
	}
	return b
}

// permanent is the address at which a view stays as it is.
func (h *Handlers) permanent(v *trends.View) string {
	return h.BaseURL + "/trends?" + v.Query.String()
}
