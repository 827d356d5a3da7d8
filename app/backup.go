package main

import (
	"context"
	"fmt"
	"time"

	"filippo.io/age"

	"znak/models/backup"
)

// backupTo is whom backups are encrypted to.
type backupTo struct {
	Recipient string `env:"ZNAK_BACKUP_RECIPIENT" help:"Public key of age that backups are encrypted to; several by commas." placeholder:"age1…"`
}

func (b backupTo) recipients() ([]age.Recipient, error) {
	to, err := backup.ParseRecipients(b.Recipient)
	if err != nil {
		return nil, fmt.Errorf("ZNAK_BACKUP_RECIPIENT: %s", message(err))
	}
	return to, nil
}

type backupCmd struct {
	installation
	backupTo
	File string `arg:"" type:"path" help:"File to write; it must not be there."`
}

// Run makes a backup, while the portal serves.
func (c backupCmd) Run(ctx context.Context, s streams) error {
	to, err := c.recipients()
	if err != nil {
		return err
	}
	p, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer p.close()
	at := c.place()
	b := &backup.Backup{Store: p.store, Vault: p.vault, Audit: p.audit, Ledger: backup.NewLedger(at.dir, p.vault), Dir: at.dir, Program: version, Now: time.Now}
	m, err := b.Make(ctx, operator, c.File, to)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, "Backup %s: %s, %d bytes, read back and whole.\nThe log in it: %d entries, root %s\n", m.ID, c.File, m.Size, m.Audit.Size, m.Audit.Root)
	if err == nil && m.Unsigned != nil {
		fmt.Fprintf(s.err, "The backup is whole, but the audit log does NOT continue its newest checkpoint: run znak audit verify. (%s)\n", message(m.Unsigned))
		err = errCheck
	}
	return err
}
