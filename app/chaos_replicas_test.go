package main

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"znak/models/demo"
	"znak/models/store/storetest"
)

// replicas has two programs on one PostgreSQL database behind a balancer that
// knows nothing of sessions, and kills them in turn while they number the log
// and hold letters.
func (c *chaos) replicas(t *testing.T) {
	r := c.postgres(t)
	began := time.Now()
	a := r.start()
	b := r.startApart()
	r.anywhere(a, b)
	r.together(a, b)
	r.gather()
	r.mob.release()
	for range 3 {
		r.mob.await(between, 0)
		r.relay.feel(hangs)
		until(t, "both hold letters", func() bool { return r.relay.hanging() > 2 }) // each has two workers
		numbered := r.numbered()
		r.kill(a)
		r.relay.feel(well)
		r.orphan()
		r.mob.await(between, 0)
		until(t, "the other numbers the log", func() bool { return r.numbered() > numbered })
		a, b = b, r.startApart()
	}
	r.mob.await(between, 0)
	r.mob.rest()
	c.note(r.examine("two replicas, killed 3 times", began))
}

// startApart adds a replica as on another machine, with a key file and a folder
// of checkpoints of its own.
func (r *ruin) startApart() *process {
	r.t.Helper()
	here := r.keys
	data, err := os.ReadFile(here)
	must(r.t, err)
	r.keys = filepath.Join(r.t.TempDir(), "keys.json")
	must(r.t, os.WriteFile(r.keys, data, 0o600))
	return r.start()
}

// numbered is how many entries of the log have a number.
func (r *ruin) numbered() int {
	r.t.Helper()
	db := r.raw()
	defer db.Close()
	return count(r.t, db, "SELECT count(*) FROM audit_entries")
}

// anywhere has one person sign in, write, submit and sign out with every request
// at another replica.
func (r *ruin) anywhere(a, b *process) {
	r.t.Helper()
	one := newClient(a.base)
	must(r.t, one.signIn(storetest.Email(storetest.TeacherNear)))
	next := func() *client {
		if one.base == a.base {
			one.base = b.base
		} else {
			one.base = a.base
		}
		return one
	}
	ref, _, err := next().begin()
	must(r.t, err)
	_, err = next().save(ref, "account", "account.observed", "Ћути и не једе.")
	must(r.t, err)
	if status, ok, err := next().submit(ref); err != nil || !ok {
		r.t.Errorf("submitting at the other replica: %d, %v", status, err)
	}
	r.mob.acked = append(r.mob.acked, ref)
	if out, err := next().post("/logout"); err != nil || out.status != http.StatusSeeOther {
		r.t.Errorf("signing out at the other replica: %d, %v", out.status, err)
	}
	if page, err := next().get("/referrals"); err != nil || page.status != http.StatusSeeOther {
		r.t.Errorf("signed out at one replica, and the other answers %d, %v", page.status, err)
	}
}

// together has somebody guess a password at both: they count together.
func (r *ruin) together(a, b *process) {
	r.t.Helper()
	var got []int
	for i := range 7 {
		c := newClient([]*process{a, b}[i%2].base)
		_, err := c.get("/login")
		must(r.t, err)
		password := "погрешна лозинка"
		if i == 6 {
			password = demo.Password
		}
		answer, err := c.post("/login", "email", storetest.Email(storetest.PsychologistFar), "password", password)
		must(r.t, err)
		if got = append(got, answer.status); answer.status == http.StatusTooManyRequests && answer.retry == "" {
			r.t.Error("no Retry-After")
		}
	}
	const no, wait = http.StatusUnprocessableEntity, http.StatusTooManyRequests
	if !slices.Equal(got, []int{no, no, no, no, no, wait, wait}) {
		r.t.Errorf("guessing at two replicas in turn is answered with %v", got)
	}
}
