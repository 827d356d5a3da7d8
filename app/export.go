package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"filippo.io/age"

	"znak/models"
	"znak/models/htcds"
	"znak/models/referral"
	"znak/models/store"
)

// exportCmd groups the commands that write many referrals to a file.
type exportCmd struct {
	Htcds exportHtcdsCmd `cmd:"" help:"Write the closed referrals in the fields of IOM's Human Trafficking Case Data Standard, without names."`
}

type exportHtcdsCmd struct {
	installation
	File   string `arg:"" help:"File to write; a new one." type:"path"`
	Format string `enum:"csv,json," default:"" help:"csv or json; without it, what the file's name says before .age." placeholder:"FORMAT"`
	backupTo
	Plain bool `help:"Leave the file readable for whoever has it, even where a recipient is set."`
}

const actionHTCDS = "export-htcds"

// Run exports. It is logged as the operator's act, each reading and the whole,
// and shown to those who decide on who reads, before the file has anything in it.
func (c exportHtcdsCmd) Run(ctx context.Context, s streams) error {
	write, err := c.writer()
	if err != nil {
		return err
	}
	to, err := c.readers()
	if err != nil {
		return err
	}
	p, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer p.close()
	file, err := os.OpenFile(c.File, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return fmt.Errorf("%s is there already: choose another name", c.File)
	} else if err != nil {
		return err
	}
	n, digest, err := p.exportHTCDS(ctx, file, write, to)
	if err = errors.Join(err, file.Close()); err != nil {
		return errors.Join(err, os.Remove(c.File))
	}
	_, err = fmt.Fprintf(s.out, "Closed referrals: %d\nFile: %s\nDigest: %s\n", n, c.File, digest)
	return err
}

// writer is how cases are written.
func (c exportHtcdsCmd) writer() (func(io.Writer, []htcds.Row) error, error) {
	format := c.Format
	if format == "" {
		name := c.File
		if filepath.Ext(name) == ".age" {
			name = name[:len(name)-len(".age")]
		}
		format = filepath.Ext(name)
	}
	switch format {
	case "csv", ".csv":
		return htcds.CSV, nil
	case "json", ".json":
		return htcds.JSON, nil
	}
	return nil, errors.New("end the file's name in .csv or .json (or .csv.age, .json.age), or give --format")
}

// readers are whom the file is encrypted to; none when it is to stay readable.
func (c exportHtcdsCmd) readers() ([]age.Recipient, error) {
	switch {
	case c.Plain:
		return nil, nil
	case c.Recipient == "":
		return nil, errors.New("give --recipient (or ZNAK_BACKUP_RECIPIENT), the age public key that the file is encrypted to; or --plain to leave it readable")
	}
	return c.recipients()
}

// exportHTCDS writes the export into the file, durably, once it is on the audit
// trail. It returns how many referrals are in it, and the digest of the file.
func (p *portal) exportHTCDS(ctx context.Context, file *os.File, write func(io.Writer, []htcds.Row) error, to []age.Recipient) (n int, digest string, err error) {
	var content []byte
	err = p.store.Tx(ctx, func(tx *store.Tx) error {
		var rows []htcds.Row
		err := p.referrals.EachClosed(ctx, tx, operator, actionHTCDS, func(c *referral.Closed) error {
			row, err := htcds.RowOf(caseOf(c, p.location))
			rows = append(rows, row)
			return err
		})
		if err != nil {
			return err
		}
		if content, err = sealedFor(to, func(w io.Writer) error { return write(w, rows) }); err != nil {
			return err
		}
		n, digest = len(rows), fmt.Sprintf("sha256:%x", sha256.Sum256(content))
		e := models.AuditBy(operator, actionHTCDS)
		e.Object, e.Fields, e.Rule = digest, fmt.Sprintf("referrals:%d", n), "operator"
		return errors.Join(p.audit.Append(tx, e),
			tx.AddExport(store.Export{ID: models.NewID(), Kind: "htcds", Referrals: int64(n), Digest: digest, MadeBy: operator.ID}))
	})
	if err != nil {
		return 0, "", err
	}
	_, err = file.Write(content)
	return n, digest, errors.Join(err, file.Sync())
}

// sealedFor returns what fn writes, encrypted to the recipients, if there are any.
func sealedFor(to []age.Recipient, fn func(io.Writer) error) ([]byte, error) {
	var out bytes.Buffer
	if len(to) == 0 {
		err := fn(&out)
		return out.Bytes(), err
	}
	w, err := age.Encrypt(&out, to...)
	if err != nil {
		return nil, err
	}
	err = errors.Join(fn(w), w.Close())
	return out.Bytes(), err
}

// caseOf takes of a referral what an export may say.
func caseOf(c *referral.Closed, loc *time.Location) htcds.Case {
	out := htcds.Case{Sex: c.Content.Child.Sex, Citizenship: c.Content.Child.Citizenship, Forwarded: c.AtCentre(),
		Outcome: c.Outcome, HandedTo: c.HandedTo}
	if !c.ReceivedAt.IsZero() {
		out.Received = c.ReceivedAt.Time().In(loc).Format(time.DateOnly)
	}
	for id, a := range c.Content.Signs {
		if a.Answer.Noticed() {
			out.Signs = append(out.Signs, fmt.Sprintf("%s@%d:%s=%s", c.ChecklistID, c.ChecklistVersion, id, a.Answer))
		}
	}
	return out
}
