package main

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"znak/models/auth"
)

// While the portal serves it tells its metrics on an address of their own, at
// one path, and stops with it.
func TestServeTellsMetrics(t *testing.T) {
	dir := installed(t)
	p, err := open(t.Context(), placeIn(dir), time.Now)
	must(t, err)
	defer p.close()
	pages, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	scrapes, err := settings{MetricsAddr: "127.0.0.1:0"}.listenMetrics()
	must(t, err)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- p.serve(ctx, face{listener: pages, metrics: scrapes, baseURL: "http://127.0.0.1", password: auth.DemoParams(), log: slog.New(slog.DiscardHandler)}, nil)
	}()
	get := func(address string) (int, string) {
		res, err := http.Get("http://" + address)
		must(t, err)
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		must(t, err)
		return res.StatusCode, string(body)
	}
	if status, _ := get(pages.Addr().String() + "/help"); status != http.StatusOK {
		t.Errorf("the portal answers %d", status)
	}
	if status, body := get(scrapes.Addr().String() + "/metrics"); status != http.StatusOK || !strings.Contains(body, `znak_requests_total{method="GET",route="help",status="200"} 1`) || !strings.Contains(body, "znak_database_ready 1") {
		t.Errorf("a scrape answers %d: %s", status, body)
	}
	if status, _ := get(scrapes.Addr().String() + "/debug/pprof/"); status != http.StatusNotFound {
		t.Errorf("something else answers %d beside the metrics", status)
	}
	if status, body := get(pages.Addr().String() + "/metrics"); status == http.StatusOK || strings.Contains(body, "znak_requests") {
		t.Errorf("the portal itself tells metrics to anybody: %d", status)
	}
	stop()
	must(t, <-ended)
	if _, err := net.Dial("tcp", scrapes.Addr().String()); err == nil {
		t.Error("the metrics outlive the portal")
	}
}

func TestMetricsCanBeOff(t *testing.T) {
	for _, value := range []string{"off", ""} {
		installed(t)
		t.Setenv("ZNAK_METRICS_ADDR", value)
		if _, out, faults := command(t, "config"); !strings.Contains(out, "ZNAK_METRICS_ADDR="+value+"  #") {
			t.Errorf("%q: %s%s", value, out, faults)
		}
		if l, err := (settings{MetricsAddr: value}).listenMetrics(); l != nil || err != nil {
			t.Errorf("%q listens: %v, %v", value, l, err)
		}
	}
}
