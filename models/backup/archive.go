package backup

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"time"

	"filippo.io/age"

	"znak/models/audit"
)

// An archive is a tar stream, encrypted in the age format: first the manifest
// and its authenticator, then each part that it names, and nothing else. age
// notices a byte that was changed and an end that was cut off; the
// authenticator, that somebody else made it, which anybody can who knows whom it
// is encrypted to.

const (
	archiveFormat  = "znak-backup"
	archiveVersion = 1

	manifestName = "manifest.json"
	macName      = "manifest.mac"
	databaseName = "database"
	maxManifest  = 1 << 20
)

// Manifest says what an archive holds.
type Manifest struct {
	Format     string       `json:"format"`
	Version    int          `json:"version"`
	ID         string       `json:"id"`
	At         time.Time    `json:"at"`
	Program    string       `json:"program"`
	Database   string       `json:"database"` // sqlite or postgres
	Schema     int64        `json:"schema"`
	Parts      []Part       `json:"parts"`
	Audit      audit.Signed `json:"audit"`                // the log in it
	Checkpoint string       `json:"checkpoint,omitempty"` // of just that log; "" when the log did not hold
	MasterKeys []uint32     `json:"master_keys"`          // those that something in it is wrapped by
}

// Part is a file in an archive.
type Part struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// partOf measures a file.
func partOf(dir, name string) (Part, error) {
	f, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		return Part{}, err
	}
	defer f.Close()
	h := sha256.New()
	n, err := io.Copy(h, f)
	return Part{Name: name, Size: n, SHA256: hex.EncodeToString(h.Sum(nil))}, err
}

func manifestMAC(keys Digester, text []byte) []byte {
	return keys.Digest([]byte("znak backup manifest"), text)
}

// write writes an archive of the parts, which lie in dir.
func write(to io.Writer, recipients []age.Recipient, keys Digester, m Manifest, dir string) error {
	sealed, err := age.Encrypt(to, recipients...)
	if err != nil {
		return err
	}
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	t := tar.NewWriter(sealed)
	for _, small := range []struct {
		name string
		data []byte
	}{{manifestName, text}, {macName, manifestMAC(keys, text)}} {
		if err := entry(t, small.name, int64(len(small.data)), bytes.NewReader(small.data)); err != nil {
			return err
		}
	}
	for _, p := range m.Parts {
		f, err := os.Open(filepath.Join(dir, p.Name))
		if err != nil {
			return err
		}
		if err := errors.Join(entry(t, p.Name, p.Size, f), f.Close()); err != nil {
			return err
		}
	}
	return errors.Join(t.Close(), sealed.Close())
}

func entry(t *tar.Writer, name string, size int64, from io.Reader) error {
	if err := t.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: size, Format: tar.FormatPAX}); err != nil {
		return err
	}
	_, err := io.Copy(t, from)
	return err
}
