package main

import (
	"database/sql"
	"fmt"
	"strings"
	"time"
)

// found is what stands in the database about one referral.
type found struct {
	state, desk, rule    string
	events, entries      int
	letters, undelivered int
}

// outcome is one line of the table.
type outcome struct {
	scenario, database  string
	acked, refused, cut int
	letters, again      int
	entries             int64
	took                time.Duration
}

// examine waits until every letter has left and every entry has its number, and
// then looks, with plain SQL and from outside, for everything that was answered
// with success.
func (r *ruin) examine(scenario string, began time.Time) outcome {
	r.t.Helper()
	m := r.mob
	m.finish()
	r.deliver()
	db := r.raw()
	defer db.Close()
	all := r.found(db)
	sent := 0
	for ref, f := range all {
		if f.state != "draft" {
			sent++
		}
		if whole := f.whole(); !whole {
			r.t.Errorf("%s: %s is half-written: %+v", scenario, ref, *f)
		}
	}
	seen := map[string]bool{}
	for _, ref := range m.acked {
		if f := all[ref]; f == nil || f.state != "submitted" {
			r.t.Errorf("%s: %s was acknowledged, and is %+v", scenario, ref, f)
		}
		if seen[ref] {
			r.t.Errorf("%s: two were called %s", scenario, ref)
		}
		seen[ref] = true
	}
	if sent != len(m.acked) || len(m.odd) > 0 {
		r.t.Errorf("%s: %d are submitted, %d were acknowledged; odd answers %q", scenario, sent, len(m.acked), m.odd)
	}
	for _, p := range r.replicas {
		p.stop()
	}
	v := r.verify()
	if !v.OK || v.Pending != 0 {
		r.t.Errorf("%s: audit verify: %+v", scenario, v)
	}
	letters, again := r.relay.arrived()
	o := outcome{scenario, "SQLite", len(m.acked), m.refused, m.cut, letters, again, v.Entries, time.Since(began)}
	if r.postgres() {
		o.database = "PostgreSQL"
	}
	return o
}

// whole says whether a referral is either a draft, or submitted with everything
// that belongs to it.
func (f *found) whole() bool {
	if f.state == "draft" {
		return f.events == 0 && f.entries == 0 && f.letters == 0
	}
	return f.desk != "" && f.rule != "" && f.events == 1 && f.entries == 1 && f.letters >= 1 && f.undelivered == 0
}

// deliver puts the clock of what waits on, instead of waiting for it, until all
// letters have left and all entries have their number.
func (r *ruin) deliver() {
	r.t.Helper()
	db := r.raw()
	defer db.Close()
	until(r.t, "letters and numbers", func() bool {
		r.exec("UPDATE jobs SET due_at = 1 WHERE done_at = 0 AND dead_at = 0 AND leased_by = '' AND due_at > 1")
		waiting := count(r.t, db, "SELECT count(*) FROM jobs WHERE done_at = 0 AND dead_at = 0")
		if r.postgres() {
			waiting += count(r.t, db, "SELECT count(*) FROM audit_pending")
		}
		return waiting == 0
	})
}

// found reads all referrals.
func (r *ruin) found(db *sql.DB) map[string]*found {
	r.t.Helper()
	all := map[string]*found{}
	r.rows(db, "SELECT ref, state || '|' || coalesce(desk_id, '') || '|' || coalesce(route_rule, ''), 0 FROM referrals", func(ref, text string, _ int64) {
		f := &found{}
		parts := [3]*string{&f.state, &f.desk, &f.rule}
		for i, s := range strings.SplitN(text, "|", 3) {
			*parts[i] = s
		}
		all[ref] = f
	})
	r.rows(db, "SELECT r.ref, '', count(*) FROM referral_events e JOIN referrals r ON r.id = e.referral_id WHERE e.event = 'submit' GROUP BY r.ref",
		func(ref, _ string, n int64) { all[ref].events = int(n) })
	r.rows(db, "SELECT r.ref, '', count(*) FROM audit_entries a JOIN referrals r ON r.id = a.referral_id WHERE a.action = 'submit' AND a.outcome = 'done' GROUP BY r.ref",
		func(ref, _ string, n int64) { all[ref].entries = int(n) })
	r.rows(db, "SELECT r.ref, j.id, j.done_at FROM jobs j JOIN referrals r ON r.id = j.referral_id WHERE j.kind = 'new'", func(ref, id string, done int64) {
		all[ref].letters++
		if done == 0 || r.relay.times("<"+id+"@znak.test>") == 0 {
			all[ref].undelivered++
		}
	})
	return all
}

func (r *ruin) rows(db *sql.DB, query string, each func(a, b string, n int64)) {
	r.t.Helper()
	rows, err := db.Query(query)
	must(r.t, err)
	defer rows.Close()
	for rows.Next() {
		var a, b string
		var n int64
		must(r.t, rows.Scan(&a, &b, &n))
		each(a, b, n)
	}
	must(r.t, rows.Err())
}

func printOutcomes(all []outcome) {
	fmt.Printf("\n%-34s %-10s %8s %8s %9s %8s %8s %8s %7s\n", "What was broken", "database", "success", "refused", "no answer", "letters", "again", "entries", "took")
	for _, o := range all {
		fmt.Printf("%-34s %-10s %8d %8d %9d %8d %8d %8d %6.1fs\n", o.scenario, o.database, o.acked, o.refused, o.cut, o.letters, o.again, o.entries, o.took.Seconds())
	}
	fmt.Println("Each success is there once, routed, on its timeline and on the log; each letter arrived, \"again\" counts repeats, under the same id; audit verify holds.")
}
