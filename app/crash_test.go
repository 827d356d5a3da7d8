package main

import (
	"database/sql"
	"path/filepath"
	"sync"
	"testing"

	_ "github.com/mattn/go-sqlite3"
)

const (
	submitters = 16
	draftsEach = 12
	crashes    = 3
)

// Nobody who was told that a referral is submitted may ever find it missing,
// whatever happens to the machine right after.
func TestNothingAcknowledgedIsLost(t *testing.T) {
	if testing.Short() {
		t.Skip("starts and kills the whole program")
	}
	bin, dir := build(t), filepath.Join(t.TempDir(), "demo")
	p := startDemo(t, bin, dir, 0)
	c := gather(t, p.base)
	for crash := range crashes {
		c.write(t)
		c.submitUntil(t, p, submitters*(crash+1))
		p.clean()
		p = startDemo(t, bin, dir, 0)
		for _, one := range c.clients {
			one.base = p.base
		}
		c.examine(t, dir)
		verifyLog(t, bin, dir)
	}
	c.finish(t)
	c.examine(t, dir)
	c.leave()
	p.stop()
	verifyLog(t, bin, dir)
	c.examine(t, dir)
}

// Pressing the button twice, or on two tabs, is one referral.
func TestSubmittedAtOnceIsOne(t *testing.T) {
	if testing.Short() {
		t.Skip("starts the whole program")
	}
	bin, dir := build(t), filepath.Join(t.TempDir(), "demo")
	p := startDemo(t, bin, dir, 0)
	c := gather(t, p.base)
	author := c.clients[0]
	ref, _, err := author.begin()
	must(t, err)
	_, err = author.save(ref, "account", "account.observed", "Долази без ужине и ћути.")
	must(t, err)
	var running sync.WaitGroup
	for range 8 {
		running.Go(func() {
			if status, ok, err := author.submit(ref); err != nil || !ok {
				t.Errorf("one of the submissions: status %d, %v", status, err)
			}
		})
	}
	running.Wait()
	c.tried, c.acked = []string{ref}, []string{ref}
	c.examine(t, dir)
	c.leave()
	p.stop()
	verifyLog(t, bin, dir)
}

// examine looks from outside, with plain SQL, for every acknowledged referral.
func (c *crowd) examine(t *testing.T, dir string) {
	t.Helper()
	db := outside(t, dir)
	for _, ref := range c.acked {
		if n := count(t, db, "SELECT count(*) FROM referrals WHERE ref = ? AND state = 'submitted'", ref); n != 1 {
			t.Errorf("%s was acknowledged and is there %d times", ref, n)
		}
		if n := count(t, db, submitEntries+" AND r.ref = ?", ref); n != 1 {
			t.Errorf("%s has %d entries of its submission on the audit log", ref, n)
		}
		if n := count(t, db, "SELECT count(*) FROM referral_events e JOIN referrals r ON r.id = e.referral_id WHERE e.event = 'submit' AND r.ref = ?", ref); n != 1 {
			t.Errorf("%s was submitted %d times by its timeline", ref, n)
		}
	}
	sent := count(t, db, "SELECT count(*) FROM referrals WHERE state = 'submitted'")
	if n := count(t, db, submitEntries); n != sent {
		t.Errorf("%d referrals are submitted, and %d submissions are on the audit log", sent, n)
	}
	if n := count(t, db, "SELECT count(*) FROM referrals WHERE state NOT IN ('draft', 'submitted')"); n != 0 {
		t.Errorf("%d referrals are neither draft nor submitted", n)
	}
	if sent < len(c.acked) || sent > len(c.tried) {
		t.Errorf("%d submitted, %d acknowledged, %d tried", sent, len(c.acked), len(c.tried))
	}
}

const submitEntries = "SELECT count(*) FROM audit_entries a JOIN referrals r ON r.id = a.referral_id WHERE a.action = 'submit' AND a.outcome = 'done'"

// outside opens the database as somebody who only reads.
func outside(t *testing.T, dir string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(dir, "znak.db")+"?mode=ro&_query_only=true&_busy_timeout=10000")
	must(t, err)
	t.Cleanup(func() { db.Close() })
	return db
}

func count(t *testing.T, db *sql.DB, query string, args ...any) (n int) {
	t.Helper()
	must(t, db.QueryRow(query, args...).Scan(&n))
	return n
}
