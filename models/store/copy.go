package store

import (
	"context"
	"errors"
	"os"
	"strings"

	"znak/models"
)

// Kind names the database: sqlite or postgres.
func (s *Store) Kind() string { return s.kind.name }

// Copy writes a consistent copy of the whole database to a new file, while
// others write: on SQLite a database file, on PostgreSQL an archive of pg_dump.
// look gets a view of exactly what the copy holds. The copy was checked when
// Copy returns nil. Whoever has it has the database: it belongs in a folder
// that nobody else can read, and not for long.
func (s *Store) Copy(ctx context.Context, path string, look func(*Snapshot) error) error {
	if s.kind.serial {
		return s.copySQLite(ctx, path, look)
	}
	return s.copyPostgres(ctx, path, look)
}

func (s *Store) copySQLite(ctx context.Context, path string, look func(*Snapshot) error) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := s.w.WithContext(ctx).Exec("VACUUM INTO ?", path).Error; err != nil {
		return fault(err)
	}
	c, err := Open(ctx, "sqlite:"+path, s.now)
	if err != nil {
		return err
	}
	return errors.Join(c.checkFile(ctx), c.Snapshot(ctx, look), c.Close())
}

// checkFile reads every page of a SQLite file and says whether they fit
// together.
func (s *Store) checkFile(ctx context.Context) error {
	var words []string
	if err := s.db.WithContext(ctx).Raw("PRAGMA integrity_check").Scan(&words).Error; err != nil {
		return fault(err)
	}
	if len(words) != 1 || words[0] != "ok" {
		return models.Errorf(models.CodeInternal, "", "the database is damaged: %s", strings.Join(words, "; "))
	}
	rows, err := s.db.WithContext(ctx).Raw("PRAGMA foreign_key_check").Rows()
	if err != nil {
		return fault(err)
	}
	defer rows.Close()
	if rows.Next() {
		return models.Errorf(models.CodeInternal, "", "the database is damaged: a row refers to one that is not there")
	}
	return rows.Err()
}

// Check reads the whole database file and says whether it is sound; on
// PostgreSQL the server does that.
func (s *Store) Check(ctx context.Context) error {
	if !s.kind.serial {
		return nil
	}
	return s.checkFile(ctx)
}

// Empty says whether the database has no table at all.
func (s *Store) Empty(ctx context.Context) (bool, error) {
	var n int64
	err := s.w.WithContext(ctx).Raw(s.kind.tables).Scan(&n).Error
	return n == 0, fault(err)
}
