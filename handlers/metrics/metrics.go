// Package metrics tells the portal's operator how it does, in the form that
// Prometheus reads. Names and labels are fixed: a label is a route's name, a
// status, a queue or a duty, never a person, a reference, an address or a text.
package metrics

import (
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics are those of one process.
type Metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
}

// New makes the metrics of a portal. They are read from s when they are asked
// for. It panics only on a mistake in this room's own names.
func New(s Source) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "znak_requests_total",
			Help: "Requests answered, by the route's name in the table of routes, method and status."}, []string{"route", "method", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "znak_request_seconds",
			Help: "How long requests took, by the route's name.", Buckets: []float64{.01, .05, .1, .25, .5, 1, 2.5, 5, 15}}, []string{"route"}),
	}
	m.registry.MustRegister(m.requests, m.seconds, newGauges(s), collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// noRoute is the name of what is asked for and is no page of the portal.
const noRoute = "none"

// Count counts each request under the name of its route, which name returns,
// "" for no route. It comes outside everything that answers.
func (m *Metrics) Count(name func(echo.Context) string) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			begun := time.Now()
			err := next(c)
			route := name(c)
			if route == "" {
				route = noRoute
			}
			m.requests.WithLabelValues(route, method(c.Request().Method), strconv.Itoa(c.Response().Status)).Inc()
			m.seconds.WithLabelValues(route).Observe(time.Since(begun).Seconds())
			return err
		}
	}
}

// method is the method if a route can have it: a client may send any word.
func method(m string) string {
	switch m {
	case http.MethodGet, http.MethodPost, http.MethodHead:
		return m
	}
	return "other"
}

// Handler answers a scrape at /metrics and nothing else. Two may run at once;
// what cannot be read is told to the log and left out.
func (m *Metrics) Handler(log *slog.Logger) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelError), ErrorHandling: promhttp.ContinueOnError, MaxRequestsInFlight: 2}))
	return mux
}
