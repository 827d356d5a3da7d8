package backup

import (
	"archive/tar"
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"filippo.io/age"

	"znak/models"
)

// refuse is an archive that is not what it must be.
func refuse(format string, args ...any) error {
	return models.Errorf(models.CodeInvalid, "", "backup: "+format, args...)
}

// read checks an archive from its first byte to its last and gives each part to
// sink. Every fault of the file is CodeInvalid. What it gave out counts only
// when it returns nil.
func read(from io.Reader, identities []age.Identity, keys Digester, sink func(Part) (io.WriteCloser, error)) (Manifest, error) {
	opened, err := age.Decrypt(from, identities...)
	var none *age.NoIdentityMatchError
	switch {
	case errors.As(err, &none):
		return Manifest{}, refuse("it is encrypted to another identity than the one given")
	case err != nil:
		return Manifest{}, refuse("it is no backup, or it is damaged: %w", err)
	}
	t := tar.NewReader(opened)
	m, err := readManifest(t, keys)
	if err != nil {
		return m, err
	}
	for _, p := range m.Parts {
		if err := readPart(t, p, sink); err != nil {
			return m, err
		}
	}
	if h, err := t.Next(); !errors.Is(err, io.EOF) {
		return m, damaged(err, h)
	}
	if n, err := io.Copy(io.Discard, opened); err != nil || n > 0 {
		return m, refuse("something follows its end, or its end is damaged")
	}
	return m, nil
}

func damaged(err error, h *tar.Header) error {
	if err == nil {
		return refuse("it holds %q, which does not belong there", h.Name)
	}
	return refuse("it is damaged or cut off: %w", err)
}

func readManifest(t *tar.Reader, keys Digester) (m Manifest, err error) {
	text, err := readSmall(t, manifestName)
	if err != nil {
		return m, err
	}
	mac, err := readSmall(t, macName)
	if err != nil {
		return m, err
	}
	var head struct {
		Format  string `json:"format"`
		Version int    `json:"version"`
	}
	if json.Unmarshal(text, &head) != nil || head.Format != archiveFormat {
		return m, refuse("it is no backup of this portal")
	}
	if head.Version > archiveVersion {
		return m, refuse("a newer program made it (format %d): use that one", head.Version)
	}
	if !hmac.Equal(mac, manifestMAC(keys, text)) {
		return m, refuse("it was not made with this key file: bring back the key file of the installation that it is of")
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&m); err != nil {
		return m, refuse("its manifest cannot be read: %w", err)
	}
	return m, nil
}

func readSmall(t *tar.Reader, name string) ([]byte, error) {
	h, err := t.Next()
	if err != nil || h.Name != name || h.Size > maxManifest {
		if err == nil {
			return nil, refuse("it is no backup of this portal")
		}
		return nil, damaged(err, h)
	}
	data, err := io.ReadAll(t)
	if err != nil {
		return nil, damaged(err, h)
	}
	return data, nil
}

func readPart(t *tar.Reader, p Part, sink func(Part) (io.WriteCloser, error)) error {
	h, err := t.Next()
	if err != nil || h.Name != p.Name || h.Size != p.Size {
		return damaged(err, h)
	}
	to, err := sink(p)
	if err != nil {
		return err
	}
	sum := sha256.New()
	source := &reading{Reader: t}
	_, err = io.Copy(io.MultiWriter(sum, to), source)
	if closeErr := to.Close(); err == nil {
		err = closeErr
	}
	switch {
	case source.err != nil:
		return damaged(source.err, h)
	case err != nil:
		return fmt.Errorf("%s: %w", p.Name, err) // no room to write it, say
	case hex.EncodeToString(sum.Sum(nil)) != p.SHA256:
		return refuse("%s is not as its manifest says", p.Name)
	}
	return nil
}

// reading remembers a fault of what is read, to tell it from one of what is
// written.
type reading struct {
	io.Reader
	err error
}

func (r *reading) Read(b []byte) (int, error) {
	n, err := r.Reader.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		r.err = err
	}
	return n, err
}

// nowhere takes a part that is only looked at.
type nowhere struct{ io.Writer }

func (nowhere) Close() error { return nil }

func lookOnly(Part) (io.WriteCloser, error) { return nowhere{io.Discard}, nil }

// into writes parts to files of their own.
func into(dir string) func(Part) (io.WriteCloser, error) {
	return func(p Part) (io.WriteCloser, error) {
		if p.Name != databaseName && p.Name != LedgerName {
			return nil, refuse("it holds %q, which does not belong there", p.Name)
		}
		return os.OpenFile(filepath.Join(dir, p.Name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	}
}
