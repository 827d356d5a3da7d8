package main

import (
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"znak/locales"
	"znak/models"
	"znak/models/auth"
	"znak/models/store"
	"znak/models/store/testdb"
	"znak/models/vault"
)

// TestReadinessKnowsOfEntriesThatWait: on PostgreSQL an act is done before its
// entry has a number. When nobody gives it one for over a minute, whoever asks
// for readiness learns that something is wrong, and once it has one, that all
// is well again.
func TestReadinessKnowsOfEntriesThatWait(t *testing.T) {
	testdb.NeedPostgres(t)
	db, at := testdb.New(t), placeIn(t.TempDir())
	cleanEnv(t)
	at.database = db.URL
	must(t, vault.Generate(at.keys))
	long := time.Now().Add(-2 * time.Minute)
	p, err := open(t.Context(), at, time.Now)
	must(t, err)
	defer p.close()
	past, err := open(t.Context(), at, func() time.Time { return long })
	must(t, err)
	defer past.close()
	if err := p.check(t.Context()); err != nil {
		t.Errorf("nothing waits, and yet: %v", err)
	}
	must(t, p.audit.Record(t.Context(), models.AuditBy(operator, "search")))
	if err := p.check(t.Context()); err != nil {
		t.Errorf("one waits for a moment, and yet: %v", err)
	}
	must(t, past.audit.Record(t.Context(), models.AuditBy(operator, "search")))
	if err := p.check(t.Context()); err == nil || !strings.Contains(err.Error(), "audit verify") {
		t.Errorf("one waits for two minutes: %v", err)
	}
	must(t, p.audit.Settle(t.Context()))
	if err := p.check(t.Context()); err != nil {
		t.Errorf("all have numbers, and yet: %v", err)
	}
}

// TestNotReadyOnAnotherSchema: a database that was migrated while the program
// ran takes it out of service.
func TestNotReadyOnAnotherSchema(t *testing.T) {
	dir := installed(t)
	p, err := open(t.Context(), placeIn(dir), time.Now)
	must(t, err)
	defer p.close()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	server, err := p.server(face{baseURL: "http://znak.test", password: auth.DemoParams(), ready: func() error { return p.check(t.Context()) },
		log: slog.New(slog.DiscardHandler)}, auth.NewSessions(p.store, false), texts(t), nil)
	must(t, err)
	go func() { _ = server.Serve(listener) }() // ends with Close
	defer server.Close()
	status := func() (int, string) {
		res, err := http.Get("http://" + listener.Addr().String() + "/readyz")
		must(t, err)
		defer res.Body.Close()
		return res.StatusCode, res.Header.Get("Retry-After")
	}
	if code, _ := status(); code != http.StatusOK {
		t.Errorf("all is there, and readyz says %d", code)
	}
	need, err := store.SchemaNeeded()
	must(t, err)
	tamper(t, dir, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (?, 1)", need+1)
	if code, retry := status(); code != http.StatusServiceUnavailable || retry == "" {
		t.Errorf("on a newer schema readyz says %d, Retry-After %q", code, retry)
	}
}

func texts(t *testing.T) *locales.Bundle {
	t.Helper()
	b, err := locales.Load()
	must(t, err)
	return b
}
