package main

import (
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"znak/models/store/testdb"
)

// chaosVariable switches the scenarios on: together they take minutes.
const chaosVariable = "ZNAK_CHAOS"

// chaos is what one run breaks, and what came of it.
type chaos struct {
	bin string
	mu  sync.Mutex
	out []outcome
}

// TestChaos breaks the portal on purpose while sixteen people submit. After each
// breakage every submission that was answered with success is there once,
// routed, on its timeline and on the log, its letter has arrived at least once
// and always under one id, nothing is half-written, and `znak audit verify`
// holds. It ends with a table of counts.
func TestChaos(t *testing.T) {
	if os.Getenv(chaosVariable) == "" {
		t.Skip("make chaos runs it")
	}
	c := &chaos{bin: build(t)}
	t.Run("all", func(t *testing.T) { // returns when the parallel ones have
		for _, s := range []struct {
			name string
			run  func(*testing.T)
		}{
			{"replicas", c.replicas},
			{"relay/SQLite", func(t *testing.T) { c.badRelay(t, c.lite(t)) }},
			{"relay/PostgreSQL", func(t *testing.T) { c.badRelay(t, c.postgres(t)) }},
			{"killed/SQLite", func(t *testing.T) { c.killed(t, c.lite(t)) }},
			{"killed/PostgreSQL", func(t *testing.T) { c.killed(t, c.postgres(t)) }},
			{"power/SQLite", c.powerCutSQLite},
			{"power/PostgreSQL", c.powerCutPostgres},
			{"disk/SQLite", c.fullDiskSQLite},
			{"disk/PostgreSQL", c.fullDiskPostgres},
			{"server/PostgreSQL", c.serverStopped},
		} {
			t.Run(s.name, func(t *testing.T) { t.Parallel(); s.run(t) })
		}
	})
	slices.SortFunc(c.out, func(a, b outcome) int { return strings.Compare(a.scenario+a.database, b.scenario+b.database) })
	printOutcomes(c.out)
}

func (c *chaos) lite(t *testing.T) *ruin {
	t.Helper()
	return newRuin(t, c.bin, t.TempDir(), "")
}

func (c *chaos) postgres(t *testing.T) *ruin {
	t.Helper()
	return newRuin(t, c.bin, t.TempDir(), testdb.New(t).URL)
}

// note keeps what came of a scenario.
func (c *chaos) note(o outcome) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.out = append(c.out, o)
}
