package main

import (
	"context"
	"fmt"
	"time"

	"znak/models/store"
)

// migrateCmd brings the schema forward.
type migrateCmd struct {
	installation
	DryRun bool `help:"Say what would be done, and do nothing."`
}

// Run migrates. A database that is newer than the program is left alone.
func (c migrateCmd) Run(ctx context.Context, s streams) error {
	at := c.place()
	db, err := store.Open(ctx, at.database, time.Now)
	if err != nil {
		return at.fault("ZNAK_DATABASE_URL", err)
	}
	defer db.Close()
	have, need, err := db.Schema(ctx)
	switch {
	case err != nil:
		return at.fault("ZNAK_DATABASE_URL", err)
	case have > need:
		return at.fault("ZNAK_DATABASE_URL", checkSchema(ctx, db))
	case have == need:
		_, err = fmt.Fprintf(s.out, "Schema %d is this program's: nothing to do.\n", have)
		return err
	case c.DryRun:
		_, err = fmt.Fprintf(s.out, "Would bring schema %d to %d.\n", have, need)
		return err
	}
	if _, err := db.Migrate(ctx); err != nil {
		return at.fault("ZNAK_DATABASE_URL", err)
	}
	_, err = fmt.Fprintf(s.out, "Brought schema %d to %d.\n", have, need)
	return err
}
