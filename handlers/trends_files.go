package handlers

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"html/template"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"znak/handlers/charts"
	"znak/handlers/middleware"
	"znak/models"
	"znak/models/export"
	"znak/models/trends"
)

// Types of the files.
const (
	typeCSV  = "text/csv; charset=utf-8"
	typeXLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	typeJSON = "application/json; charset=utf-8"
	typeSVG  = "image/svg+xml; charset=utf-8"
)

// trendsCSV answers GET /trends.csv.
func (h *Handlers) trendsCSV(c echo.Context) error { return h.trendsFile(c, "csv") }

// trendsXLSX answers GET /trends.xlsx.
func (h *Handlers) trendsXLSX(c echo.Context) error { return h.trendsFile(c, "xlsx") }

// trendsJSON answers GET /trends.json.
func (h *Handlers) trendsJSON(c echo.Context) error { return h.trendsFile(c, "json") }

func (h *Handlers) trendsFile(c echo.Context, form string) error {
	v, w, err := h.view(c)
	if err != nil {
		return err
	}
	body, kind, err := figureFile(v, w, form, h.permanent(v))
	if err != nil {
		return err
	}
	return h.sendFigures(c, v, form, kind, body)
}

// figureFile writes a view in one of the forms csv, xlsx and json.
func figureFile(v *trends.View, w charts.Words, form, address string) (body []byte, kind string, err error) {
	var b bytes.Buffer
	switch form {
	case "csv":
		kind, err = typeCSV, export.CSV(&b, w.Table(v))
	case "xlsx":
		kind, err = typeXLSX, export.XLSX(&b, w.Table(v).Name, w.Table(v), w.Notes(v, address))
	case "json":
		out := json.NewEncoder(&b)
		out.SetEscapeHTML(true)
		out.SetIndent("", " ")
		kind, err = typeJSON, out.Encode(w.Document(v, address))
	default:
		err = models.ErrNotFound
	}
	return b.Bytes(), kind, err
}

// sendFigures puts the export on the audit trail and then sends it as a file.
func (h *Handlers) sendFigures(c echo.Context, v *trends.View, form, kind string, body []byte) error {
	if err := h.auditExport(c, v, form, body); err != nil {
		return err
	}
	c.Response().Header().Set("Content-Disposition", `attachment; filename="`+figureName(v, form)+`"`)
	return c.Blob(http.StatusOK, kind, body)
}

// figureName is a file's name: of codes alone.
func figureName(v *trends.View, form string) string {
	parts := []string{"znak"}
	for _, part := range []string{v.Query.Period, v.Query.Area, v.Query.Dimension} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, "-") + "." + form
}

// auditExport records what is about to leave: form and query, and the digest
// of what is sent.
func (h *Handlers) auditExport(c echo.Context, v *trends.View, form string, body []byte) error {
	e := models.AuditBy(middleware.Actor(c), "export")
	e.Object = "trends." + form + "?" + v.Query.String()
	digest := sha256.Sum256(body)
	e.Digest = digest[:]
	return h.Audit.Record(c.Request().Context(), e)
}

// trendsPrint answers GET /trends/print: the page with everything open.
func (h *Handlers) trendsPrint(c echo.Context) error {
	v, w, err := h.view(c)
	if err != nil {
		return err
	}
	p := TrendsPage{Page: h.page(c, "title.trends")}
	p.Sheet = "figures.css"
	b := h.trendsBody(v, w, false)
	b.Print = true
	html, err := h.render.fragment(p.Lang, "trends", "trends-body", b)
	if err != nil {
		return err
	}
	p.Body = template.HTML(html)
	buf, err := h.render.render(p.Lang, "trends", p)
	if err != nil {
		return err
	}
	if err := h.auditExport(c, v, "print", buf.Bytes()); err != nil {
		return err
	}
	return c.HTMLBlob(http.StatusOK, buf.Bytes())
}

// trendsChart answers GET /trends/chart.svg: one chart as a file of its own. A
// chart of which nothing is released leads to the page, which says what is.
func (h *Handlers) trendsChart(c echo.Context) error {
	id := c.QueryParam("chart")
	if !charts.IsChart(id) {
		return models.ErrNotFound
	}
	v, w, err := h.view(c)
	if err != nil {
		return err
	}
	b := h.trendsBody(v, w, false)
	chart := b.Board.ChartFile(id, b.AsOf)
	if chart == nil {
		return c.Redirect(http.StatusSeeOther, b.Permanent)
	}
	body, err := h.render.fragment(middleware.Lang(c), "trends", "chart-file", chart)
	if err != nil {
		return err
	}
	return h.sendFigures(c, v, id+".svg", typeSVG, body)
}
