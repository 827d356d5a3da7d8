package vault

import (
	"bytes"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
)

const (
	fileFormat  = "znak-keys"
	fileVersion = 1
)

// document is the key file. Sum is the SHA-256 of Keys without white space: a
// damaged key must be noticed before anything is sealed with it.
type document struct {
	Format  string          `json:"format"`
	Version int             `json:"version"`
	Sum     string          `json:"sum"`
	Keys    json.RawMessage `json:"keys"`
}

// material is what the key file holds.
type material struct {
	Master     json.RawMessage `json:"master"`  // Tink AEAD key set; wraps data keys
	Index      json.RawMessage `json:"index"`   // Tink PRF key set; hashes for search
	Figures    json.RawMessage `json:"figures"` // Tink AEAD key set; seals fact rows
	Audit      []byte          `json:"audit"`   // HMAC key of the audit trail's digests
	Checkpoint checkpointKey   `json:"checkpoint"`
	Handover   []byte          `json:"handover"` // seed of the Ed25519 key that signs what the Centre gets
}

// checkpointKey signs the audit trail's checkpoints, in the encodings of
// golang.org/x/mod/sumdb/note.
type checkpointKey struct {
	Signer   string `json:"signer"`
	Verifier string `json:"verifier"`
}

// encode returns the text of a key file.
func (m material) encode() ([]byte, error) {
	inner, err := json.Marshal(m)
	if err != nil {
		return nil, errors.New("the keys cannot be written")
	}
	text, err := json.MarshalIndent(document{fileFormat, fileVersion, sumOf(inner), inner}, "", "  ")
	if err != nil {
		return nil, errors.New("the keys cannot be written")
	}
	return append(text, '\n'), nil
}

// decode reads the text of a key file. Its errors repeat nothing of the text.
func decode(text []byte) (material, error) {
	var head struct {
		Format  string `json:"format"`
		Version int    `json:"version"`
	}
	if json.Unmarshal(text, &head) != nil || head.Format != fileFormat {
		return material{}, errors.New("this is not a key file, or it is damaged")
	}
	if head.Version != fileVersion {
		return material{}, errors.New("its version is not one that this program knows; was it written by a newer one?")
	}
	var doc document
	if err := decodeStrict(text, &doc); err != nil {
		return material{}, err
	}
	var inner bytes.Buffer
	if json.Compact(&inner, doc.Keys) != nil ||
		subtle.ConstantTimeCompare([]byte(doc.Sum), []byte(sumOf(inner.Bytes()))) != 1 {
		return material{}, errors.New("it is damaged: its checksum does not fit")
	}
	var m material
	err := decodeStrict(inner.Bytes(), &m)
	return m, err
}

// decodeStrict refuses fields that into does not have, and anything after the
// value.
func decodeStrict(text []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if d.Decode(into) != nil {
		if json.Unmarshal(text, into) == nil {
			return errors.New("it has a field that this program does not know; was it written by a newer one?")
		}
		return errors.New("it is damaged")
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("it has something after its end")
	}
	return nil
}

func sumOf(inner []byte) string {
	sum := sha256.Sum256(inner)
	return hex.EncodeToString(sum[:])
}
