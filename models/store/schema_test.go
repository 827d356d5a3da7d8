package store_test

import (
	"database/sql"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"znak/models/store"
	"znak/models/store/testdb"
)

// column is one column as either database describes it.
type column struct {
	kind string // text, number, truth or bytes
	null bool
}

// schema is what must be equal on both databases.
type schema struct {
	columns map[string]column // by table.column
	unique  []string          // "table: column, column", keys among them
	foreign []string          // "table.column -> table.column"
	guarded []string          // tables that have a trigger
}

// onlyPostgres is where entries wait for their number; on SQLite none do.
const onlyPostgres = "audit_pending"

func rowsOf(t *testing.T, db *sql.DB, query string, args ...any) [][]string {
	t.Helper()
	rows, err := db.Query(query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var out [][]string
	for rows.Next() {
		row, into := make([]sql.NullString, len(names)), make([]any, len(names))
		for i := range row {
			into[i] = &row[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		texts := make([]string, len(row))
		for i := range row {
			texts[i] = row[i].String
		}
		out = append(out, texts)
	}
	return out
}

// kindOf maps the types that the migrations use; another fails the test.
func kindOf(t *testing.T, name string) string {
	t.Helper()
	kind, ok := map[string]string{"TEXT": "text", "text": "text", "INTEGER": "number", "integer": "number", "BIGINT": "number",
		"bigint": "number", "BOOLEAN": "truth", "boolean": "truth", "BLOB": "bytes", "bytea": "bytes"}[name]
	if !ok {
		t.Errorf("type %s: which is its like on the other database?", name)
	}
	return kind
}

func sqliteSchema(t *testing.T, db *sql.DB) schema {
	s := schema{columns: map[string]column{}}
	for _, row := range rowsOf(t, db, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'goose_%'") {
		table := row[0]
		var key []string
		for _, c := range rowsOf(t, db, `SELECT name, type, "notnull", pk FROM pragma_table_info(?) ORDER BY pk`, table) {
			rowid := c[1] == "INTEGER" && c[3] == "1" // never NULL, whatever it says
			s.columns[table+"."+c[0]] = column{kindOf(t, c[1]), c[2] == "0" && !rowid}
			if c[3] != "0" {
				key = append(key, c[0])
			}
		}
		s.unique = append(s.unique, table+": "+strings.Join(key, ", "))
		for _, u := range rowsOf(t, db, "SELECT name FROM pragma_index_list(?) WHERE origin = 'u'", table) {
			var names []string
			for _, c := range rowsOf(t, db, "SELECT name FROM pragma_index_info(?) ORDER BY seqno", u[0]) {
				names = append(names, c[0])
			}
			s.unique = append(s.unique, table+": "+strings.Join(names, ", "))
		}
		for _, f := range rowsOf(t, db, `SELECT "from", "table", "to" FROM pragma_foreign_key_list(?)`, table) {
			s.foreign = append(s.foreign, fmt.Sprintf("%s.%s -> %s.%s", table, f[0], f[1], f[2]))
		}
	}
	for _, row := range rowsOf(t, db, "SELECT DISTINCT tbl_name FROM sqlite_master WHERE type = 'trigger'") {
		s.guarded = append(s.guarded, row[0])
	}
	return s.sorted()
}

func postgresSchema(t *testing.T, db *sql.DB) schema {
	s := schema{columns: map[string]column{}}
	mine := "table_schema = 'public' AND table_name NOT LIKE 'goose_%' AND table_name <> '" + onlyPostgres + "'"
	for _, c := range rowsOf(t, db, "SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns WHERE "+mine) {
		s.columns[c[0]+"."+c[1]] = column{kindOf(t, c[2]), c[3] == "YES"}
	}
	for _, c := range rowsOf(t, db, `SELECT r.relname, c.contype, f.relname,
			(SELECT string_agg(a.attname, ', ' ORDER BY k.n) FROM unnest(c.conkey) WITH ORDINALITY k (at, n) JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.at),
			(SELECT string_agg(a.attname, ', ' ORDER BY k.n) FROM unnest(c.confkey) WITH ORDINALITY k (at, n) JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.at)
		FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid LEFT JOIN pg_class f ON f.oid = c.confrelid
		WHERE c.contype IN ('p', 'u', 'f') AND r.relnamespace = 'public'::regnamespace AND r.relname NOT LIKE 'goose_%' AND r.relname <> $1`, onlyPostgres) {
		if c[1] == "f" {
			s.foreign = append(s.foreign, fmt.Sprintf("%s.%s -> %s.%s", c[0], c[3], c[2], c[4]))
		} else {
			s.unique = append(s.unique, c[0]+": "+c[3])
		}
	}
	for _, row := range rowsOf(t, db, "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'A'") {
		if row[0] != onlyPostgres {
			s.guarded = append(s.guarded, row[0])
		}
	}
	return s.sorted()
}

func (s schema) sorted() schema {
	slices.Sort(s.unique)
	slices.Sort(s.foreign)
	slices.Sort(s.guarded)
	return s
}

// TestBothDatabasesHaveOneSchema compares what the databases themselves say.
func TestBothDatabasesHaveOneSchema(t *testing.T) {
	testdb.NeedPostgres(t)
	s := open(t, filepath.Join(t.TempDir(), "znak.db"))
	if _, err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	lite, post := sqliteSchema(t, store.Pool(s)), postgresSchema(t, testdb.New(t).Raw)
	for name := range maps.Keys(lite.columns) {
		if post.columns[name] != lite.columns[name] {
			t.Errorf("%s is %+v on SQLite, %+v on PostgreSQL", name, lite.columns[name], post.columns[name])
		}
	}
	for name := range post.columns {
		if _, ok := lite.columns[name]; !ok {
			t.Errorf("%s is on PostgreSQL alone", name)
		}
	}
	for what, lists := range map[string][2][]string{"unique": {lite.unique, post.unique}, "foreign keys": {lite.foreign, post.foreign}, "guards": {lite.guarded, post.guarded}} {
		if !slices.Equal(lists[0], lists[1]) {
			t.Errorf("%s on SQLite:\n%s\non PostgreSQL:\n%s", what, strings.Join(lists[0], "\n"), strings.Join(lists[1], "\n"))
		}
		if len(lists[0]) == 0 {
			t.Errorf("no %s were looked at", what)
		}
	}
}

// TestBothDatabasesHaveTheSameMigrations: the same versions, by the same names.
func TestBothDatabasesHaveTheSameMigrations(t *testing.T) {
	lite, post := store.Migrations("sqlite"), store.Migrations("postgres")
	if !slices.Equal(lite, post) || len(lite) == 0 {
		t.Errorf("SQLite has %v, PostgreSQL %v", lite, post)
	}
}
