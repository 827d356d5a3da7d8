package store

import (
	"errors"
	"io"
	"net"

	"github.com/jackc/pgx/v5/pgconn"

	"znak/models"
)

// Codes of PostgreSQL's faults that decide what becomes of an act. Of others
// the first two characters, their class, do.
const (
	pgSerialization = "40001"
	pgDeadlock      = "40P01"
	pgUnique        = "23505"
	pgGuard         = "23001" // what our triggers raise: restrict_violation
	pgLockTimeout   = "55P03"
	pgCanceled      = "57014"
	pgReadOnly      = "25006" // a standby
	pgIdle          = "25P03" // cut off for having been idle in a transaction
	pgCorrupt       = "XX001" // what a disk that breaks under it reads as
	pgIndexCorrupt  = "XX002"
	pgNotText       = "22021" // a text that is no UTF-8, or holds a zero byte
)

// postgresFault gives a fault of PostgreSQL or of the way to it its code; nil
// for any other.
func postgresFault(err error) error {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return postgresCode(pg, err)
	}
	var connect *pgconn.ConnectError
	var network net.Error
	if errors.As(err, &connect) || errors.As(err, &network) || pgconn.SafeToRetry(err) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) {
		return unavailableFault(err)
	}
	return nil
}

func postgresCode(pg *pgconn.PgError, err error) error {
	switch pg.Code {
	case pgUnique, pgGuard:
		return &models.Error{Code: models.CodeConflict, Key: "error.conflict", Err: err}
	case pgNotText: // nothing is called so
		return &models.Error{Code: models.CodeNotFound, Key: models.ErrNotFound.Key, Err: err}
	case pgSerialization, pgDeadlock, pgLockTimeout, pgReadOnly, pgIdle:
		return unavailableFault(err)
	case pgCanceled, pgCorrupt, pgIndexCorrupt:
		return unavailableFault(err)
	}
	switch pg.Code[:min(2, len(pg.Code))] {
	case "08", "53", "57", "58": // connection, resources, operator, system
		return unavailableFault(err)
	}
	return nil
}

func unavailableFault(err error) error {
	return &models.Error{Code: models.CodeUnavailable, Key: "error.unavailable", Err: err}
}

// clashed says whether a transaction was undone because of another that ran
// beside it: run again, it may go through.
func clashed(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code == pgSerialization || pg.Code == pgDeadlock
	}
	return errors.Is(err, errRaced)
}
