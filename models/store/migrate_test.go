package store_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"znak/models"
	"znak/models/store"
	"znak/models/store/testdb"
)

// another opens a database once more, as a second program does.
func another(t *testing.T, url string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), url, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// TestReplicasMigrateAtOnce: one does, the others find it done.
func TestReplicasMigrateAtOnce(t *testing.T) {
	testdb.NeedPostgres(t)
	db := testdb.Empty(t)
	need, err := store.SchemaNeeded()
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var applied []int64
	var wg sync.WaitGroup
	for range 4 {
		s := another(t, db.URL)
		if have, _, err := s.Schema(t.Context()); have != 0 || err != nil {
			t.Fatalf("an empty database has schema %d, %v", have, err)
		}
		wg.Go(func() {
			done, err := s.Migrate(context.Background())
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			applied = append(applied, done...)
		})
	}
	wg.Wait()
	slices.Sort(applied)
	if len(applied) == 0 || applied[len(applied)-1] != need || len(slices.Compact(slices.Clone(applied))) != len(applied) {
		t.Errorf("applied %v, want each up to %d once", applied, need)
	}
	if have, want, err := another(t, db.URL).Schema(t.Context()); have != want || err != nil {
		t.Errorf("schema %d of %d, %v", have, want, err)
	}
}

// TestUpgradeFromTheFirstSchema fills every table of the first schema and finds
// every value in the newest.
func TestUpgradeFromTheFirstSchema(t *testing.T) {
	db := testdb.Empty(t)
	s := another(t, db.URL)
	if err := store.MigrateTo(t.Context(), s, 1); err != nil {
		t.Fatal(err)
	}
	tables := tablesOf(t, db)
	if len(tables) < 18 {
		t.Fatalf("the first schema has %d tables: %v", len(tables), tables)
	}
	for _, table := range tables {
		fill(t, db, table)
	}
	before := map[string]string{}
	for _, table := range tables {
		before[table.name] = fmt.Sprint(rowsOf(t, db.Raw, table.query()))
	}
	if _, err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, table := range tables {
		if after := fmt.Sprint(rowsOf(t, db.Raw, table.query())); after != before[table.name] {
			t.Errorf("%s: %s became %s", table.name, before[table.name], after)
		}
	}
	if have, want, err := s.Schema(t.Context()); have != want || err != nil {
		t.Errorf("schema %d of %d, %v", have, want, err)
	}
	if _, err := s.School(t.Context(), "x"); err != nil {
		t.Errorf("the program reads what the first schema held: %v", err)
	}
	if _, err := s.Referral(t.Context(), models.Actor{ID: "x", Role: models.RoleTeacher}, "x"); err != nil {
		t.Errorf("the program reads what the first schema held: %v", err)
	}
}

// filled is a table of the first schema.
type filled struct {
	name    string
	columns []string
	kinds   []string
}

func (f filled) query() string {
	return "SELECT " + strings.Join(f.columns, ", ") + " FROM " + f.name + " ORDER BY 1"
}

// tablesOf lists the tables in an order in which they can be filled.
func tablesOf(t *testing.T, db *testdb.DB) []filled {
	var s schema
	if db.Postgres {
		s = postgresSchema(t, db.Raw)
	} else {
		s = sqliteSchema(t, db.Raw)
	}
	byName := map[string]*filled{}
	for _, name := range slices.Sorted(maps.Keys(s.columns)) {
		table, col, _ := strings.Cut(name, ".")
		if byName[table] == nil {
			byName[table] = &filled{name: table}
		}
		byName[table].columns = append(byName[table].columns, col)
		byName[table].kinds = append(byName[table].kinds, s.columns[name].kind)
	}
	var out []filled
	for len(byName) > 0 {
		for _, name := range slices.Sorted(maps.Keys(byName)) {
			waits := slices.ContainsFunc(s.foreign, func(f string) bool {
				from, to, _ := strings.Cut(f, " -> ")
				other, _, _ := strings.Cut(to, ".")
				return strings.HasPrefix(from, name+".") && byName[other] != nil && other != name
			})
			if !waits {
				out = append(out, *byName[name])
				delete(byName, name)
			}
		}
	}
	return out
}

// fill puts one row into a table: the same value everywhere, so that it refers
// to the rows of the others.
func fill(t *testing.T, db *testdb.DB, table filled) {
	t.Helper()
	if table.name == "audit_head" {
		return // has its one row
	}
	values := make([]any, len(table.columns))
	for i, kind := range table.kinds {
		values[i] = map[string]any{"text": "x", "number": 1, "truth": true, "bytes": []byte{1}}[kind]
		if table.columns[i] == "level" {
			values[i] = "primary"
		}
	}
	marks := strings.TrimSuffix(strings.Repeat("?, ", len(values)), ", ")
	if _, err := db.Exec("INSERT INTO "+table.name+" ("+strings.Join(table.columns, ", ")+") VALUES ("+marks+")", values...); err != nil {
		t.Fatalf("%s: %v", table.name, err)
	}
}
