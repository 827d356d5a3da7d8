package vault

import (
	"errors"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"
)

// Prepare adds a master key that wraps nothing yet and returns its id: on
// several machines every key file gets it before any of them uses it. One that
// is prepared already stays the one. Called by `znak keys rotate --prepare`.
func (v *Vault) Prepare() (id uint32, err error) {
	if id, ok := v.Prepared(); ok {
		return id, nil
	}
	err = v.edit(func(m *keyset.Manager) error {
		id, err = m.Add(aead.XChaCha20Poly1305KeyTemplate())
		return err
	})
	if err != nil {
		return 0, err
	}
	return id, nil
}

// Prepared returns the id of the master key that was added but wraps nothing
// yet, and whether there is one: it stands behind the one that does.
func (v *Vault) Prepared() (id uint32, ok bool) { return v.fresh().prepared() }

func (k *keys) prepared() (id uint32, ok bool) {
	behind := false
	for i := range k.handle.Len() {
		e, err := k.handle.Entry(i)
		if err != nil {
			return 0, false
		}
		if behind {
			id, ok = e.KeyID(), true
		}
		behind = behind || e.IsPrimary()
	}
	return id, ok
}

// Promote makes the prepared master key the one that wraps data keys from now
// on, and returns its id.
func (v *Vault) Promote() (id uint32, err error) {
	id, ok := v.Prepared()
	if !ok {
		return 0, errors.New("vault: no master key is prepared")
	}
	return id, v.edit(func(m *keyset.Manager) error { return m.SetPrimary(id) })
}

// WrapMark returns how everything begins that a master key wrapped or sealed.
func WrapMark(id uint32) []byte {
	return []byte{1, byte(id >> 24), byte(id >> 16), byte(id >> 8), byte(id)}
}
