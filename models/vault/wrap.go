package vault

import (
	"crypto/rand"
	"encoding/binary"
	"errors"

	"golang.org/x/crypto/chacha20poly1305"
)

// NewDataKey makes the data key of a new referral. Only the wrapped form may
// be stored; it opens for the same referral id alone. It looks for a rotation
// made by another process first, so that no new key is wrapped by an old
// master key.
func (v *Vault) NewDataKey(referralID string) (key DataKey, wrapped []byte, err error) {
	if referralID == "" {
		return DataKey{}, nil, errors.New("vault: a data key needs a referral id")
	}
	raw := make([]byte, chacha20poly1305.KeySize)
	rand.Read(raw) // never fails: crypto/rand aborts the program instead
	wrapped, err = v.fresh().wrap(referralID, raw)
	if err != nil {
		return DataKey{}, nil, err
	}
	key, err = newDataKey(raw)
	return key, wrapped, err
}

// Unwrap returns the data key that was wrapped for the referral, and ErrSealed
// when it was wrapped for another, was changed, or its master key was retired.
func (v *Vault) Unwrap(referralID string, wrapped []byte) (DataKey, error) {
	raw, err := v.keysFor(wrapped).unwrap(referralID, wrapped)
	if err != nil {
		return DataKey{}, err
	}
	return newDataKey(raw)
}

// Rewrap returns the same data key under the newest master key, and whether
// that changed anything. A key that does not open is ErrSealed even when
// nothing had to change. What was sealed with the data key stays as it is.
func (v *Vault) Rewrap(referralID string, wrapped []byte) ([]byte, bool, error) {
	k := v.fresh()
	raw, err := k.unwrap(referralID, wrapped)
	if err != nil {
		return nil, false, err
	}
	defer clear(raw)
	if id, _ := WrappedBy(wrapped); id == k.ids[0] {
		return wrapped, false, nil
	}
	again, err := k.wrap(referralID, raw)
	return again, err == nil, err
}

// WrappedBy returns the id of the master key that wrapped a data key, and
// false when it names none. It opens nothing and proves nothing.
func WrappedBy(wrapped []byte) (uint32, bool) {
	if len(wrapped) < 5 || wrapped[0] != 1 {
		return 0, false
	}
	return binary.BigEndian.Uint32(wrapped[1:]), true
}

// keysFor returns keys that know the master key of wrapped, if there are any.
func (v *Vault) keysFor(wrapped []byte) *keys {
	k := v.keys.Load()
	if id, ok := WrappedBy(wrapped); ok && !k.has(id) {
		return v.fresh()
	}
	return k
}

func (k *keys) wrap(referralID string, raw []byte) ([]byte, error) {
	wrapped, err := k.master.Encrypt(raw, wrapContext(referralID))
	if err != nil {
		return nil, ErrSealed
	}
	return wrapped, nil
}

func (k *keys) unwrap(referralID string, wrapped []byte) ([]byte, error) {
	raw, err := k.master.Decrypt(wrapped, wrapContext(referralID))
	if err != nil || len(raw) != chacha20poly1305.KeySize {
		return nil, ErrSealed
	}
	return raw, nil
}

func wrapContext(referralID string) []byte { return frame("znak data key v1", referralID) }
