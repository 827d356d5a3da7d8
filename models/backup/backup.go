package backup

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"filippo.io/age"

	"znak/models"
	"znak/models/audit"
	"znak/models/store"
	"znak/models/vault"
)

// Backup makes encrypted copies of an installation, while it serves.
type Backup struct {
	Store   *store.Store
	Vault   *vault.Vault
	Audit   *audit.Log
	Ledger  *Ledger
	Dir     string // of the installation; the plain copy lies in it for a while
	Program string
	Now     func() time.Time
}

// Made is a backup that was made.
type Made struct {
	Manifest
	Size   int64
	SHA256 []byte
	// Unsigned is why it holds no checkpoint of the audit log: the log does not
	// hold, and somebody must look. nil when it does.
	Unsigned error
}

// ParseRecipients reads age public keys, by commas or blanks.
func ParseRecipients(text string) (out []age.Recipient, err error) {
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' || r == '\n' || r == '\t' }) {
		r, err := age.ParseX25519Recipient(word)
		if err != nil {
			return nil, models.Errorf(models.CodeInvalid, "", "not a public key of age (age1…; age-keygen makes one)")
		}
		out = append(out, r)
	}
	return out, nil
}

// Make writes a backup to a new file, which only its owner may read. It is on
// the audit log before the copy is made, so every copy holds the entry of its
// own making, and its outcome afterwards. When Make returns nil the file is on
// the disk under its name and was read back, decrypted and checked to its last
// byte. Returns fs.ErrExist for a file that is there.
func (b *Backup) Make(ctx context.Context, by models.Actor, file string, recipients []age.Recipient) (Made, error) {
	if len(recipients) == 0 {
		return Made{}, models.Errorf(models.CodeInvalid, "", "no recipient: set ZNAK_BACKUP_RECIPIENT to the public key of age (age-keygen makes one)")
	}
	if _, err := os.Lstat(file); err == nil {
		return Made{}, fmt.Errorf("%s: %w, and is never overwritten", file, os.ErrExist)
	}
	m := Made{Manifest: Manifest{Format: archiveFormat, Version: archiveVersion, ID: models.NewID(), At: b.Now().UTC(),
		Program: b.Program, Database: b.Store.Kind()}}
	begun := models.AuditBy(by, "backup")
	begun.Object, begun.Rule = "backup:"+m.ID, "begun"
	if err := b.Audit.Record(ctx, begun); err != nil {
		return m, err
	}
	err := b.make(ctx, file, recipients, &m)
	end := models.AuditBy(by, "backup")
	end.Object, end.Rule, end.Digest = "backup:"+m.ID, "finished", m.SHA256
	if err != nil {
		end.Outcome = models.AuditFailed
	}
	return m, errors.Join(err, b.Audit.Record(context.WithoutCancel(ctx), end))
}

func (b *Backup) make(ctx context.Context, file string, recipients []age.Recipient, m *Made) error {
	if err := Sweep(b.Dir); err != nil {
		return err
	}
	dir, done, err := workplace(b.Dir)
	if err != nil {
		return err
	}
	defer done()
	before, err := b.Audit.Checkpoint(ctx)
	if models.CodeOf(err) == models.CodeInternal {
		m.Unsigned = err
	} else if err != nil {
		return err
	}
	look := func(s *store.Snapshot) error { return b.look(ctx, s, before, m) }
	if err := b.Store.Copy(ctx, filepath.Join(dir, databaseName), look); err != nil {
		return err
	}
	if err := b.parts(dir, m); err != nil {
		return err
	}
	return b.seal(file, dir, recipients, m)
}

// look takes from the view that is copied what the manifest says of it.
func (b *Backup) look(ctx context.Context, s *store.Snapshot, before []byte, m *Made) (err error) {
	if m.Schema, err = store.SchemaNeeded(); err != nil {
		return err
	}
	if m.Audit, err = b.Audit.Head(ctx, s); err != nil {
		return err
	}
	if m.Unsigned == nil {
		signed, _, err := b.Audit.Sign(ctx, s, before)
		if m.Checkpoint, m.Unsigned = string(signed), err; err != nil {
			m.Checkpoint = ""
		}
	}
	for _, id := range b.Vault.MasterKeys() {
		for _, k := range store.WrappedKinds {
			n, _, err := s.CountWrapped(ctx, k, vault.WrapMark(id))
			if err != nil {
				return err
			}
			if n > 0 {
				m.MasterKeys = append(m.MasterKeys, id)
				break
			}
		}
	}
	return nil
}

// parts measures the copy and puts the ledger of erasures beside it.
func (b *Backup) parts(dir string, m *Made) error {
	lines, err := b.Ledger.Lines()
	if err != nil {
		return err
	}
	var text bytes.Buffer
	for _, l := range lines {
		text.WriteString(b.Ledger.encode(l))
	}
	if err := os.WriteFile(filepath.Join(dir, LedgerName), text.Bytes(), 0o600); err != nil {
		return err
	}
	for _, name := range []string{databaseName, LedgerName} {
		p, err := partOf(dir, name)
		if err != nil {
			return err
		}
		m.Parts = append(m.Parts, p)
	}
	return nil
}

// seal writes the file under another name, reads it back, and only then gives
// it its own. It is encrypted to one more identity, which only this call knows
// and then forgets: so it can be opened and checked on writing.
func (b *Backup) seal(file, dir string, recipients []age.Recipient, m *Made) error {
	own, err := age.GenerateX25519Identity()
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(file), "."+filepath.Base(file)+".part-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // does nothing once it has its name
	sum := sha256.New()
	err = write(io.MultiWriter(f, sum), append(recipients[:len(recipients):len(recipients)], own.Recipient()), b.Vault, m.Manifest, dir)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	m.SHA256 = sum.Sum(nil)
	if m.Size, err = b.readBack(f.Name(), own, m); err != nil {
		return fmt.Errorf("the backup was written, but does not read back: %w", err)
	}
	return place(f.Name(), file)
}

func (b *Backup) readBack(path string, own age.Identity, m *Made) (int64, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	sum := sha256.New()
	got, err := read(io.TeeReader(f, sum), []age.Identity{own}, b.Vault, lookOnly)
	if err != nil {
		return 0, err
	}
	if got.ID != m.ID || !bytes.Equal(sum.Sum(nil), m.SHA256) {
		return 0, errors.New("other bytes are read than were written")
	}
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}
