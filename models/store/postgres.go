package store

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"

	"znak/models"
)

// How many connections one program holds at most: four of them fit into a
// server's default of 100.
const (
	postgresWriters = 14
	postgresReaders = 8
)

func isPostgres(url string) bool {
	return strings.HasPrefix(url, "postgres://") || strings.HasPrefix(url, "postgresql://")
}

func openPostgres(ctx context.Context, url string, now func() time.Time) (*Store, error) {
	w, wc, err := poolPostgres(url, postgresWriters, "off")
	if err != nil {
		return nil, err
	}
	r, rc, err := poolPostgres(url, postgresReaders, "on")
	if err != nil {
		wc.Close()
		return nil, err
	}
	s := &Store{reader: reader{db: r, now: now}, w: w, closer: []io.Closer{rc, wc}, kind: postgresKind, url: url}
	if err := s.assertPostgres(ctx); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// settings hold for every connection. An acknowledged commit is on the disk. No
// act waits for another's lock longer than SQLite would, and a program that
// stopped answering in the middle of a transaction does not keep its locks.
var settings = map[string]string{
	"application_name":                    "znak",
	"synchronous_commit":                  "on",
	"lock_timeout":                        "10s",
	"idle_in_transaction_session_timeout": "60s",
}

// poolPostgres makes a pool; it connects when it is first used. What is wrong
// with an address is told without the address: it may hold a password.
func poolPostgres(url string, conns int, readOnly string) (*gorm.DB, io.Closer, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, nil, models.Errorf(models.CodeInvalid, "", "database address %q cannot be read: expected postgres://USER:PASSWORD@HOST/NAME", scheme(url))
	}
	for name, value := range settings {
		config.RuntimeParams[name] = value
	}
	config.RuntimeParams["default_transaction_read_only"] = readOnly
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = 10 * time.Second
	}
	pool := stdlib.OpenDB(*config)
	limitPool(pool, conns)
	orm := ormConfig()
	orm.DisableAutomaticPing = true
	db, err := gorm.Open(postgres.New(postgres.Config{Conn: pool}), orm)
	if err != nil {
		pool.Close()
		return nil, nil, err
	}
	return db, pool, nil
}

// limitPool bounds a pool. Connections are renewed now and then, so that a
// server behind the same name that took over is found.
func limitPool(pool *sql.DB, conns int) {
	pool.SetMaxOpenConns(conns)
	pool.SetMaxIdleConns(conns)
	pool.SetConnMaxIdleTime(5 * time.Minute)
	pool.SetConnMaxLifetime(time.Hour)
}

// assertPostgres refuses a server that could lose an acknowledged commit, or
// cannot hold Serbian.
func (s *Store) assertPostgres(ctx context.Context) error {
	var commit, fsync, encoding string
	err := s.w.WithContext(ctx).Raw(`SELECT current_setting('synchronous_commit'), current_setting('fsync'), current_setting('server_encoding')`).
		Row().Scan(&commit, &fsync, &encoding)
	if err != nil {
		return fault(err)
	}
	if commit != "on" || fsync != "on" {
		return fmt.Errorf("database: synchronous_commit=%s fsync=%s, need on and on: an acknowledged referral could be lost", commit, fsync)
	}
	if encoding != "UTF8" {
		return fmt.Errorf("database: encoding %s, need UTF8", encoding)
	}
	return nil
}
