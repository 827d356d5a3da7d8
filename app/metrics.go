package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"znak/handlers/metrics"
	"znak/models/courier"
	"znak/models/store"
)

// metricsOff turns the metrics off, as an empty setting does.
const metricsOff = "off"

// listenMetrics begins to listen for scrapes; nil when metrics are off.
func (s settings) listenMetrics() (net.Listener, error) {
	if s.MetricsAddr == "" || s.MetricsAddr == metricsOff {
		return nil, nil
	}
	if _, _, err := net.SplitHostPort(s.MetricsAddr); err != nil {
		return nil, fmt.Errorf("ZNAK_METRICS_ADDR: %q is neither like 127.0.0.1:9090 nor off", s.MetricsAddr)
	}
	l, err := net.Listen("tcp", s.MetricsAddr)
	if err != nil {
		return nil, fmt.Errorf("ZNAK_METRICS_ADDR: %w; give another address, or off", err)
	}
	return l, nil
}

// measure makes the portal's metrics; nil when nobody listens for them.
func (p *portal) measure(f face) *metrics.Metrics {
	if f.metrics == nil {
		return nil
	}
	return metrics.New(metrics.Source{Store: p.store, Audit: p.audit, Queues: []string{courier.Queue, store.QueueCentre}, Now: time.Now, Version: version, Ready: f.ready})
}

// tellMetrics answers scrapes until ctx ends.
func tellMetrics(ctx context.Context, f face, m *metrics.Metrics) {
	server := &http.Server{Handler: m.Handler(f.log), ReadTimeout: 10 * time.Second, WriteTimeout: 20 * time.Second, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: 16 << 10, ErrorLog: slog.NewLogLogger(f.log.Handler(), slog.LevelWarn)}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(f.metrics) }()
	select {
	case <-ctx.Done():
		server.Close()
		<-ended
	case err := <-ended:
		if !errors.Is(err, http.ErrServerClosed) {
			f.log.Error("metrics are not told any more", "error", err)
		}
	}
}
