package handover_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"znak/models"
	"znak/models/courier"
	"znak/models/handover"
	"znak/models/handover/receiver"
	"znak/models/store"
	"znak/models/store/storetest"
)

// trouble is an endpoint that is bad as often as first says, and well then.
type trouble struct {
	first int // attempts that fail; -1 = all
	past  int // attempts that were made before: one walk through three days is enough
	bad   http.HandlerFunc
	// what is expected in the end
	delivered bool
	alarms    int    // letters to the national desk's two people
	fault     string // of the last failure
	attempts  int    // at least
}

// Whatever the Centre's system does: one id, delivered once by a receipt or
// somebody told, and all of it on the trail. The package stays in the Centre's
// inbox.
func TestChaosOfDelivery(t *testing.T) {
	status := func(code int, headers ...string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			for i := 0; i < len(headers); i += 2 {
				w.Header().Set(headers[i], headers[i+1])
			}
			w.WriteHeader(code)
			io.WriteString(w, "тајна порука сервера")
		}
	}
	for name, x := range map[string]trouble{
		"well":                {delivered: true, attempts: 1},
		"500 twice":           {first: 2, bad: status(500), delivered: true, attempts: 3},
		"500 for ever":        {first: -1, bad: status(500), alarms: 4, fault: "centre-500", attempts: 150},
		"410":                 {first: -1, bad: status(410), alarms: 2, fault: "centre-410", attempts: 1},
		"429, an hour":        {first: 1, bad: status(429, "Retry-After", "3600"), delivered: true, attempts: 2},
		"429 for ever":        {first: -1, bad: status(429, "Retry-After", "43200"), alarms: 4, fault: "centre-429", attempts: 5},
		"404 once":            {first: 1, bad: status(404), delivered: true, attempts: 2},
		"leads elsewhere":     {first: 2, bad: status(307, "Location", "https://example.invalid/"), delivered: true, attempts: 3},
		"200 without receipt": {first: -1, past: 140, bad: status(204), alarms: 4, fault: "receipt-missing", attempts: 10},
		"talks without end":   {first: 1, bad: endless, delivered: true, attempts: 2},
		"cuts the line":       {first: 2, bad: func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, delivered: true, attempts: 3},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPost(t)
			p.badly(x.first, x.bad)
			p.outcome(t, x)
		})
	}
}

func endless(w http.ResponseWriter, _ *http.Request) {
	for range 200 {
		if _, err := io.WriteString(w, strings.Repeat("x", 1<<10)); err != nil {
			return
		}
	}
}

// badly lets the endpoint do bad so often, and then well.
func (p *post) badly(times int, bad http.HandlerFunc) {
	var n atomic.Int64
	p.endpoint = func(w http.ResponseWriter, r *http.Request) {
		if n := int(n.Add(1)); times < 0 || n <= times {
			bad(w, r)
			return
		}
		p.centre.ServeHTTP(w, r)
	}
}

// outcome forwards a referral, lets time pass until its delivery is over, and
// compares what is there then.
func (p *post) outcome(t *testing.T, x trouble) {
	t.Helper()
	ref := p.forwarded()
	s := p.handed(ref)
	begun := p.Clock.Now()
	if _, err := p.Raw().Exec("UPDATE jobs SET attempts = ? WHERE queue = 'centre'", x.past); err != nil {
		t.Fatal(err)
	}
	for range 4000 {
		p.deliver()
		p.must(t, p.watch.Tick(t.Context()))
		if p.count("SELECT count(*) FROM jobs WHERE queue = 'centre' AND (done_at > 0 OR dead_at > 0)") == 1 {
			break
		}
		p.Clock.Pass(40 * time.Minute)
	}
	if ids := slices.Compact(p.sent()); len(ids) != 1 || ids[0] != s.MessageID {
		t.Fatalf("ids of the messages: %q, want %s alone", ids, s.MessageID)
	}
	received := p.count("SELECT count(*) FROM packages WHERE received_at > 0 AND receipt <> ''")
	done := p.count("SELECT count(*) FROM audit_entries WHERE action = 'handover' AND outcome = 'done' AND rule = 'receipt' AND object = ?", "centre/"+s.Digest)
	failed := p.count("SELECT count(*) FROM audit_entries WHERE action = 'handover' AND outcome = 'failed' AND object = ?", "centre/"+s.Digest)
	alarms := p.count("SELECT count(*) FROM jobs WHERE queue = 'mail' AND kind = 'undelivered'")
	t.Logf("%d attempts in %s, %d receipts, %d letters of alarm, on the trail: %d delivered, %d not", len(p.sent()), p.Clock.Now().Sub(begun), received, alarms, done, failed)
	if got := received == 1 && done == 1; got != x.delivered || !x.delivered && received+done > 0 {
		t.Errorf("delivered %v, want %v", got, x.delivered)
	}
	if alarms != x.alarms || failed != x.alarms/2 || len(p.sent()) < x.attempts {
		t.Errorf("%d alarms, want %d, after %d attempts", alarms, x.alarms, len(p.sent()))
	}
	if n := p.count("SELECT count(*) FROM jobs WHERE queue = 'centre' AND dead_at > 0 AND fault = ?", x.fault); !x.delivered && n != 1 {
		t.Errorf("it was not given up with %s", x.fault)
	}
	if again := p.handed(ref); again.Digest != s.Digest {
		t.Error("the Centre's inbox changed")
	}
	if n := p.count("SELECT count(*) FROM jobs WHERE instr(fault, 'тајна') > 0") + p.count("SELECT count(*) FROM audit_entries WHERE instr(rule, 'тајна') > 0"); n > 0 {
		t.Error("a server's words were kept")
	}
}

// An endpoint that hangs costs an attempt, not the worker.
func TestEndpointHangs(t *testing.T) {
	p := newPost(t)
	release := make(chan struct{})
	p.badly(1, func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
		case <-release:
		}
	})
	defer close(release)
	p.hasten(50 * time.Millisecond)
	p.forwarded()
	p.deliver()
	if n := p.count("SELECT count(*) FROM jobs WHERE queue = 'centre' AND fault = 'centre-slow'"); n != 1 {
		t.Fatal("the attempt did not end")
	}
	p.hasten(5 * time.Second)
	p.Clock.Pass(time.Hour)
	p.deliver()
	if n := p.count("SELECT count(*) FROM packages WHERE received_at > 0"); n != 1 {
		t.Error("it was not delivered then")
	}
}

// The answer was lost on its way: the message comes again, under its id, and
// gets the same receipt.
func TestReceiptLost(t *testing.T) {
	p := newPost(t)
	var receipts []string
	p.endpoint = func(w http.ResponseWriter, r *http.Request) {
		answer := httptest.NewRecorder()
		p.centre.ServeHTTP(answer, r)
		receipts = append(receipts, answer.Body.String())
		if len(receipts) == 1 {
			panic(http.ErrAbortHandler)
		}
		io.WriteString(w, answer.Body.String())
	}
	p.outcome(t, trouble{delivered: true, attempts: 2})
	if len(receipts) != 2 || receipts[0] != receipts[1] || receipts[0] == "" {
		t.Errorf("%d receipts, which differ", len(receipts))
	}
}

// A receipt of another content, of another message, of another key or of
// another kind is none: the delivery goes on and somebody is told.
func TestWrongReceipts(t *testing.T) {
	stranger, err := receiver.NewKeys()
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		forge func(p *post, s *handover.Signed) string
		fault string
	}{
		"another content": {func(p *post, s *handover.Signed) string { return p.centre.Keys.Receipt(s.MessageID, "sha256:00") }, "receipt-of-another"},
		"another message": {func(p *post, s *handover.Signed) string { return p.centre.Keys.Receipt("other", s.Digest) }, "receipt-of-another"},
		"another key":     {func(_ *post, s *handover.Signed) string { return stranger.Receipt(s.MessageID, s.Digest) }, "receipt-not-theirs"},
		"not signed":      {func(*post, *handover.Signed) string { return `{"format":"znak-receipt"}` }, "receipt-not-theirs"},
		"our own package": {func(_ *post, s *handover.Signed) string { return string(s.JSON) }, "receipt-not-theirs"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPost(t)
			ref := p.forwarded()
			s := p.handed(ref)
			p.endpoint = func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, c.forge(p, s)) }
			p.deliver()
			p.Clock.Pass(2 * time.Hour)
			p.must(t, p.watch.Tick(t.Context()))
			p.deliver()
			if n := p.count("SELECT count(*) FROM jobs WHERE queue = 'centre' AND done_at = 0 AND fault = ?", c.fault); n != 1 {
				t.Error("it counts as delivered")
			}
			if n := p.count("SELECT count(*) FROM jobs WHERE kind = 'undelivered' AND recipient_id = ?", storetest.National); n != 1 {
				t.Errorf("the national desk is told %d times", n)
			}
			p.endpoint = nil
			p.Clock.Pass(24 * time.Hour)
			p.deliver()
			if n := p.count("SELECT count(*) FROM packages WHERE received_at > 0"); n != 1 {
				t.Error("the right receipt is not taken")
			}
		})
	}
}

// The system asks for a pause: nothing at all is sent until it is over.
func TestPauseHoldsForAll(t *testing.T) {
	p := newPost(t)
	for range 3 {
		p.forwarded()
	}
	p.badly(1, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "7200")
		w.WriteHeader(http.StatusTooManyRequests)
	})
	p.deliver()
	p.Clock.Pass(time.Hour)
	p.deliver()
	if len(p.sent()) != 1 {
		t.Errorf("%d messages within the pause", len(p.sent()))
	}
	p.Clock.Pass(2 * time.Hour)
	p.deliver()
	if n := p.count("SELECT count(*) FROM packages WHERE received_at > 0"); n != 3 || len(p.sent()) != 4 {
		t.Errorf("%d of 3 after it, %d messages", n, len(p.sent()))
	}
}

// The settings of the Centre's system are gone, and no worker runs: somebody is
// told all the same, once.
func TestAlarmWithoutWorkers(t *testing.T) {
	p := newPost(t)
	p.forwarded()
	for _, hours := range []time.Duration{0, 2, 24} {
		p.Clock.Pass(hours * time.Hour)
		p.must(t, p.watch.Tick(t.Context()))
		p.must(t, p.watch.Tick(t.Context()))
	}
	if n := p.count("SELECT count(*) FROM jobs WHERE kind = 'undelivered'"); n != 2 {
		t.Errorf("%d letters to the two people of the national desk", n)
	}
	p.sound()
}

// An admin lets a delivery that was given up be tried again: same message.
func TestGivenUpIsTriedAgain(t *testing.T) {
	p := newPost(t)
	ref := p.forwarded()
	p.badly(1, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGone) })
	p.deliver()
	p.Clock.Pass(time.Hour)
	p.deliver()
	if len(p.sent()) != 1 {
		t.Fatal("it was tried after 410")
	}
	id := p.handed(ref).MessageID
	p.Tx(func(tx *store.Tx) error {
		_, err := tx.RetryJobs(models.Actor{ID: storetest.Admin, Role: models.RoleAdmin}, id)
		return err
	})
	p.deliver()
	if n := p.count("SELECT count(*) FROM packages WHERE received_at > 0"); n != 1 || p.sent()[0] != p.sent()[1] {
		t.Errorf("it was not delivered then: %q", p.sent())
	}
}

// hasten gives the endpoint so much time for an answer.
func (p *post) hasten(limit time.Duration) {
	p.line = p.delivererOf(handover.NewClient(limit)).Line(courier.Line{Store: p.Store, Audit: p.Audit, Log: quiet})
}
