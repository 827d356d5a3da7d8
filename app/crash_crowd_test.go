package main

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
)

// crowd is the submitters with their drafts.
type crowd struct {
	clients []*client
	drafts  [][]string // by client, not yet tried
	tried   []string
	acked   []string
}

// schoolAccounts can write referrals.
var schoolAccounts = []string{"teacher@demo.znak", "teacher2@demo.znak", "psychologist@demo.znak", "teacher.nis@demo.znak"}

// gather signs everybody in, each with cookies of their own.
func gather(t *testing.T, base string) *crowd {
	c := &crowd{drafts: make([][]string, submitters)}
	for i := range submitters {
		c.clients = append(c.clients, newClient(base))
		must(t, c.clients[i].signIn(schoolAccounts[i%len(schoolAccounts)]))
	}
	return c
}

// leave closes the connections that nobody uses, for which the program waits
// when it is asked to stop.
func (c *crowd) leave() {
	for _, one := range c.clients {
		one.http.CloseIdleConnections()
	}
}

// each runs f for every client at once and fails the test with the first fault.
func (c *crowd) each(t *testing.T, f func(i int, one *client) error) {
	t.Helper()
	var running sync.WaitGroup
	faults := make(chan error, len(c.clients))
	for i, one := range c.clients {
		running.Go(func() { faults <- f(i, one) })
	}
	running.Wait()
	close(faults)
	for err := range faults {
		must(t, err)
	}
}

// write has everybody write their drafts; those left by a crash go first.
func (c *crowd) write(t *testing.T) {
	t.Helper()
	c.each(t, func(i int, one *client) error {
		if _, err := one.get("/"); err != nil { // sessions outlive a crash
			return err
		}
		for len(c.drafts[i]) < draftsEach {
			ref, _, err := one.begin()
			if err != nil {
				return err
			}
			if _, err := one.save(ref, "account", "account.observed", fmt.Sprintf("Ђак %d: Љиљана, Џеватов њен брат, ћути и шета.", i)); err != nil {
				return err
			}
			c.drafts[i] = append(c.drafts[i], ref)
		}
		return nil
	})
}

// submitUntil has everybody submit at once, and kills the program right after
// this many answers of success.
func (c *crowd) submitUntil(t *testing.T, p *process, answers int) {
	t.Helper()
	var acked atomic.Int64
	var mu sync.Mutex
	enough := make(chan struct{})
	var once sync.Once
	killed := make(chan struct{})
	go func() {
		<-enough
		p.kill()
		close(killed)
	}()
	c.each(t, func(i int, one *client) error {
		for len(c.drafts[i]) > 0 {
			ref := c.drafts[i][0]
			c.drafts[i] = c.drafts[i][1:]
			status, ok, err := one.submit(ref)
			mu.Lock()
			c.tried = append(c.tried, ref)
			if ok {
				c.acked = append(c.acked, ref)
			}
			mu.Unlock()
			switch {
			case err != nil: // no answer: the program is gone
				return nil
			case status >= http.StatusInternalServerError || !ok:
				return fmt.Errorf("submitting %s: status %d", ref, status)
			case acked.Add(1) == int64(answers):
				once.Do(func() { close(enough) })
			}
		}
		return nil
	})
	once.Do(func() { close(enough) })
	<-killed
	if n := acked.Load(); n < int64(answers) {
		t.Errorf("%d answers of success instead of at least %d", n, answers)
	}
}

// finish submits again what got no answer: sending twice is one referral.
func (c *crowd) finish(t *testing.T) {
	t.Helper()
	for _, ref := range slices.Clone(c.tried) {
		if !slices.Contains(c.acked, ref) {
			c.again(t, ref)
		}
	}
}

// again submits the referral by whoever of the accounts wrote it.
func (c *crowd) again(t *testing.T, ref string) {
	t.Helper()
	for _, one := range c.clients[:len(schoolAccounts)] {
		status, ok, err := one.submit(ref)
		must(t, err)
		if ok {
			c.acked = append(c.acked, ref)
			return
		}
		if status != http.StatusNotFound {
			t.Errorf("submitting %s again: status %d", ref, status)
		}
	}
	t.Errorf("%s can be submitted by nobody any more", ref)
}
