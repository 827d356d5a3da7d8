package main

import (
	"testing"
	"time"

	"znak/models/store/testdb"
)

const (
	kills   = 5
	between = 48 // successes before something is broken again
)

// killed ends the program as `kill -9` does, again and again.
func (c *chaos) killed(t *testing.T, r *ruin) {
	began := time.Now()
	p := r.start()
	r.gather()
	r.mob.release()
	for range kills {
		r.mob.await(between, 0)
		r.kill(p)
		r.orphan()
		p = r.start()
	}
	r.mob.await(between, 0)
	r.mob.rest()
	c.note(r.examine("program killed, 5 times", began))
}

// orphan lets the leases of a program that is dead end now, instead of waiting
// for their two minutes.
func (r *ruin) orphan() {
	r.t.Helper()
	r.exec("UPDATE jobs SET due_at = 1 WHERE leased_by <> '' AND done_at = 0 AND dead_at = 0")
}

// serverStopped stops PostgreSQL under load, as an operator does and as a crash,
// and starts it again. The program stays up and finds it by itself.
func (c *chaos) serverStopped(t *testing.T) {
	cluster := testdb.NewCluster(t, "")
	r := newRuin(t, c.bin, t.TempDir(), cluster.URL)
	began := time.Now()
	p := r.start()
	r.gather()
	r.mob.release()
	for _, mode := range []string{"fast", "immediate", "fast", "immediate"} {
		r.mob.await(between, 0)
		cluster.Stop(mode)
		r.mob.await(0, submitters)
		if a, err := newClient(p.base).get("/readyz"); err != nil || a.status != 503 {
			t.Errorf("without its database readyz says %d, %v", a.status, err)
		}
		cluster.Start()
	}
	r.mob.await(between, 0)
	r.mob.rest()
	c.note(r.examine("server stopped and back, 4 times", began))
}

// badRelay has the mail relay do everything that a relay can do wrong, while
// people submit: nobody of them notices, and no letter is lost.
func (c *chaos) badRelay(t *testing.T, r *ruin) {
	began := time.Now()
	p := r.start()
	r.gather()
	r.mob.release()
	r.mob.await(between, 0)
	for _, mood := range []mood{busy, drops, silent, hangs} {
		r.relay.feel(mood)
		r.mob.await(between, 0)
	}
	until(t, "a letter in the middle of which the relay hangs", func() bool {
		r.exec("UPDATE jobs SET due_at = 1 WHERE done_at = 0 AND leased_by = '' AND due_at > 1")
		return r.relay.hanging() > 0
	})
	r.kill(p)
	r.start() // ready although the relay hangs
	r.relay.close()
	r.mob.await(between, 0)
	r.mob.rest()
	r.relay.open()
	r.relay.feel(well)
	for _, p := range r.replicas {
		p.stop() // stopping hands back what it had leased
	}
	r.replicas = nil
	r.orphan() // what was killed does not
	r.start()
	if r.mob.refused > 0 {
		t.Errorf("%d submissions were refused on account of the relay", r.mob.refused)
	}
	c.note(r.examine("relay refuses, hangs, drops", began))
}
