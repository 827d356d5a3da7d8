package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"slices"
	"sync"
	"testing"
	"time"
)

var assetPath = regexp.MustCompile(`(?:href|src)="(/static/[^"]+)"`)

// printWeights prints what first visits take on the wire: heads and bodies of
// the page and of its files.
func printWeights(t *testing.T, base string) {
	t.Helper()
	heaviest, name := 0, ""
	for _, path := range []string{"/", "/signs", "/criteria", "/help", "/privacy", "/accessibility", "/login"} {
		total, body := weighed(t, base, path)
		var files []string
		for _, found := range assetPath.FindAllStringSubmatch(body, -1) {
			files = append(files, found[1])
		}
		slices.Sort(files)
		for _, file := range slices.Compact(files) {
			n, _ := weighed(t, base, file)
			total += n
		}
		if total > heaviest {
			heaviest, name = total, path
		}
	}
	fmt.Printf("%-58s %d bytes, %s%s\n", "Heaviest public page on a first visit, with its files", heaviest, name, verdict(heaviest < targetWeight, "60 kB"))
}

// weighed counts the bytes of an answer on the wire, and returns its body.
func weighed(t *testing.T, base, path string) (n int, body string) {
	t.Helper()
	var mu sync.Mutex
	dial := func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, address)
		return &counted{conn, &mu, &n}, err
	}
	transport := &http.Transport{DialContext: dial, DisableKeepAlives: true}
	res, err := (&http.Client{Transport: transport, Timeout: time.Minute}).Get(base + path)
	must(t, err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	must(t, err)
	mu.Lock()
	defer mu.Unlock()
	return n, string(text)
}

// counted counts what is read from a connection.
type counted struct {
	net.Conn
	mu *sync.Mutex
	n  *int
}

// Read reads and counts.
func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.mu.Lock()
	defer c.mu.Unlock()
	*c.n += n
	return n, err
}
