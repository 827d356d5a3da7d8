package vault

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"os"
	"slices"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/prf"
	"github.com/tink-crypto/tink-go/v2/tink"
	"golang.org/x/mod/sumdb/note"
)

// keys is one reading of the key file, ready for use. It never changes: a
// rotation replaces it.
type keys struct {
	material material
	handle   *keyset.Handle // of master
	ids      []uint32       // of the master keys, the primary first
	master   tink.AEAD
	index    *prf.Set
	figures  tink.AEAD
	signer   note.Signer
	verifier note.Verifier
	handover ed25519.PrivateKey
	stamp    os.FileInfo // of the file it was read from; nil in memory
}

// newKeys checks the material and makes it ready. Its errors name the part
// that is wrong and repeat nothing of it.
func newKeys(m material) (*keys, error) {
	k := &keys{material: m}
	if err := k.readMaster(m.Master); err != nil {
		return nil, err
	}
	if err := k.readIndex(m.Index); err != nil {
		return nil, err
	}
	if h, err := readKeyset(m.Figures); err != nil {
		return nil, errors.New("the figures key cannot be read")
	} else if k.figures, err = aead.New(h); err != nil {
		return nil, errors.New("the figures key is not one for sealing")
	}
	if len(m.Audit) != auditKeySize {
		return nil, errors.New("the audit key has the wrong length")
	}
	if len(m.Handover) != ed25519.SeedSize {
		return nil, errors.New("the hand-over key has the wrong length")
	}
	k.handover = ed25519.NewKeyFromSeed(m.Handover)
	return k, k.readCheckpoint(m.Checkpoint)
}

func (k *keys) readMaster(data []byte) error {
	h, err := readKeyset(data)
	if err != nil {
		return errors.New("the master keys cannot be read")
	}
	if k.master, err = aead.New(h); err != nil {
		return errors.New("the master keys are not keys for sealing")
	}
	primary, err := h.Primary()
	if err != nil {
		return errors.New("the master keys have no primary")
	}
	k.handle, k.ids = h, []uint32{primary.KeyID()}
	for i := range h.Len() {
		if e, err := h.Entry(i); err == nil && !e.IsPrimary() {
			k.ids = append(k.ids, e.KeyID())
		}
	}
	probe, err := k.master.Encrypt(nil, nil)
	if id, ok := WrappedBy(probe); err != nil || !ok || id != k.ids[0] {
		return errors.New("the master keys do not mark what they seal")
	}
	return nil
}

func (k *keys) readIndex(data []byte) error {
	h, err := readKeyset(data)
	if err != nil {
		return errors.New("the index key cannot be read")
	}
	if k.index, err = prf.NewPRFSet(h); err != nil {
		return errors.New("the index key is not one for hashing")
	}
	if _, err = k.index.ComputePrimaryPRF(nil, hashSize); err != nil {
		return errors.New("the index key gives hashes that are too short")
	}
	return nil
}

func (k *keys) readCheckpoint(c checkpointKey) (err error) {
	if k.signer, err = note.NewSigner(c.Signer); err != nil {
		return errors.New("the checkpoint signing key cannot be read")
	}
	if k.verifier, err = note.NewVerifier(c.Verifier); err != nil {
		return errors.New("the checkpoint verifier key cannot be read")
	}
	probe := []byte("znak\n")
	sig, err := k.signer.Sign(probe)
	if err != nil || k.signer.Name() != k.verifier.Name() || !k.verifier.Verify(probe, sig) {
		return errors.New("the checkpoint keys do not belong together")
	}
	return nil
}

// has says whether id is one of the master keys.
func (k *keys) has(id uint32) bool { return slices.Contains(k.ids, id) }

// kin says whether both are readings of one key file, which a rotation may lie
// between: everything but the master keys is the same.
func (k *keys) kin(o *keys) bool {
	a, b := k.material, o.material
	return bytes.Equal(a.Index, b.Index) && bytes.Equal(a.Figures, b.Figures) &&
		bytes.Equal(a.Audit, b.Audit) && bytes.Equal(a.Handover, b.Handover) && a.Checkpoint == b.Checkpoint
}
