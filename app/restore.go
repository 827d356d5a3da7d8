package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"filippo.io/age"

	"znak/models/audit"
	"znak/models/backup"
	"znak/models/vault"
)

type restoreCmd struct {
	installation
	File         string   `arg:"" type:"existingfile" help:"The backup."`
	Identity     string   `required:"" type:"existingfile" help:"File with the age identity that opens it." placeholder:"FILE"`
	Checkpoint   []string `type:"existingfile" help:"A checkpoint of the audit log that somebody else kept; may be given more than once." placeholder:"FILE"`
	Erasures     []string `type:"existingfile" help:"A copy of the ledger of erasures that was kept elsewhere; may be given more than once." placeholder:"FILE"`
	AcceptLoss   bool     `help:"Go on although entries that checkpoints sign are not in the backup. The log says so for ever."`
	DespiteFault bool     `help:"Bring it back although its audit log does not hold."`
}

// Run restores into an empty place.
func (c restoreCmd) Run(ctx context.Context, s streams) error {
	at := c.place()
	keys, err := vault.Open(at.keys)
	if errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("%w: a backup holds no keys; bring the installation's own back with znak keys recover", err)
	}
	if err != nil {
		return at.fault("ZNAK_KEYS_FILE", err)
	}
	identities, err := readIdentities(c.Identity)
	if err != nil {
		return err
	}
	held, err := readAll(c.Checkpoint)
	if err != nil {
		return err
	}
	r := &backup.Restore{Vault: keys, Target: at.database, Dir: at.dir, Program: version, Now: time.Now,
		Checkpoints: held, Ledgers: c.Erasures, AcceptLoss: c.AcceptLoss, DespiteFault: c.DespiteFault}
	out, err := r.Run(ctx, operator, c.File, identities)
	if errors.Is(err, audit.ErrLoss) {
		again := ""
		if !strings.HasPrefix(at.database, "sqlite:") {
			again = " (first drop this database, which holds a part, and make a new one)"
		}
		return fmt.Errorf("checkpoints outside sign the log's entries %d to %d, which are not in this backup of %s. Look for a newer backup or a replica; if there is none, add --accept-loss%s: the log will say so for ever",
			out.Mark.Kept+1, out.Mark.Lost, out.At.Format(time.RFC3339), again)
	}
	if err != nil {
		return err
	}
	return c.told(s, out)
}

// told says what came back and what did not.
func (c restoreCmd) told(s streams, out backup.Restored) error {
	fmt.Fprintf(s.out, "Restored: backup %s of %s, made by znak %s.\n", out.ID, out.At.Format(time.RFC3339), out.Program)
	if out.Mark.Lost > out.Mark.Kept {
		fmt.Fprintf(s.out, "LOST: what entries %d to %d of the log say was done after the backup. Ask those who worked then.\n", out.Mark.Kept+1, out.Mark.Lost)
	}
	for _, ref := range out.Erased {
		fmt.Fprintf(s.out, "Erased again: %s\n", ref)
	}
	fmt.Fprintln(s.out, "Everybody has to sign in again. Accounts that were closed since the backup are open again, and tokens that were revoked count again: look through them (znak token list) before you start the portal.")
	err := printReport(s, out.Report)
	if err == nil && !out.Report.OK {
		err = errCheck
	}
	return err
}

func readIdentities(path string) ([]age.Identity, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	identities, err := age.ParseIdentities(f)
	if err != nil {
		return nil, fmt.Errorf("%s is no identity file of age (age-keygen makes one; open one with a passphrase by age -d first)", path)
	}
	return identities, nil
}

func readAll(files []string) (out [][]byte, err error) {
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		out = append(out, data)
	}
	return out, nil
}
