// Package testdb gives each test a real database of its own: a SQLite file, or,
// where ZNAK_TEST_POSTGRES holds the address of a throwaway server
// (scripts/postgres.sh), a PostgreSQL database. One suite runs on both.
package testdb

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"sync"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // for Raw
	_ "github.com/mattn/go-sqlite3"    // for Raw

	"znak/models/store"
)

// DB is the database of one test.
type DB struct {
	URL      string  // as store.Open takes it
	Path     string  // of the file; "" on PostgreSQL
	Postgres bool    // which of the two it is
	Raw      *sql.DB // the database as somebody who owns it has it
}

// New returns a database with the schema, and nothing else in it.
func New(t testing.TB) *DB {
	t.Helper()
	if server() == "" {
		d := Empty(t)
		migrate(t, d.URL)
		return d
	}
	return postgres(t, template(t))
}

// Empty returns a database without a schema.
func Empty(t testing.TB) *DB {
	t.Helper()
	if server() != "" {
		return postgres(t, "template0")
	}
	path := filepath.Join(t.TempDir(), "znak.db")
	d := &DB{URL: "sqlite:" + path, Path: path}
	return d.raw(t, "sqlite3", "file:"+path+"?_busy_timeout=10000")
}

// OnPostgres says whether tests run on PostgreSQL.
func OnPostgres() bool { return server() != "" }

// NeedSQLite skips a test of what only SQLite has.
func NeedSQLite(t testing.TB) {
	t.Helper()
	if OnPostgres() {
		t.Skip("of SQLite alone")
	}
}

// NeedPostgres skips a test of what only PostgreSQL has.
func NeedPostgres(t testing.TB) {
	t.Helper()
	if !OnPostgres() {
		t.Skip("of PostgreSQL alone: scripts/postgres.sh run go test …")
	}
}

func server() string { return os.Getenv("ZNAK_TEST_POSTGRES") }

func (d *DB) raw(t testing.TB, driver, source string) *DB {
	t.Helper()
	raw, err := sql.Open(driver, source)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { raw.Close() })
	d.Raw = raw
	return d
}

var (
	placeholder = regexp.MustCompile(`\?`)
	blob        = regexp.MustCompile(`(?i)\bx'([0-9a-f]*)'`)
)

// SQL puts a statement that is written for SQLite, with ? for its values and
// x'…' for bytes, into this database's words.
func (d *DB) SQL(query string) string {
	if !d.Postgres {
		return query
	}
	n := 0
	query = placeholder.ReplaceAllStringFunc(query, func(string) string { n++; return fmt.Sprintf("$%d", n) })
	return blob.ReplaceAllString(query, `'\x$1'::bytea`)
}

// Exec runs a statement that is written for SQLite.
func (d *DB) Exec(query string, args ...any) (sql.Result, error) {
	return d.Raw.Exec(d.SQL(query), args...)
}

// Query runs a query that is written for SQLite.
func (d *DB) Query(query string, args ...any) (*sql.Rows, error) {
	return d.Raw.Query(d.SQL(query), args...)
}

// QueryRow runs a query that is written for SQLite, for one row.
func (d *DB) QueryRow(query string, args ...any) *sql.Row {
	return d.Raw.QueryRow(d.SQL(query), args...)
}

// ColumnsWith lists the columns of all tables in which the bytes stand.
func (d *DB) ColumnsWith(t testing.TB, text string) (found []string) {
	t.Helper()
	columns, look := "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'",
		"SELECT COUNT(*) FROM %q WHERE instr(CAST(%q AS BLOB), $1) > 0"
	if d.Postgres {
		columns, look = "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'",
			`SELECT COUNT(*) FROM %q WHERE position($1::bytea IN CASE pg_typeof(%q) WHEN 'bytea'::regtype THEN decode(substr(%[2]q::text, 3), 'hex') ELSE convert_to(%[2]q::text, 'UTF8') END) > 0`
	}
	for _, c := range d.pairs(t, columns) {
		var n int
		if err := d.Raw.QueryRow(fmt.Sprintf(look, c[0], c[1]), []byte(text)).Scan(&n); err != nil {
			t.Fatal(err)
		}
		if n > 0 {
			found = append(found, c[0]+"."+c[1])
		}
	}
	return found
}

func (d *DB) pairs(t testing.TB, query string) (out [][2]string) {
	t.Helper()
	rows, err := d.Raw.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var p [2]string
		if err := rows.Scan(&p[0], &p[1]); err != nil {
			t.Fatal(err)
		}
		out = append(out, p)
	}
	return out
}

// Conn returns one connection, as whoever owns the database has it.
func (d *DB) Conn(ctx context.Context) (*sql.Conn, error) { return d.Raw.Conn(ctx) }

// words are functions of SQLite that tests use, in PostgreSQL's words.
const words = `CREATE FUNCTION instr(BYTEA, TEXT) RETURNS INTEGER LANGUAGE sql AS 'SELECT position(convert_to($2, ''UTF8'') IN $1)';
CREATE FUNCTION instr(TEXT, TEXT) RETURNS INTEGER LANGUAGE sql AS 'SELECT position($2 IN $1)';
CREATE FUNCTION randomblob(INTEGER) RETURNS BYTEA LANGUAGE sql AS 'SELECT substring(sha256(random()::text::bytea) FOR $1)'`

// Of returns the address of the server's database with this name.
func Of(t testing.TB, name string) string {
	t.Helper()
	u, err := url.Parse(server())
	if err != nil {
		t.Fatal("ZNAK_TEST_POSTGRES is no address")
	}
	u.Path = "/" + name
	return u.String()
}

func postgres(t testing.TB, like string) *DB {
	t.Helper()
	name := "znak_" + rand.Text()[:16]
	admin(t, fmt.Sprintf("CREATE DATABASE %q TEMPLATE %q", name, like))
	t.Cleanup(func() { admin(t, fmt.Sprintf("DROP DATABASE IF EXISTS %q WITH (FORCE)", name)) })
	d := &DB{URL: Of(t, name), Postgres: true}
	return d.raw(t, "pgx", d.URL)
}

// admin runs one statement as whoever runs the server.
func admin(t testing.TB, query string) {
	t.Helper()
	run(t, server(), query)
}

func run(t testing.TB, url, query string) {
	t.Helper()
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(query); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

// made is the database with the schema of which this program's tests get copies.
var made struct {
	sync.Mutex
	name string
}

func template(t testing.TB) string {
	t.Helper()
	made.Lock()
	defer made.Unlock()
	if made.name == "" {
		name := "znak_like_" + rand.Text()[:16]
		admin(t, fmt.Sprintf("CREATE DATABASE %q TEMPLATE template0", name))
		migrate(t, Of(t, name))
		run(t, Of(t, name), words)
		made.name = name
	}
	return made.name
}

func migrate(t testing.TB, url string) {
	t.Helper()
	s, err := store.Open(context.Background(), url, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := s.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
}
