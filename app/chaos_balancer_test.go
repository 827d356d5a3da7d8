package main

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync"
	"testing"
)

// balancer hands each request to the next replica, whoever sends it.
type balancer struct {
	base string
	mu   sync.Mutex
	to   []*url.URL
	next int
}

// nobody is what it answers when the replica is gone.
const nobody = http.StatusBadGateway

func newBalancer(t *testing.T) *balancer {
	t.Helper()
	b := &balancer{}
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(b.pick())
			r.SetXForwarded()
			r.Out.Host = r.In.Host
		},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(nobody) },
		Transport:    &http.Transport{MaxIdleConnsPerHost: submitters},
	}
	srv := httptest.NewServer(proxy)
	t.Cleanup(srv.Close)
	b.base = srv.URL
	return b
}

func (b *balancer) set(bases ...string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.to = nil
	for _, base := range bases {
		u, err := url.Parse(base)
		if err != nil {
			panic(err) // cannot happen: it is that of a listener
		}
		b.to = append(b.to, u)
	}
}

func (b *balancer) pick() *url.URL {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.to) == 0 {
		return &url.URL{Scheme: "http", Host: "127.0.0.1:1"}
	}
	b.next++
	return b.to[b.next%len(b.to)]
}
