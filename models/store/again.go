package store

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"gorm.io/gorm"

	"znak/models"
)

// tries bounds how often a transaction runs that clashes with others.
const tries = 8

// errRaced is the cause when somebody else changed a row between the read and
// the write of one transaction.
var errRaced = errors.New("changed by another at the same time")

// raced is CodeConflict with that cause.
func raced() error {
	return &models.Error{Code: models.CodeConflict, Key: "error.conflict", Err: errRaced}
}

// again runs a transaction until it does not clash, after a short wait that
// differs between those that clashed. With one writer at a time none does.
func (s *Store) again(ctx context.Context, run func() error) error {
	if s.kind.serial {
		return run()
	}
	for try := 1; ; try++ {
		err := run()
		if try == tries || !clashed(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(rand.N(time.Duration(try) * 4 * time.Millisecond)):
		}
	}
}

// Rehearse makes every transaction from now on run twice, the first time to be
// undone, as a clash would have it: tests hold what runs in transactions to
// that.
func (s *Store) Rehearse(on bool) { s.twice = on }

var errRehearsal = errors.New("rehearsal")

// rehearse runs fn to be undone. Its fault is fn's own.
func (s *Store) rehearse(ctx context.Context, fn func(*Tx) error) error {
	_, err := s.once(ctx, func(tx *Tx) error {
		if err := fn(tx); err != nil {
			return err
		}
		return errRehearsal
	})
	if errors.Is(err, errRehearsal) {
		return nil
	}
	return err
}

// The directory as an act reads it, accounts and contacts, stays as it is until
// the act is done: a referral is not routed to somebody whose account is closed
// at this very moment. Acts share it; whoever changes it waits for them, and
// they for it. On SQLite this is so anyway.

// shareDirectory keeps others from changing the directory until the
// transaction ends.
func (tx *Tx) shareDirectory() error {
	if tx.placed || serial(tx.db) {
		return nil
	}
	tx.placed = true
	return hold(tx.db, "SELECT pg_advisory_xact_lock_shared(?)", lockDirectory)
}

// changeDirectory keeps others from reading the directory for an act, too.
func (tx *Tx) changeDirectory() error {
	if serial(tx.db) {
		return nil
	}
	return hold(tx.db, "SELECT pg_advisory_xact_lock(?)", lockDirectory)
}

// HoldAccounts keeps others from changing accounts until the transaction ends:
// called before one is read that is written back.
func (tx *Tx) HoldAccounts() error { return tx.changeDirectory() }

// Numbers of advisory locks. Goose has its own, 4097083626.
const (
	lockDirectory = 0x7a6e616b_00000001
	lockSequencer = 0x7a6e616b_00000002
)

func hold(db *gorm.DB, query string, number int64) error { return fault(db.Exec(query, number).Error) }
