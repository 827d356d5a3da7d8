package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"znak/models"
	"znak/models/handover"
)

// TestCentreSettingsAreChecked: both or neither, and what is wrong is named.
func TestCentreSettingsAreChecked(t *testing.T) {
	installed(t)
	for _, x := range []struct{ url, jwks, want string }{
		{"https://centar.example.rs/znak", "", "ZNAK_CENTRE_JWKS: missing"},
		{"", "keys.json", "ZNAK_CENTRE_URL: missing"},
		{"http://centar.example.rs/znak", "keys.json", "ZNAK_CENTRE_URL: http is for this machine alone"},
		{"centar.example.rs", "keys.json", "ZNAK_CENTRE_URL: not an address"},
		{"https://centar.example.rs/znak", "nowhere.json", "ZNAK_CENTRE_JWKS: open nowhere.json"},
		{"https://centar.example.rs/znak", "https://centar.example.rs/jwks.json", "ZNAK_CENTRE_JWKS: give the file"},
		{"https://centar.example.rs/znak", `{"keys":[]}`, "ZNAK_CENTRE_JWKS: it needs one key to encrypt to"},
	} {
		t.Setenv("ZNAK_CENTRE_URL", x.url)
		t.Setenv("ZNAK_CENTRE_JWKS", x.jwks)
		for _, c := range []string{"serve", "config"} {
			if exit, _, faults := command(t, c); exit != exitFailed || !strings.Contains(faults, x.want) {
				t.Errorf("%s with %q, %q: exit %d, %s", c, x.url, x.jwks, exit, faults)
			}
		}
	}
}

// lines passes on what a command writes, line by line.
type lines struct {
	mu  sync.Mutex
	buf bytes.Buffer
	to  chan string
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.buf.Write(p)
	for {
		line, err := l.buf.ReadString('\n')
		if err != nil {
			l.buf.WriteString(line)
			return len(p), nil
		}
		l.to <- strings.TrimSpace(line)
	}
}

// await returns the first line that has the text.
func (l *lines) await(t *testing.T, text string) string {
	t.Helper()
	end := time.After(time.Minute)
	for {
		select {
		case line := <-l.to:
			if strings.Contains(line, text) {
				return line
			}
		case <-end:
			t.Fatalf("it never said %q", text)
		}
	}
}

// TestStubReceives: the two ends find each other by what they print and publish,
// and a referral that is forwarded arrives: decrypted, verified, receipted.
func TestStubReceives(t *testing.T) {
	dir := t.TempDir()
	demo := demoCmd{Dir: dir, Referrals: 0}
	state, err := demo.prepare()
	must(t, err)
	p, err := demo.open(t.Context(), &state)
	must(t, err)
	defer p.close()
	exit, key, faults := command(t, "handover", "key", "--dir", dir)
	if exit != exitDone || !strings.Contains(key, `"crv": "Ed25519"`) || strings.Contains(key, `"d"`) {
		t.Fatalf("exit %d: %s%s", exit, key, faults)
	}
	published := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, key) }))
	defer published.Close()

	ctx, stop := context.WithCancel(t.Context())
	out, said := &lines{to: make(chan string, 100)}, &lines{to: make(chan string, 100)}
	stub := centreStubCmd{Addr: "127.0.0.1:0", Keys: filepath.Join(dir, "centre.json"), Portal: published.URL, Out: filepath.Join(dir, "got")}
	var running sync.WaitGroup
	defer running.Wait()
	defer stop()
	running.Go(func() {
		if err := stub.Run(ctx, streams{out: out, err: said}); err != nil {
			t.Error(err)
		}
	})
	set := settings{CentreJWKS: out.await(t, `"keys"`)}
	set.CentreURL = regexp.MustCompile(`http://[^,]*`).FindString(said.await(t, "Receiving at"))
	if strings.Contains(set.CentreJWKS, `"d":`) {
		t.Fatal("it prints a private key")
	}
	c, err := set.centre()
	must(t, err)
	p.handover.Centre = c.keys
	running.Go(func() {
		p.handOver(ctx, face{centre: c, log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	})

	ref := p.forwardOne(t)
	line := said.await(t, "received: ")
	if !strings.Contains(line, ref) || strings.Contains(line, "Ђорђе") {
		t.Errorf("it says %q", line)
	}
	files, err := filepath.Glob(filepath.Join(stub.Out, ref+"-v*.json"))
	must(t, err)
	if len(files) != 1 {
		t.Fatalf("kept: %q", files)
	}
	kept, err := os.ReadFile(files[0])
	must(t, err)
	portal, err := handover.ParsePortalKeys([]byte(key))
	must(t, err)
	content, _, err := handover.Open(kept, portal)
	if err != nil || content.Child.Name != "Ђорђе Ћирић" || !json.Valid(kept) {
		t.Errorf("%+v, %v", content, err)
	}
}

// forwardOne brings one referral to the Centre, by people of the demo.
func (p *portal) forwardOne(t *testing.T) string {
	t.Helper()
	actor := func(email string) models.Actor {
		u, err := p.store.UserByEmail(t.Context(), email)
		must(t, err)
		return models.Actor{ID: u.ID, Role: u.Role, SchoolID: u.SchoolID, DistrictID: u.DistrictID}
	}
	teacher, desk := actor("teacher@demo.znak"), actor("coordinator@demo.znak")
	r, err := p.referrals.Begin(t.Context(), teacher, p.checklists.All()[0].ID, models.Yes)
	must(t, err)
	_, err = p.referrals.Save(t.Context(), teacher, r.Ref, "test", func(c *models.Content) { c.Child.Name = "Ђорђе Ћирић" })
	must(t, err)
	sent, err := p.referrals.Submit(t.Context(), teacher, r.Ref)
	must(t, err)
	_, err = p.referrals.Advance(t.Context(), desk, r.Ref, models.EventForward, sent.Version, models.Input{})
	must(t, err)
	return r.Ref
}
