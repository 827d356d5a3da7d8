package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"znak/models"
	"znak/models/audit"
	"znak/models/backup"
)

// auditCmd groups the commands on the audit log.
type auditCmd struct {
	Verify     auditVerifyCmd     `cmd:"" help:"Re-read the whole log, every referral and the checkpoints kept outside; exit 1 and name the first fault when anything was altered, removed or inserted."`
	Checkpoint auditCheckpointCmd `cmd:"" help:"Sign a checkpoint of the log as it is now and print it."`
	Prove      auditProveCmd      `cmd:"" help:"Write a self-contained proof that a referral's entries are in the log."`
	Key        auditKeyCmd        `cmd:"" help:"Print the log's verifier key, for those who check proofs and checkpoints."`
	Restored   auditRestoredCmd   `cmd:"" help:"Say on the log, for ever, that the database was brought back from a copy by other means than znak restore."`
	Check      auditCheckCmd      `cmd:"" help:"Check a proof, offline, against a key that you already have."`
}

// installation says which installation a command acts on.
type installation struct {
	Dir      string `help:"Folder of an embedded installation (DIR/znak.db, DIR/keys.json), a demo's included." placeholder:"DIR"`
	Database string `env:"ZNAK_DATABASE_URL" default:"sqlite:data/znak.db" help:"Address of the database."`
	Keys     string `env:"ZNAK_KEYS_FILE" default:"data/keys.json" help:"Path of the key file."`
	Timezone string `env:"ZNAK_TIMEZONE" default:"Europe/Belgrade" help:"Where days and working hours are counted."`
}

// place is where the installation is. The checkpoints lie beside the database
// where that is a file, else beside the key file.
func (i installation) place() place {
	at := placeIn(i.Dir)
	if i.Dir == "" {
		at = place{database: i.Database, keys: i.Keys, dir: filepath.Dir(i.Keys), settings: true}
		if path, ok := strings.CutPrefix(i.Database, "sqlite:"); ok {
			at.dir = filepath.Dir(path)
		}
	}
	at.zone = i.Timezone
	return at
}

// open opens it for acts. It refuses a database that is an older copy until
// somebody has said so.
func (i installation) open(ctx context.Context) (*portal, error) {
	p, err := i.openAny(ctx)
	if err != nil {
		return nil, err
	}
	if err := p.audit.Continues(ctx); err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

// openAny opens it to be looked at, or to say what it is.
func (i installation) openAny(ctx context.Context) (*portal, error) {
	return open(ctx, i.place(), time.Now)
}

type auditVerifyCmd struct {
	installation
	JSON       bool     `help:"Print the report as JSON."`
	Checkpoint []string `help:"A checkpoint that somebody else kept; may be given more than once." type:"existingfile" placeholder:"FILE"`
}

// Run verifies and prints the report.
func (c auditVerifyCmd) Run(ctx context.Context, s streams) error {
	var o audit.Options
	for _, file := range c.Checkpoint {
		data, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		o.Checkpoints = append(o.Checkpoints, data)
	}
	p, err := c.openAny(ctx)
	if err != nil {
		return err
	}
	defer p.close()
	lines, err := backup.NewLedger(c.place().dir, p.vault).Lines()
	if err != nil {
		return err
	}
	o.Erased = backup.IDs(lines)
	r, err := p.audit.Verify(ctx, o)
	if err != nil {
		return err
	}
	if c.JSON {
		err = json.NewEncoder(s.out).Encode(r)
	} else {
		err = printReport(s, r)
	}
	if err == nil && !r.OK {
		err = errCheck
	}
	return err
}

func printReport(s streams, r audit.Report) error {
	if err := printRestored(s, r.Restored); err != nil {
		return err
	}
	if r.OK {
		_, err := fmt.Fprintf(s.out, "The log holds: %d entries, %d waiting for a number.\nNewest checkpoint: %d entries, root %s\n",
			r.Entries, r.Pending, r.Checkpoint.Size, r.Checkpoint.Root)
		return err
	}
	_, err := fmt.Fprintf(s.err, "The log does NOT hold: %s", r.Fault.Kind)
	if err == nil && r.Fault.Seq > 0 {
		_, err = fmt.Fprintf(s.err, ", entry %d", r.Fault.Seq)
	}
	if err == nil && r.Fault.Ref != "" {
		_, err = fmt.Fprintf(s.err, ", referral %s", r.Fault.Ref)
	}
	if err == nil {
		_, err = fmt.Fprintf(s.err, " (of %d entries)\n", r.Entries)
	}
	return err
}

type auditCheckpointCmd struct{ installation }

// Run signs a checkpoint, keeps it beside the others and prints it.
func (c auditCheckpointCmd) Run(ctx context.Context, s streams) error {
	p, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer p.close()
	text, err := p.audit.Checkpoint(ctx)
	if err != nil {
		return err
	}
	_, err = s.out.Write(text)
	return err
}

type auditKeyCmd struct{ installation }

// Run prints the verifier key.
func (c auditKeyCmd) Run(ctx context.Context, s streams) error {
	p, err := c.openAny(ctx)
	if err != nil {
		return err
	}
	defer p.close()
	_, err = fmt.Fprintln(s.out, p.vault.VerifierKey())
	return err
}

type auditProveCmd struct {
	installation
	Ref string `arg:"" help:"Reference number of the referral."`
	Out string `help:"File to write; standard output when not given." placeholder:"FILE" type:"path"`
}

// Run writes the proof; that it was made is on the log.
func (c auditProveCmd) Run(ctx context.Context, s streams) error {
	ref, ok := models.ParseReference(c.Ref)
	if !ok {
		return fmt.Errorf("%s is not a reference number: its check character does not fit", c.Ref)
	}
	p, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer p.close()
	proof, err := p.audit.Prove(ctx, operator, ref)
	if models.CodeOf(err) == models.CodeNotFound {
		return fmt.Errorf("there is no referral %s", ref)
	}
	if err != nil {
		return err
	}
	e := models.AuditBy(operator, "proof")
	e.ReferralID = p.store.ReferralID(ctx, ref)
	if err := p.audit.Record(ctx, e); err != nil {
		return err
	}
	if c.Out == "" {
		_, err = s.out.Write(proof)
		return err
	}
	return os.WriteFile(c.Out, proof, 0o600)
}

type auditCheckCmd struct {
	File string `arg:"" type:"existingfile" help:"The proof."`
	Vkey string `required:"" help:"The log's verifier key, as you hold it already." placeholder:"KEY"`
}

// Run checks the proof without any database.
func (c auditCheckCmd) Run(s streams) error {
	data, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	r, err := audit.Check(data, c.Vkey)
	if err != nil {
		fmt.Fprintln(s.err, "The proof does NOT hold:", message(err))
		return errCheck
	}
	return printResult(s, r)
}

func printResult(s streams, r audit.Result) error {
	if _, err := fmt.Fprintf(s.out, "The proof holds: %d entries of %s are in the log of %d entries with root %s\n",
		len(r.Entries), r.Ref, r.Checkpoint.Size, r.Checkpoint.Root); err != nil {
		return err
	}
	for _, e := range r.Entries {
		if _, err := fmt.Fprintf(s.out, "%8d  %s  %-9s %-24s %-12s %s\n", e.Seq, e.At.Time().Format(time.RFC3339), e.Outcome, e.Action, e.ActorRole, e.State); err != nil {
			return err
		}
	}
	return nil
}
