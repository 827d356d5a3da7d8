package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"znak/models"
	"znak/models/backup"
	"znak/models/vault"
)

type keysRotateCmd struct {
	installation
	Prepare  bool `help:"Only add the new master key, for it to be copied to every machine first."`
	OnlyHere bool `help:"No other machine works on this PostgreSQL database: nothing has to be prepared."`
}

// Run takes a new master key into use and wraps every data key anew.
func (c keysRotateCmd) Run(ctx context.Context, s streams) error {
	p, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer p.close()
	r := &backup.Rotation{Store: p.store, Vault: p.vault, Audit: p.audit, Now: time.Now, Progress: progress(s)}
	if c.Prepare {
		id, err := r.Prepare(ctx, operator)
		if err == nil {
			_, err = fmt.Fprintf(s.out, "Master key %08x is in %s and not in use yet.\nCopy the key file to every machine, make a new escrow copy (znak keys escrow), then run znak keys rotate.\n", id, c.place().keys)
		}
		return err
	}
	r.Prepared = !p.store.Serial() && !c.OnlyHere
	id, n, err := r.Rotate(ctx, operator)
	if errors.Is(err, backup.ErrNotPrepared) {
		return fmt.Errorf("%w. For a new one run znak keys rotate --prepare and copy the key file to every machine first, or they could not open what it wraps; on a single machine add --only-here", err)
	}
	if err != nil {
		return fmt.Errorf("%w (run it again: it goes on where it stopped)", err)
	}
	_, err = fmt.Fprintf(s.out, "Master key %08x wraps everything now; %d data keys were wrapped anew.\nNext: copy the key file to every machine, make a new escrow copy (znak keys escrow) and store it elsewhere.\nAfter an hour: znak keys retire.\n", id, n)
	return err
}

// progress prints a line each tenth of the way.
func progress(s streams) func(done, all int64) {
	said := int64(0)
	return func(done, all int64) {
		if tenth := done * 10 / max(all, 1); tenth > said {
			said = tenth
			fmt.Fprintf(s.out, "Wrapped anew: %d of %d data keys\n", done, all)
		}
	}
}

type keysRetireCmd struct{ installation }

// Run destroys master keys that wrap nothing any more.
func (c keysRetireCmd) Run(ctx context.Context, s streams) error {
	p, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer p.close()
	r := &backup.Rotation{Store: p.store, Vault: p.vault, Audit: p.audit, Now: time.Now}
	ids, err := r.Retire(ctx, operator)
	for _, id := range ids {
		fmt.Fprintf(s.out, "Master key %08x is destroyed.\n", id)
	}
	if err != nil {
		return err
	}
	if len(ids) == 0 {
		_, err = fmt.Fprintln(s.out, "There is no older master key.")
		return err
	}
	_, err = fmt.Fprintln(s.out, "Backups from before the rotation open only with an escrow copy of their time. Copy the key file to every machine.")
	return err
}

type keysEscrowCmd struct {
	installation
	File string `arg:"" type:"path" help:"File to write; it must not be there."`
}

// Run makes a new escrow copy of the key file.
func (c keysEscrowCmd) Run(ctx context.Context, s streams) error {
	at := c.place()
	keys, err := vault.Open(at.keys)
	if err != nil {
		return at.fault("ZNAK_KEYS_FILE", err)
	}
	passphrase, err := passphraseFor(newAsker(s), true)
	if err != nil {
		return err
	}
	if err := keys.Escrow(c.File, passphrase, vault.EscrowWork); err != nil {
		return err
	}
	p, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer p.close()
	var ids []string
	for _, id := range keys.MasterKeys() {
		ids = append(ids, fmt.Sprintf("%08x", id))
	}
	e := models.AuditBy(operator, "escrow")
	e.Object, e.Rule = "keys:"+strings.Join(ids, ","), string(operator.Role)
	if err := p.audit.Record(ctx, e); err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, "Escrow copy of the keys, sealed with the passphrase: %s\nStore it outside this machine, and the passphrase apart from it.\n", c.File)
	return err
}
