package audit

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"znak/models"
	"znak/models/store"
)

// Checkpoint numbers what waits, signs the log as it then stands, adds the checkpoint to the folder
// if the log has grown since the newest one there, and returns the newest one.
// It refuses to sign a log that does not continue the newest checkpoint: that
// is CodeInternal, and somebody must run Verify. Returns models.ErrNotFound
// while the log is empty.
func (l *Log) Checkpoint(ctx context.Context) ([]byte, error) {
	if err := l.Settle(ctx); err != nil {
		return nil, err
	}
	l.signed.Lock()
	defer l.signed.Unlock()
	signed, last, err := l.newest()
	if err != nil && models.CodeOf(err) != models.CodeNotFound {
		return nil, err
	}
	now, err := l.standing(ctx, last)
	switch {
	case err != nil:
		return nil, err
	case now.size == 0:
		return nil, models.ErrNotFound
	case now.size == last.size:
		return signed, nil
	}
	if signed, err = signHead(now, l.keys.Signer()); err != nil {
		return nil, err
	}
	return signed, writeFile(l.folder, now.size, signed)
}

// standing returns the log's head, after making sure that the log continues
// the last checkpoint.
func (l *Log) standing(ctx context.Context, last head) (now head, err error) {
	err = l.store.Snapshot(ctx, func(s *store.Snapshot) error {
		if now.size, err = s.AuditSize(ctx); err != nil {
			return err
		}
		if now.size < last.size {
			return models.Errorf(models.CodeInternal, "", "audit: the log has %d entries, its newest checkpoint %d", now.size, last.size)
		}
		hashes := storedHashes(ctx, s)
		then, err := tlog.TreeHash(last.size, hashes)
		if err != nil {
			return err
		}
		if last.size > 0 && then != last.root {
			return models.Errorf(models.CodeInternal, "", "audit: the log is not the one of its checkpoint at %d", last.size)
		}
		if now.root, err = tlog.TreeHash(now.size, hashes); err != nil {
			return err
		}
		now.branch, err = branchAt(ctx, s, now.size)
		return err
	})
	return now, err
}

// Latest returns the newest checkpoint in the folder, as it is given to anyone.
// Returns models.ErrNotFound while there is none.
func (l *Log) Latest() ([]byte, error) {
	signed, _, err := l.newest()
	return signed, err
}

func (l *Log) newest() ([]byte, head, error) {
	size, err := newestIn(l.folder)
	if err != nil {
		return nil, head{}, err
	}
	if size == 0 {
		return nil, head{}, models.ErrNotFound
	}
	signed, err := readFile(l.folder, size)
	if err != nil {
		return nil, head{}, err
	}
	h, err := openHead(signed, l.keys.Verifier())
	if err != nil || h.size != size {
		return nil, head{}, models.Errorf(models.CodeInternal, "", "audit: the checkpoint at %d does not hold: %v", size, err)
	}
	return signed, h, nil
}

// endIn is how long Run may take to write what is left when it ends.
const endIn = 10 * time.Second

// Run makes a checkpoint now and then as often as every, if the log has grown,
// and writes counted failures once a minute. On a database with many writers it
// also numbers entries, several times a second, whenever no other program does,
// and once a minute says so if some wait for long. When ctx ends it does all of
// it a last time and returns. Faults go to the Logger; the next round tries
// again.
func (l *Log) Run(ctx context.Context, every time.Duration) {
	checkpoint, minute := time.NewTicker(every), time.NewTicker(countFor)
	defer checkpoint.Stop()
	defer minute.Stop()
	var sequence <-chan time.Time
	if !l.store.Serial() {
		t := time.NewTicker(sequenceEvery)
		defer t.Stop()
		sequence = t.C
	}
	l.run(ctx, checkpoint.C, minute.C, sequence)
}

func (l *Log) run(ctx context.Context, checkpoint, minute, sequence <-chan time.Time) {
	l.report(ctx, "checkpoint", l.sign(ctx))
	failing := false // numbering; told once a minute
	for {
		select {
		case <-sequence:
			err := l.sequence(ctx, false)
			if !failing {
				l.report(ctx, "numbering", err)
			}
			failing = err != nil
		case <-checkpoint:
			l.report(ctx, "checkpoint", l.sign(ctx))
		case <-minute:
			l.report(ctx, "counted failures", l.flush(ctx, countFor))
			l.report(ctx, "numbering", l.alarm(ctx))
			failing = false
		case <-ctx.Done():
			end, cancel := context.WithTimeout(context.WithoutCancel(ctx), endIn)
			defer cancel()
			l.report(end, "counted failures", l.Flush(end))
			l.report(end, "checkpoint", l.sign(end))
			return
		}
	}
}

func (l *Log) sign(ctx context.Context) error {
	_, err := l.Checkpoint(ctx)
	if models.CodeOf(err) == models.CodeNotFound {
		return nil // nothing to sign yet
	}
	return err
}

func (l *Log) report(ctx context.Context, what string, err error) {
	if err == nil || ctx.Err() != nil {
		return
	}
	logger := l.Logger
	if logger == nil {
		logger = slog.Default()
	}
	logger.ErrorContext(ctx, fmt.Sprintf("audit log: %s", what), "error", err)
}
