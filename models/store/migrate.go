package store

import (
	"context"
	"embed"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
)

//go:embed migrations
var migrations embed.FS

func (s *Store) provider() (*goose.Provider, error) {
	dir, err := fs.Sub(migrations, "migrations/"+s.kind.name)
	if err != nil {
		return nil, err
	}
	db, err := s.w.DB()
	if err != nil {
		return nil, err
	}
	options, err := s.kind.migrating()
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(s.kind.goose, db, dir, options...)
}

// Migrate brings the schema forward and returns the versions it applied. Of
// several that migrate one PostgreSQL database at once, one does and the others
// wait for it.
func (s *Store) Migrate(ctx context.Context) ([]int64, error) {
	p, err := s.provider()
	if err != nil {
		return nil, err
	}
	done, err := p.Up(ctx)
	if err != nil {
		return nil, fmt.Errorf("migrate: %w", err)
	}
	var versions []int64
	for _, d := range done {
		versions = append(versions, d.Source.Version)
	}
	return versions, nil
}

// Schema returns the version of the database's schema and the one that this
// program needs. They must be equal before anything else is done. It only reads:
// a program that may not change the schema can ask.
func (s *Store) Schema(ctx context.Context) (have, need int64, err error) {
	if need, err = SchemaNeeded(); err != nil {
		return 0, 0, err
	}
	db := s.w.WithContext(ctx)
	var tables int64
	if err := db.Raw(s.kind.hasTable, "goose_db_version").Scan(&tables).Error; err != nil || tables == 0 {
		return 0, need, fault(err)
	}
	err = db.Raw("SELECT COALESCE(MAX(version_id), 0) FROM goose_db_version WHERE is_applied").Scan(&have).Error
	return have, need, fault(err)
}

// SchemaNeeded returns the version of the schema that this program needs.
func SchemaNeeded() (int64, error) {
	files, err := fs.Glob(migrations, "migrations/sqlite/*.sql")
	if err != nil || len(files) == 0 {
		return 0, fmt.Errorf("no migrations: %w", err)
	}
	return goose.NumericComponent(files[len(files)-1])
}
