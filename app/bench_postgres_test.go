package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"znak/models"
	"znak/models/store/testdb"
)

// targetPostgres is how many submissions a second 16 clients shall get, with
// server, portal and clients on two cores.
const targetPostgres = 200.0

// benchPostgres measures submissions by HTTP on PostgreSQL, and then the rows of
// a submission by plain SQL, in as many connections.
func benchPostgres(t *testing.T, bin string) {
	r := newRuin(t, bin, t.TempDir(), testdb.New(t).URL)
	r.start()
	r.gather()
	c := &crowd{clients: r.mob.clients, drafts: make([][]string, submitters)}
	for _, one := range c.clients {
		one.base = r.replicas[0].base
	}
	writeDrafts(t, c, benchAlone+benchEach+2*benchWarm)
	own := benchSubmissions(t, c)
	c.leave()
	r.replicas[0].stop()
	limit := measureSubmits(t, newPostgresLimit(t, r).submit)
	fmt.Printf("\n%-58s %14s %14s\n", "On PostgreSQL: the same submission, synchronous", "portal, HTTP", "plain SQL")
	fmt.Printf("%-58s %14s %14s\n", "  one after the other, median", short(median(own.alone)), short(median(limit.alone)))
	fmt.Printf("%-58s %14s %14s\n", "  one after the other, 99th percentile", short(percentile(own.alone, 99)), short(percentile(limit.alone, 99)))
	fmt.Printf("%-58s %12.0f/s %12.0f/s%s\n", "  16 clients at once", own.rate, limit.rate, verdict(own.rate >= targetPostgres, "200/s"))
}

// postgresLimit writes the rows of a submission, in their sizes, by plain SQL.
type postgresLimit struct {
	db                  *sql.DB
	ids                 []string
	next                atomic.Int64
	content, body, fact []byte
}

func newPostgresLimit(t *testing.T, r *ruin) *postgresLimit {
	t.Helper()
	l := &postgresLimit{db: r.raw()}
	t.Cleanup(func() { l.db.Close() })
	l.db.SetMaxOpenConns(submitters)
	l.db.SetMaxIdleConns(submitters)
	size := func(query string) []byte {
		b := make([]byte, count(t, l.db, query))
		rand.Read(b)
		return b
	}
	l.content = size("SELECT avg(length(content))::integer FROM referral_contents")
	l.body = size("SELECT avg(length(body))::integer FROM referral_events")
	l.fact = size("SELECT avg(length(body))::integer FROM facts")
	r.rows(l.db, "SELECT id, '', 0 FROM referrals WHERE state = 'submitted'", func(id, _ string, _ int64) { l.ids = append(l.ids, id) })
	return l
}

// submit writes what one submission writes.
func (l *postgresLimit) submit() error {
	n := l.next.Add(1)
	id, fresh, at := l.ids[int(n)%len(l.ids)], models.NewID(), time.Now().UnixMicro()
	digest, hash := l.content[:32], []byte(fresh)
	tx, err := l.db.BeginTx(context.Background(), nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // does nothing once it is committed
	for _, s := range []struct {
		query string
		args  []any
	}{
		{"UPDATE referrals SET state = 'submitted', version = $1, submitted_at = $2, changed_at = $2, ack_due = $2, next_due = $2 WHERE id = $3", []any{1000 + n, at, id}},
		{"UPDATE referral_contents SET content = $1 WHERE referral_id = $2", []any{l.content, id}},
		{"INSERT INTO referral_events (id, referral_id, version, event, from_state, to_state, actor_id, actor_role, at, body) SELECT $1, id, $2, 'submit', 'draft', 'submitted', author_id, 'teacher', $3, $4 FROM referrals WHERE id = $5",
			[]any{fresh, 1000 + n, at, l.body, id}},
		{"INSERT INTO name_hashes (referral_id, hash) VALUES ($1, $2), ($1, $3)", []any{id, append([]byte("a"), hash...), append([]byte("b"), hash...)}},
		{"INSERT INTO children (handle, hash) VALUES ($1, $2)", []any{fresh, hash}},
		{"INSERT INTO child_hashes (referral_id, hash) VALUES ($1, $2) ON CONFLICT (referral_id) DO UPDATE SET hash = excluded.hash", []any{id, hash}},
		{"INSERT INTO facts (id, month, body) VALUES ($1, '2026-01', $2)", []any{fresh, l.fact}},
		{"INSERT INTO jobs (id, queue, kind, referral_id, recipient_id, made_at, due_at) VALUES ($1, 'mail', 'new', $2, 'coordinator', $3, $3)", []any{fresh, id, at}},
		{"INSERT INTO audit_pending (id, at, action, outcome, actor_id, actor_role, organisation, referral_id, object, fields, rule, request_id, program, version, state, digest, row_digest, times, mac)" +
			" VALUES ($1, $2, 'submit', 'done', 'teacher', 'teacher', 'school:school-1', $3, '', 'state,urgency,route', 'author', $1, '1', $4, 'submitted', $5, $5, 1, $5)", []any{fresh, at, id, n, digest}},
	} {
		if _, err := tx.Exec(s.query, s.args...); err != nil {
			return fmt.Errorf("%s: %w", s.query, err)
		}
	}
	return tx.Commit()
}
