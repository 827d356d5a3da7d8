package vault

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"errors"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/prf"
	"golang.org/x/mod/sumdb/note"

	"znak/models"
)

const auditKeySize = 32

// newMaterial makes a full set of new keys.
func newMaterial() (m material, err error) {
	if m.Master, err = writeKeyset(keyset.NewHandle(aead.XChaCha20Poly1305KeyTemplate())); err != nil {
		return material{}, err
	}
	if m.Index, err = writeKeyset(keyset.NewHandle(prf.HMACSHA256PRFKeyTemplate())); err != nil {
		return material{}, err
	}
	if m.Figures, err = writeKeyset(keyset.NewHandle(aead.XChaCha20Poly1305KeyTemplate())); err != nil {
		return material{}, err
	}
	m.Audit = make([]byte, auditKeySize)
	rand.Read(m.Audit) // never fails: crypto/rand aborts the program instead
	m.Handover = make([]byte, ed25519.SeedSize)
	rand.Read(m.Handover)
	c := &m.Checkpoint
	c.Signer, c.Verifier, err = note.GenerateKey(rand.Reader, "znak/"+models.NewID())
	return m, err
}

func readKeyset(data []byte) (*keyset.Handle, error) {
	return insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(data)))
}

// writeKeyset returns the key set as compact JSON. It takes the results of the
// call that made the key set.
func writeKeyset(h *keyset.Handle, err error) (json.RawMessage, error) {
	if err != nil {
		return nil, errors.New("a key set cannot be made")
	}
	var b, compact bytes.Buffer
	if err := insecurecleartextkeyset.Write(h, keyset.NewJSONWriter(&b)); err != nil {
		return nil, errors.New("a key set cannot be written")
	}
	if err := json.Compact(&compact, b.Bytes()); err != nil {
		return nil, errors.New("a key set cannot be written")
	}
	return compact.Bytes(), nil
}
