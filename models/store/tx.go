package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"time"

	"github.com/mattn/go-sqlite3"
	"gorm.io/gorm"

	"znak/models"
)

// Tx is one write transaction: the only way to change anything. It reads its
// own writes.
type Tx struct {
	reader
	now    time.Time
	after  []func()
	undo   []func() // puts back what was changed in memory, if nothing comes of it
	placed bool     // holds the directory as it is
}

// Tx runs fn in one write transaction, which is committed, durably, before Tx
// returns nil. On any error nothing of it remains. It returns CodeUnavailable
// when the database is away, locked or full.
//
// On PostgreSQL fn runs again, from the beginning, when somebody else changed
// what it had read: it must set what it returns anew each time, and do nothing
// outside the transaction; AfterCommit is for that.
func (s *Store) Tx(ctx context.Context, fn func(*Tx) error) error {
	if s.twice {
		if err := s.again(ctx, func() error { return s.rehearse(ctx, fn) }); err != nil {
			return fault(err)
		}
	}
	var after []func()
	err := s.again(ctx, func() (err error) {
		after, err = s.once(ctx, fn)
		return err
	})
	s.commits.count(err)
	if err != nil {
		return fault(err)
	}
	for _, f := range after {
		f()
	}
	return nil
}

// once runs a transaction and returns what is to be done after it.
func (s *Store) once(ctx context.Context, fn func(*Tx) error) ([]func(), error) {
	tx := &Tx{}
	err := s.w.WithContext(ctx).Transaction(func(db *gorm.DB) error {
		tx.reader, tx.now = reader{db: db, now: s.now}, s.now()
		return fn(tx)
	}, s.kind.write)
	if err != nil {
		for _, f := range tx.undo {
			f()
		}
	}
	return tx.after, err
}

// Batch runs many acts in one large transaction, each under its own moment. It
// is for making a history (the demo), never for people's acts: one fault undoes
// the whole batch. fn calls act once for each act.
func (s *Store) Batch(ctx context.Context, fn func(act func(at time.Time, f func(*Tx) error) error) error) error {
	var after []func()
	err := s.w.WithContext(ctx).Transaction(func(db *gorm.DB) error {
		return fn(func(at time.Time, f func(*Tx) error) error {
			tx := &Tx{reader: reader{db: db, now: func() time.Time { return at }}, now: at}
			err := f(tx)
			after = append(after, tx.after...)
			return err
		})
	}, s.kind.write)
	if err != nil {
		return fault(err)
	}
	for _, f := range after {
		f()
	}
	return nil
}

// Now is the moment of the transaction: the same for everything in it.
func (tx *Tx) Now() time.Time { return tx.now }

// AfterCommit runs f once the transaction is committed.
func (tx *Tx) AfterCommit(f func()) { tx.after = append(tx.after, f) }

// errClosed is what database/sql answers once a database is closed; it does not
// export it.
var errClosed = func() error {
	db, err := sql.Open("sqlite3", "")
	if err != nil {
		return err
	}
	if err := db.Close(); err != nil {
		return err
	}
	return db.Ping()
}()

// fault gives a driver's fault its code. Faults that already have one, or are
// not the database's, pass unchanged.
func fault(err error) error {
	var coded *models.Error
	if err == nil || errors.As(err, &coded) {
		return err
	}
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return models.ErrNotFound
	}
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return &models.Error{Code: models.CodeConflict, Key: "error.conflict", Err: err}
	}
	if errors.Is(err, errClosed) || errors.Is(err, sql.ErrConnDone) || errors.Is(err, driver.ErrBadConn) {
		return &models.Error{Code: models.CodeUnavailable, Key: "error.unavailable", Err: err}
	}
	if e := postgresFault(err); e != nil {
		return e
	}
	var lite sqlite3.Error
	if errors.As(err, &lite) {
		if lite.ExtendedCode == sqlite3.ErrConstraintTrigger {
			return &models.Error{Code: models.CodeConflict, Key: "error.conflict", Err: err}
		}
		switch lite.Code {
		case sqlite3.ErrBusy, sqlite3.ErrLocked, sqlite3.ErrFull, sqlite3.ErrIoErr, sqlite3.ErrCantOpen, sqlite3.ErrReadonly, sqlite3.ErrNomem,
			sqlite3.ErrCorrupt, sqlite3.ErrNotADB: // what a disk that breaks under it reads as
			return &models.Error{Code: models.CodeUnavailable, Key: "error.unavailable", Err: err}
		}
	}
	return err
}
