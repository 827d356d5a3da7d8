package main

import (
	"crypto/rand"
	"database/sql"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"znak/models"
)

// limits writes the rows of a submission, in their sizes, by plain SQL into
// the database that the portal left: the same tables, indices and triggers,
// one durable transaction each.
type limits struct {
	db      *sql.DB
	mu      sync.Mutex
	ids     []string // referrals to write
	content []byte
	body    []byte // of an event
	fact    []byte
	seq     int64
	hash    int64
}

func sqlLimit(t *testing.T, dir string) measured {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(dir, "znak.db")+
		"?_journal_mode=WAL&_synchronous=FULL&_busy_timeout=10000&_foreign_keys=on&_secure_delete=on&_cache_size=-8000&_txlock=immediate")
	must(t, err)
	db.SetMaxOpenConns(1)
	defer db.Close()
	if mode := count(t, db, "PRAGMA synchronous"); mode != 2 {
		t.Fatalf("synchronous is %d, not FULL", mode)
	}
	// The limit writes beside the portal's database, not into it.
	copied := filepath.Join(t.TempDir(), "limit.db")
	_, err = db.Exec("VACUUM INTO ?", copied)
	must(t, err)
	own, err := sql.Open("sqlite3", "file:"+copied+
		"?_journal_mode=WAL&_synchronous=FULL&_busy_timeout=10000&_foreign_keys=on&_secure_delete=on&_cache_size=-8000&_txlock=immediate")
	must(t, err)
	own.SetMaxOpenConns(1)
	defer own.Close()
	return newLimits(t, own).measure(t)
}

func newLimits(t *testing.T, db *sql.DB) *limits {
	t.Helper()
	l := &limits{db: db}
	size := func(query string) []byte {
		b := make([]byte, count(t, db, query))
		rand.Read(b)
		return b
	}
	const newest = " WHERE referral_id IN (SELECT id FROM referrals ORDER BY submitted_at DESC LIMIT 100)"
	l.content = size("SELECT CAST(avg(length(content)) AS INTEGER) FROM referral_contents" + newest)
	l.body = size("SELECT CAST(avg(length(body)) AS INTEGER) FROM referral_events" + newest)
	l.fact = size("SELECT CAST(avg(length(body)) AS INTEGER) FROM facts")
	l.seq, l.hash = int64(count(t, db, "SELECT max(seq) FROM audit_entries")), int64(count(t, db, "SELECT max(idx) FROM audit_hashes"))
	rows, err := db.Query("SELECT id FROM referrals WHERE state = 'submitted' ORDER BY submitted_at DESC")
	must(t, err)
	defer rows.Close()
	for rows.Next() {
		var id string
		must(t, rows.Scan(&id))
		l.ids = append(l.ids, id)
	}
	must(t, rows.Err())
	return l
}

// measureSubmits measures what submits: one after the other, and many at once.
func measureSubmits(t *testing.T, submit func() error) measured {
	t.Helper()
	var m measured
	for i := range benchWarm + benchAlone {
		began := time.Now()
		must(t, submit())
		if i >= benchWarm {
			m.alone = append(m.alone, time.Since(began))
		}
	}
	var running sync.WaitGroup
	faults := make(chan error, submitters*benchEach)
	began := time.Now()
	for range submitters {
		running.Go(func() {
			for range benchEach {
				faults <- submit()
			}
		})
	}
	running.Wait()
	m.rate = submitters * benchEach / time.Since(began).Seconds()
	close(faults)
	for err := range faults {
		must(t, err)
	}
	return m
}

func (l *limits) measure(t *testing.T) measured {
	t.Helper()
	m := measureSubmits(t, l.submit)
	for range benchAlone {
		began := time.Now()
		_, err := l.db.Exec("UPDATE audit_head SET size = size + 1 WHERE id = 1")
		must(t, err)
		m.row = append(m.row, time.Since(began))
	}
	return m
}

// submit writes what one submission writes.
func (l *limits) submit() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	id := l.ids[0]
	l.ids = append(l.ids[1:], id)
	l.seq++
	l.hash += 2
	digest, fresh := l.content[:32], models.NewID()
	tx, err := l.db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback() // does nothing once it is committed
	for _, s := range []struct {
		query string
		args  []any
	}{
		{"UPDATE referrals SET state = 'submitted', version = version + 1000, desk_id = desk_id, urgency = urgency, routed_to = routed_to, route_rule = 'primary', submitted_at = ?, changed_at = ?, ack_due = ?, next_due = ?, queue_rank = ?, attention_at = ? WHERE id = ?",
			[]any{l.seq, l.seq, l.seq, l.seq, l.seq, l.seq, id}},
		{"UPDATE referral_contents SET content = ? WHERE referral_id = ?", []any{l.content, id}},
		{"INSERT INTO referral_events (id, referral_id, version, event, from_state, to_state, actor_id, actor_role, at, body) SELECT ?, ?, version, 'submit', 'draft', 'submitted', author_id, 'teacher', ?, ? FROM referrals WHERE id = ?",
			[]any{fresh, id, l.seq, l.body, id}},
		{"INSERT INTO name_hashes (referral_id, hash) VALUES (?, ?), (?, ?)", []any{id, "a" + fresh, id, "b" + fresh}},
		{"INSERT INTO children (handle, hash) VALUES (?, ?)", []any{fresh, fresh}},
		{"INSERT INTO child_hashes (referral_id, hash) VALUES (?, ?) ON CONFLICT DO UPDATE SET hash = excluded.hash", []any{id, fresh}},
		{"INSERT INTO facts (id, month, body) VALUES (?, '2026-01', ?)", []any{fresh, l.fact}},
		{"INSERT INTO audit_entries SELECT ?, ?, at, action, outcome, actor_id, actor_role, organisation, referral_id, object, fields, rule, request_id, program, version, state, ?, ?, times, ? FROM audit_entries WHERE seq = ?",
			[]any{l.seq, fresh, digest, digest, digest, l.seq - 1}},
		{"INSERT INTO audit_hashes (idx, hash) VALUES (?, ?), (?, ?)", []any{l.hash - 1, digest, l.hash, digest}},
		{"UPDATE audit_head SET size = size + 1 WHERE id = 1", nil},
	} {
		if _, err := tx.Exec(s.query, s.args...); err != nil {
			return err
		}
	}
	return tx.Commit()
}
