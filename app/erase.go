package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"znak/models"
	"znak/models/backup"
)

type eraseCmd struct {
	installation
	Ref    string `arg:"" optional:"" help:"Reference number of the referral."`
	Reason string `help:"retention, court-order, data-subject or mistake." placeholder:"CODE"`
	Yes    bool   `help:"Do not ask."`
	Open   bool   `help:"Also if somebody still has to act on it: without this, a referral that is not closed is always asked about."`
	Resume bool   `help:"End the erasures that are on the ledger, and nothing else."`
}

// Run erases one referral for good.
func (c eraseCmd) Run(ctx context.Context, s streams) error {
	p, err := c.installation.open(ctx)
	if err != nil {
		return err
	}
	defer p.close()
	e := p.eraser(c.place())
	refs, err := e.Resume(ctx, operator)
	for _, ref := range refs {
		fmt.Fprintf(s.out, "Ended: the erasure of %s\n", ref)
	}
	if err != nil {
		return err
	}
	if c.Resume {
		if len(refs) == 0 {
			fmt.Fprintln(s.out, "Nothing to end.")
		}
		return clean(s, p.store.Scrub(ctx))
	}
	return c.erase(ctx, s, e)
}

func (c eraseCmd) erase(ctx context.Context, s streams, e *backup.Eraser) error {
	ref, ok := models.ParseReference(c.Ref)
	if !ok {
		return fmt.Errorf("%q is not a reference number: its check character does not fit", c.Ref)
	}
	r, err := e.Target(ctx, operator, ref, models.Reason(c.Reason))
	if err != nil {
		return err
	}
	if err := c.confirm(s, r); err != nil {
		return err
	}
	done, err := e.Erase(ctx, operator, ref, models.Reason(c.Reason))
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "Erased: %s. Its content is gone for good; its course, the figures and the trail stand.\nCopy the ledger elsewhere, with the checkpoints. Older backups hold it until they are destroyed.\n", done.Ref)
	return clean(s, done.Unclean)
}

// confirm has the reference typed, so that no slip erases another referral.
func (c eraseCmd) confirm(s streams, r *models.Referral) error {
	if backup.Open(r) {
		fmt.Fprintf(s.err, "%s is NOT closed (%s): somebody still has to act on it, and nobody will.\n", r.Ref, r.State)
	}
	if c.Yes && (c.Open || !backup.Open(r)) {
		return nil
	}
	answer, err := newAsker(s).line("What the referral says will be gone for good. Type its reference number to erase it: ")
	if typed, ok := models.ParseReference(answer); err != nil || !ok || typed != r.Ref {
		return errors.New("not confirmed: nothing was erased")
	}
	return nil
}

// clean says when deleted bytes may still stand in the database's own files.
func clean(s streams, unclean error) error {
	if unclean == nil {
		return nil
	}
	fmt.Fprintf(s.err, "It is erased, but the database keeps the deleted bytes for a while: %s. docs/operations.md says what to do.\n", message(unclean))
	return nil
}

func (p *portal) eraser(at place) *backup.Eraser {
	return &backup.Eraser{Store: p.store, Audit: p.audit, Ledger: backup.NewLedger(at.dir, p.vault), Now: time.Now}
}

// settleBefore ends what was cut short before the portal serves.
func (p *portal) settleBefore(ctx context.Context, at place, log *slog.Logger) error {
	if err := backup.Sweep(at.dir); err != nil {
		log.Warn("plain copies of a backup that was cut short cannot be removed", "error", err)
	}
	refs, err := p.eraser(at).Resume(ctx, models.System())
	for _, ref := range refs {
		log.Info("an erasure was cut short and is ended", "ref", ref)
	}
	if err == nil && len(refs) > 0 {
		if err := p.store.Scrub(ctx); err != nil {
			log.Warn("the database keeps deleted bytes for a while", "error", err)
		}
	}
	return err
}
