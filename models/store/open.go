// Package store is the only room that knows GORM and SQL. Every read that
// reaches a referral takes an Actor and is scoped by it; there is no unscoped
// way to find one. Everything that changes happens inside Tx.
package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"strings"
	"time"

	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"znak/models"
)

// Store is an open database. Its own methods read; Tx writes.
type Store struct {
	reader
	w      *gorm.DB
	closer []io.Closer
	kind   *kind
	url    string
	twice  bool // see Rehearse
	commits
}

// reader holds the reads, shared by Store (a bounded pool of readers) and Tx
// (which reads its own writes).
type reader struct {
	db  *gorm.DB
	now func() time.Time
}

// readers is the size of the read pool: unbounded readers starve the writer.
const readers = 8

// Open opens the database named by url: "sqlite:PATH" or "postgres://…". It
// neither creates nor migrates the schema; see Migrate. now is the clock by
// which reads judge what is overdue. Returns CodeInvalid for another address,
// CodeUnavailable when a PostgreSQL server does not answer.
func Open(ctx context.Context, url string, now func() time.Time) (*Store, error) {
	if isPostgres(url) {
		return openPostgres(ctx, url, now)
	}
	path, ok := strings.CutPrefix(url, "sqlite:")
	if !ok {
		return nil, models.Errorf(models.CodeInvalid, "", "database address %q: expected sqlite:PATH or postgres://…", scheme(url))
	}
	if dir := filepath.Dir(path); dir != "." {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, err
		}
	}
	if err := private(path); err != nil {
		return nil, err
	}
	w, wc, err := openSQLite(path, "&_txlock=immediate", 1)
	if err != nil {
		return nil, err
	}
	r, rc, err := openSQLite(path, "&_txlock=deferred&_query_only=true", readers)
	if err != nil {
		wc.Close()
		return nil, err
	}
	s := &Store{reader: reader{db: r, now: now}, w: w, closer: []io.Closer{rc, wc}, kind: sqliteKind, url: url}
	if err := s.assertDurable(ctx); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// private makes the database's file, if it is new, readable by its owner alone.
func private(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return &models.Error{Code: models.CodeUnavailable, Key: "error.unavailable", Err: err}
	}
	return f.Close()
}

func scheme(url string) string {
	s, _, _ := strings.Cut(url, ":")
	return s + ":…"
}

// Statements are kept by the driver, one cache for each connection: GORM's own
// cache prepares anew in every transaction. pragmas make an acknowledged commit survive a power cut (FULL; the driver's
// default in WAL does not) and overwrite what is deleted.
const pragmas = "?_journal_mode=WAL&_synchronous=FULL&_busy_timeout=10000&_foreign_keys=on&_secure_delete=on&_cache_size=-8000&_stmt_cache_size=64"

// uriPath writes a path so that nothing in it ends the path of a file URI.
var uriPath = strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23")

func openSQLite(path, mode string, conns int) (*gorm.DB, io.Closer, error) {
	db, err := gorm.Open(sqlite.Open("file:"+uriPath.Replace(path)+pragmas+mode), ormConfig())
	if err != nil {
		return nil, nil, fmt.Errorf("open database %s: %w", path, err)
	}
	pool, err := db.DB()
	if err != nil {
		return nil, nil, err
	}
	pool.SetMaxOpenConns(conns)
	pool.SetMaxIdleConns(conns)
	return db, pool, nil
}

// ormConfig is how GORM works on either database.
func ormConfig() *gorm.Config {
	return &gorm.Config{
		SkipDefaultTransaction: true,
		TranslateError:         true,
		Logger:                 logger.New(log.New(io.Discard, "", 0), logger.Config{LogLevel: logger.Silent}),
		NowFunc:                func() time.Time { return time.Now().UTC() },
	}
}

// assertDurable refuses to go on with a connection that could lose an
// acknowledged commit.
func (s *Store) assertDurable(ctx context.Context) error {
	var mode string
	var sync int
	if err := s.w.WithContext(ctx).Raw("PRAGMA journal_mode").Scan(&mode).Error; err != nil {
		return err
	}
	if err := s.w.WithContext(ctx).Raw("PRAGMA synchronous").Scan(&sync).Error; err != nil {
		return err
	}
	if mode != "wal" || sync != 2 {
		return fmt.Errorf("database: journal_mode=%s synchronous=%d, need wal and 2 (FULL): an acknowledged referral could be lost", mode, sync)
	}
	return nil
}

// Close waits for nothing: callers stop their work first.
func (s *Store) Close() error {
	var errs []error
	for _, c := range s.closer {
		errs = append(errs, c.Close())
	}
	return errors.Join(errs...)
}

// Ping says whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	db, err := s.db.DB()
	if err != nil {
		return err
	}
	return fault(db.PingContext(ctx))
}

// Snapshot runs fn on one consistent, read-only view of the database.
func (s *Store) Snapshot(ctx context.Context, fn func(*Snapshot) error) error {
	return fault(s.db.WithContext(ctx).Transaction(func(db *gorm.DB) error {
		return fn(&Snapshot{reader{db: db, now: s.now}})
	}, s.kind.view))
}

// Snapshot is a consistent view; it has every read of a Store.
type Snapshot struct{ reader }
