package main

import (
	"context"
	"errors"
	"fmt"

	"znak/models/audit"
)

// printRestored says where the log goes on from a copy.
func printRestored(s streams, list []audit.Restored) error {
	for _, r := range list {
		text := "nothing is known to be lost"
		if r.Lost > r.Kept {
			text = fmt.Sprintf("entries %d to %d of the log of before are lost", r.Kept+1, r.Lost)
		}
		if _, err := fmt.Fprintf(s.out, "Restored from a copy at entry %d: %s.\n", r.Seq, text); err != nil {
			return err
		}
	}
	return nil
}

type auditRestoredCmd struct {
	installation
	Checkpoint []string `type:"existingfile" help:"A checkpoint that somebody else kept; may be given more than once." placeholder:"FILE"`
	AcceptLoss bool     `help:"Go on although entries that checkpoints sign are gone. The log says so for ever."`
}

// Run says on the log that the database was brought back by other means than
// znak restore.
func (c auditRestoredCmd) Run(ctx context.Context, s streams) error {
	held, err := readAll(c.Checkpoint)
	if err != nil {
		return err
	}
	p, err := c.openAny(ctx)
	if err != nil {
		return err
	}
	defer p.close()
	r, err := p.audit.MarkRestored(ctx, operator, "", c.AcceptLoss, audit.Options{Checkpoints: held})
	if errors.Is(err, audit.ErrLoss) {
		return fmt.Errorf("checkpoints sign entries up to %d, and %d are here. If no newer copy can be had, add --accept-loss: the log will say so for ever", r.Lost, r.Kept)
	}
	if err != nil {
		return err
	}
	return auditVerifyCmd{installation: c.installation, Checkpoint: c.Checkpoint}.Run(ctx, s)
}
