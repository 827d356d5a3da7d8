package store

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"path"

	"gorm.io/gorm"
)

// Pragmas calls look for each pool of connections of the store, with a reader
// of that pool's settings.
func Pragmas(s *Store, look func(pool string, pragma func(string) string)) error {
	var first error
	for name, db := range map[string]*gorm.DB{"writer": s.w, "reader": s.db} {
		look(name, func(pragma string) (value string) {
			if err := db.Raw("PRAGMA " + pragma).Row().Scan(&value); err != nil && first == nil {
				first = err
			}
			return value
		})
	}
	return first
}

// LimitPages lets the database grow by a few pages only, as a full disk would.
func LimitPages(s *Store) error {
	var pages int
	if err := s.w.Raw("PRAGMA page_count").Row().Scan(&pages); err != nil {
		return err
	}
	var now int
	return s.w.Raw(fmt.Sprintf("PRAGMA max_page_count = %d", pages+20)).Row().Scan(&now)
}

// ReadOnly makes the writer's connection refuse to write.
func ReadOnly(s *Store) error { return s.w.Exec("PRAGMA query_only = 1").Error }

// Impatient lets the writer wait for a lock no longer than a moment.
func Impatient(s *Store) error { return s.w.Exec("PRAGMA busy_timeout = 20").Error }

// Pool is the pool of connections that write.
func Pool(s *Store) *sql.DB {
	db, err := s.w.DB()
	if err != nil {
		panic(err)
	}
	return db
}

// Migrations lists a database's migrations by name.
func Migrations(kind string) []string {
	names, err := fs.Glob(migrations, "migrations/"+kind+"/*.sql")
	if err != nil {
		panic(err)
	}
	for i := range names {
		names[i] = path.Base(names[i])
	}
	return names
}

// MigrateTo brings the schema forward to a version.
func MigrateTo(ctx context.Context, s *Store, version int64) error {
	p, err := s.provider()
	if err != nil {
		return err
	}
	_, err = p.UpTo(ctx, version)
	return err
}

// Settings calls look for each pool of connections of the store, with a reader
// of PostgreSQL's settings in it.
func Settings(s *Store, look func(pool string, setting func(string) string)) error {
	var first error
	for name, db := range map[string]*gorm.DB{"writer": s.w, "reader": s.db} {
		look(name, func(setting string) (value string) {
			if err := db.Raw("SELECT current_setting(?)", setting).Row().Scan(&value); err != nil && first == nil {
				first = err
			}
			return value
		})
	}
	return first
}

// Raise has PostgreSQL raise a fault.
func Raise(tx *Tx, code string) error {
	return fault(tx.db.Exec(fmt.Sprintf("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '%s'; END $$", code)).Error)
}
