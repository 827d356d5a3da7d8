package vault

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"golang.org/x/mod/sumdb/note"
)

// Vault is the portal's keys, open for use. It must not be copied.
type Vault struct {
	path   string // empty when the keys are in memory only
	shared bool
	change sync.Mutex // held by whoever replaces keys
	keys   atomic.Pointer[keys]
}

// Option changes how Open treats a key file.
type Option func(*Vault)

// AllowShared lets Open accept a key file that other users of the system may
// read, for systems that mount secrets so.
func AllowShared() Option { return func(v *Vault) { v.shared = true } }

// Generate makes a key file with new keys, readable by its owner alone, and
// the directory for it where that is missing. It never overwrites: the error
// for a file that exists is fs.ErrExist. When it returns nil, the file will
// survive a loss of power. Called by `znak setup` and the demo.
func Generate(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("vault: key file: %w", err)
	}
	m, err := newMaterial()
	if err != nil {
		return fmt.Errorf("vault: key file: %w", err)
	}
	return m.save(path)
}

// Open reads the key file at path. It refuses one that is damaged, has fields
// or a version that this program does not know, or may be read by other users;
// the error for a missing file is fs.ErrNotExist. No error holds key material.
func Open(path string, options ...Option) (*Vault, error) {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return nil, fmt.Errorf("vault: key file: %w", err)
	}
	v := &Vault{path: real}
	for _, o := range options {
		o(v)
	}
	k, err := load(v.path, v.shared)
	if err != nil {
		return nil, err
	}
	v.keys.Store(k)
	return v, nil
}

// NewMemory returns a vault with new keys that no file holds: what it seals is
// lost with it, unless Save is called. For tests and builders of examples.
func NewMemory() *Vault {
	m, err := newMaterial()
	if err != nil {
		panic("vault: " + err.Error()) // cannot happen: key templates are fixed
	}
	k, err := newKeys(m)
	if err != nil {
		panic("vault: " + err.Error()) // cannot happen: these keys were just made
	}
	v := new(Vault)
	v.keys.Store(k)
	return v
}

// Save writes the keys to a new key file. The vault itself goes on as before.
// It never overwrites: the error for a file that exists is fs.ErrExist.
func (v *Vault) Save(path string) error { return v.keys.Load().material.save(path) }

func (m material) save(path string) error {
	text, err := m.encode()
	if err == nil {
		err = createFile(path, text)
	}
	clear(text)
	if err != nil {
		return fmt.Errorf("vault: key file: %w", err)
	}
	return nil
}

// Signer signs the audit trail's checkpoints.
func (v *Vault) Signer() note.Signer { return v.keys.Load().signer }

// Verifier checks what Signer signed.
func (v *Vault) Verifier() note.Verifier { return v.keys.Load().verifier }

// VerifierKey returns the public key of checkpoints as text, for auditors to
// keep. It is no secret.
func (v *Vault) VerifierKey() string { return v.keys.Load().material.Checkpoint.Verifier }

// errOther is returned when the key file was replaced by another installation's.
var errOther = errors.New("it now holds the keys of another installation")

const redactedVault = "vault.Vault(redacted)"

// String hides the keys.
func (v *Vault) String() string { return redactedVault }

// GoString hides the keys.
func (v *Vault) GoString() string { return redactedVault }

// LogValue hides the keys.
func (v *Vault) LogValue() slog.Value { return slog.StringValue(redactedVault) }
