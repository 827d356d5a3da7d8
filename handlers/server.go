package handlers

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"

	"github.com/labstack/echo/v4"

	"znak/handlers/middleware"
	"znak/models"
)

// Server returns the whole portal as one handler.
func (h *Handlers) Server() (*echo.Echo, error) {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.HTTPErrorHandler = h.fail
	extractor, err := ipExtractor(h.TrustedProxies)
	if err != nil {
		return nil, err
	}
	e.IPExtractor = extractor
	csrf, err := middleware.CSRF(h.BaseURL)
	if err != nil {
		return nil, err
	}
	e.Pre(suffixes)
	if err := h.machine(e); err != nil {
		return nil, err
	}
	e.Use(middleware.RequestID())
	if h.Metrics != nil {
		e.Use(h.Metrics.Count(routeNames(e)))
	}
	e.Use(
		middleware.AccessLog(h.Log),
		middleware.Recover(),
		middleware.Headers(h.Secure, "/static/"),
		middleware.Gzip(),
		middleware.BodyLimit(middleware.DefaultBodyLimit),
		middleware.Session(middleware.Sessions{Manager: h.Sessions, User: h.Store.UserByID, SchoolDistrict: h.schoolDistrict, Skip: stateless, Log: h.Log}),
		middleware.Language(h.Secure),
		csrf,
	)
	return e, h.mount(e)
}

// routeNames returns what names the route that a request matched, "" for none,
// once all routes are mounted.
func routeNames(e *echo.Echo) func(echo.Context) string {
	names := sync.OnceValue(func() map[string]string {
		out := map[string]string{}
		for _, r := range e.Routes() {
			out[r.Method+" "+r.Path] = r.Name
		}
		return out
	})
	return func(c echo.Context) string { return names()[c.Request().Method+" "+c.Path()] }
}

// stateless says which requests have neither session nor language.
func stateless(c echo.Context) bool {
	p := c.Request().URL.Path
	return strings.HasPrefix(p, "/static/") || p == "/healthz" || p == "/readyz" || p == "/favicon.ico"
}

func (h *Handlers) schoolDistrict(ctx context.Context, id string) (string, error) {
	school, err := h.Store.School(ctx, id)
	if err != nil {
		return "", err
	}
	return school.DistrictID, nil
}

// healthz answers GET /healthz: the process is alive.
func (h *Handlers) healthz(c echo.Context) error { return c.String(http.StatusOK, "ok\n") }

// readyz answers GET /readyz: everything that a submission needs is there, which
// is database and schema, the workers that carry letters, and an audit log whose
// entries do not wait for long. What is missing stands in the program's log.
func (h *Handlers) readyz(c echo.Context) error {
	if err := h.Store.Ping(c.Request().Context()); err != nil {
		return &models.Error{Code: models.CodeUnavailable, Key: "error.unavailable", Err: err}
	}
	if h.Ready != nil {
		if err := h.Ready(); err != nil {
			c.Response().Header().Set("Retry-After", "5")
			h.Log.Warn("not ready", "error", err)
			return c.String(http.StatusServiceUnavailable, "not ready\n")
		}
	}
	return c.String(http.StatusOK, "ready\n")
}

func (h *Handlers) favicon(c echo.Context) error {
	return c.Redirect(http.StatusMovedPermanently, h.assets.url("icon.svg"))
}

// ipExtractor finds a caller's network address: that of the connection, or the
// one that a trusted proxy names. Without proxies no header counts.
func ipExtractor(proxies []string) (echo.IPExtractor, error) {
	if len(proxies) == 0 {
		return echo.ExtractIPDirect(), nil
	}
	options := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, p := range proxies {
		_, network, err := net.ParseCIDR(p)
		if err != nil {
			return nil, fmt.Errorf("trusted proxies: %w", err)
		}
		options = append(options, echo.TrustIPRange(network))
	}
	return echo.ExtractIPFromXFFHeader(options...), nil
}
