package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// mob is people who write and submit without end, while something breaks. Each
// tries the same referral until it is told that it is submitted.
type mob struct {
	t       *testing.T
	logs    func() string // what the programs say
	clients []*client
	open    []draft // what each is at

	mu      sync.Mutex
	acked   []string
	refused int      // answers 503
	cut     int      // requests without an answer
	odd     []string // answers that nobody may get
	running sync.WaitGroup
	halt    context.CancelFunc
}

// draft is a referral that is not acknowledged yet.
type draft struct {
	ref   string
	saved bool
}

// release lets them all begin.
func (m *mob) release() {
	ctx, halt := context.WithCancel(m.t.Context())
	m.halt = halt
	for i := range m.clients {
		m.running.Go(func() {
			for ctx.Err() == nil {
				if !m.step(i) {
					select { // a person waits, too
					case <-ctx.Done():
					case <-time.After(20 * time.Millisecond):
					}
				}
			}
		})
	}
}

// rest has everybody stop after the request that is under way.
func (m *mob) rest() {
	m.halt()
	m.running.Wait()
}

// step does the next thing with the draft, and says whether that was answered
// with success.
func (m *mob) step(i int) bool {
	c, d := m.clients[i], &m.open[i]
	switch {
	case d.ref == "":
		a, err := c.post("/referrals", "checklist", "general", "danger_now", "no")
		at := draftPlace.FindStringSubmatch(a.location)
		if m.answered(a, err, at != nil) {
			d.ref = at[1]
			return true
		}
	case !d.saved:
		a, err := c.post("/referrals/"+d.ref+"/edit/account", "account.observed", fmt.Sprintf("Ђак %d: Љиљана ћути и шета.", i))
		d.saved = m.answered(a, err, draftPlace.MatchString(a.location))
		return d.saved
	default:
		a, err := c.post("/referrals/" + d.ref + "/submit")
		if m.answered(a, err, a.location == "/referrals/"+d.ref+"/submitted") {
			m.mu.Lock()
			m.acked = append(m.acked, d.ref)
			m.mu.Unlock()
			*d = draft{}
			return true
		}
	}
	return false
}

// answered counts an answer and says whether it is one of success. A refusal has
// to be clear: it says when to try again, and where to call meanwhile.
func (m *mob) answered(a answer, err error, fits bool) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case err != nil || a.status == nobody:
		m.cut++
	case a.status == http.StatusSeeOther && fits:
		return true
	case a.status == http.StatusServiceUnavailable && a.retry != "" && strings.Contains(a.body, "192"):
		m.refused++
	case len(m.odd) < 5:
		m.odd = append(m.odd, fmt.Sprintf("%d, location %q, Retry-After %q: %.300s", a.status, a.location, a.retry, a.body))
	}
	return false
}

// await waits until so many more were acknowledged and refused.
func (m *mob) await(acked, refused int) {
	m.t.Helper()
	m.mu.Lock()
	acked, refused = acked+len(m.acked), refused+m.refused
	m.mu.Unlock()
	var odd []string
	until(m.t, fmt.Sprintf("%d acknowledged and %d refused", acked, refused), func() bool {
		m.mu.Lock()
		defer m.mu.Unlock()
		odd = m.odd
		return len(m.acked) >= acked && m.refused >= refused || len(odd) > 0
	})
	if len(odd) > 0 {
		m.t.Fatalf("answers that nobody may get: %s\nthe programs say:\n%s", strings.Join(odd, "\n"), m.logs())
	}
}

// finish has everybody submit what they are at: twice is one referral.
func (m *mob) finish() {
	m.t.Helper()
	for i := range m.clients {
		until(m.t, "the last referral of each", func() bool { return m.open[i].ref == "" || m.step(i) && m.open[i].ref == "" })
	}
}

// until asks again and again until it is so, for five minutes at most.
func until(t *testing.T, what string, so func() bool) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(5 * time.Minute); !so(); <-tick.C {
		if time.Now().After(end) {
			t.Fatalf("not within five minutes: %s", what)
		}
	}
}
