package backup

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"znak/models"
	"znak/models/audit"
	"znak/models/store"
)

// finish makes the loaded database one that the portal can go on with.
func (r *Restore) finish(ctx context.Context, by models.Actor, s *store.Store, dir string, out *Restored) error {
	log := audit.New(s, r.Vault, r.Program, r.Dir, r.Now)
	if err := r.sameLog(ctx, s, log, out.Manifest); err != nil {
		return err
	}
	ledger := NewLedger(r.Dir, r.Vault)
	lines, err := r.lines(ledger, dir)
	if err != nil {
		return err
	}
	o := audit.Options{Checkpoints: r.Checkpoints, Erased: IDs(lines)}
	if out.Checkpoint != "" {
		o.Checkpoints = append(o.Checkpoints[:len(o.Checkpoints):len(o.Checkpoints)], []byte(out.Checkpoint))
	}
	out.Mark, err = log.MarkRestored(ctx, by, "backup:"+out.ID, r.AcceptLoss, o)
	if err != nil && (!r.DespiteFault || models.CodeOf(err) != models.CodeConflict) {
		return err
	}
	if err := s.Tx(ctx, func(tx *store.Tx) error { return tx.EndAllSessions() }); err != nil {
		return err
	}
	if err := ledger.Merge(lines); err != nil {
		return err
	}
	eraser := &Eraser{Store: s, Audit: log, Ledger: ledger, Now: r.Now}
	if out.Erased, err = eraser.Resume(ctx, by); err != nil {
		return err
	}
	return r.verify(ctx, s, log, o, out)
}

func (r *Restore) verify(ctx context.Context, s *store.Store, log *audit.Log, o audit.Options, out *Restored) (err error) {
	if err := errors.Join(s.Scrub(ctx), log.Settle(ctx)); err != nil {
		return err
	}
	if out.Report, err = log.Verify(ctx, o); err != nil {
		return err
	}
	if !out.Report.OK && !r.DespiteFault {
		f := out.Report.Fault
		return refuse("its audit log does not hold (%s, entry %d %s): nothing was put in place", f.Kind, f.Seq, f.Ref)
	}
	if out.Checkpoint == "" {
		return nil
	}
	return log.Keep([]byte(out.Checkpoint))
}

// sameLog refuses a database whose log is not the one that the manifest names.
func (r *Restore) sameLog(ctx context.Context, s *store.Store, log *audit.Log, m Manifest) error {
	return s.Snapshot(ctx, func(v *store.Snapshot) error {
		have, err := log.Head(ctx, v)
		if err == nil && have != m.Audit {
			err = refuse("its audit log is not the one that its manifest names")
		}
		return err
	})
}

// lines puts together every ledger of erasures that there is.
func (r *Restore) lines(ledger *Ledger, dir string) (all []Line, err error) {
	if all, err = ledger.Lines(); err != nil {
		return nil, err
	}
	for _, path := range append([]string{filepath.Join(dir, LedgerName)}, r.Ledgers...) {
		more, err := ledger.ReadFile(path)
		if err != nil {
			return nil, err
		}
		all = append(all, more...)
	}
	return all, nil
}

// settle gives a SQLite file its place.
func (r *Restore) settle(dir string) error {
	path := r.path()
	if path == "" {
		return nil
	}
	from := filepath.Join(dir, databaseName)
	if _, err := os.Lstat(from + "-wal"); err == nil {
		return fmt.Errorf("%s was not written to the end", from)
	}
	if err := syncFile(from); err != nil {
		return err
	}
	return place(from, path)
}

// unfinished says what is left in a server's database when it cannot be gone on
// with.
func (r *Restore) unfinished(err error) error {
	if r.path() != "" {
		return err
	}
	return fmt.Errorf("%w. The database holds a part, on which no program serves: drop it, and make a new one to try again", err)
}
