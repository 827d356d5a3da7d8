package store

import (
	"database/sql"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	"gorm.io/gorm"
)

// kind is what differs between the databases.
type kind struct {
	name     string // also of the folder of its migrations
	goose    goose.Dialect
	write    *sql.TxOptions // of Tx
	view     *sql.TxOptions // of Snapshot
	hasTable string         // query that counts the tables of a name
	tables   string         // query that counts all tables
	serial   bool           // has one writer at a time
}

// SQLite has one writer, which begins by taking the write lock: acts come one
// after the other.
var sqliteKind = &kind{
	name:     "sqlite",
	goose:    goose.DialectSQLite3,
	view:     &sql.TxOptions{ReadOnly: true},
	hasTable: "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = ?",
	tables:   "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table'",
	serial:   true,
}

// PostgreSQL has many writers. Why READ COMMITTED is enough, and what keeps the
// acts apart, is in docs/adr/0030-postgresql.md.
var postgresKind = &kind{
	name:     "postgres",
	goose:    goose.DialectPostgres,
	write:    &sql.TxOptions{Isolation: sql.LevelReadCommitted},
	view:     &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true},
	hasTable: "SELECT COUNT(*) FROM pg_tables WHERE schemaname = ANY (current_schemas(FALSE)) AND tablename = ?",
	tables:   "SELECT COUNT(*) FROM pg_tables WHERE schemaname = ANY (current_schemas(FALSE))",
}

// migrating is how long one waits for another that migrates.
const migrating = 10 * time.Minute

func (k *kind) migrating() ([]goose.ProviderOption, error) {
	if k.serial {
		return nil, nil
	}
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, uint64(migrating/time.Second)))
	if err != nil {
		return nil, err
	}
	return []goose.ProviderOption{goose.WithSessionLocker(locker)}, nil
}

// serial says whether the database has one writer at a time.
func serial(db *gorm.DB) bool { return db.Name() == sqliteKind.name }
