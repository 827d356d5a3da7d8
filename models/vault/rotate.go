package vault

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"
)

// MasterKeys returns the ids of the master keys, the one that wraps new data
// keys first.
func (v *Vault) MasterKeys() []uint32 { return slices.Clone(v.keys.Load().ids) }

// Rotate adds a new master key, which wraps data keys from now on, and returns
// its id. The key file is written, durably, before the new key is used. Older
// master keys still open what they wrapped: Rewrap moves it over. The copy of
// the key file that is kept elsewhere must be made anew. Called by
// `znak keys rotate`.
func (v *Vault) Rotate() (id uint32, err error) {
	err = v.edit(func(m *keyset.Manager) error {
		if id, err = m.Add(aead.XChaCha20Poly1305KeyTemplate()); err != nil {
			return err
		}
		return m.SetPrimary(id)
	})
	if err != nil {
		return 0, err
	}
	return id, nil
}

// Retire destroys a master key, for ever: data keys that it still wraps, in
// the database or a backup, are lost. It refuses the one that wraps new data
// keys. Call it only when no stored data key is WrappedBy it and every other
// process has seen the rotation.
func (v *Vault) Retire(id uint32) error {
	return v.edit(func(m *keyset.Manager) error { return m.Delete(id) })
}

// Reload reads the key file again, for when another process rotated it. It
// keeps the keys it has when the file cannot be read or is not the same
// installation's. In memory there is nothing to do.
func (v *Vault) Reload() error {
	if v.path == "" {
		return nil
	}
	v.change.Lock()
	defer v.change.Unlock()
	k, err := v.reread()
	if err == nil {
		v.keys.Store(k)
	}
	return err
}

// fresh returns the keys after a look at whether another process rotated them.
// Where that cannot be told it returns the keys at hand: no referral may be
// refused for it.
func (v *Vault) fresh() *keys {
	k := v.keys.Load()
	if v.path == "" {
		return k
	}
	info, err := os.Stat(v.path)
	if err != nil || sameFile(info, k.stamp) || v.Reload() != nil {
		return k
	}
	return v.keys.Load()
}

func sameFile(a, b os.FileInfo) bool {
	return os.SameFile(a, b) && a.Size() == b.Size() && a.ModTime().Equal(b.ModTime())
}

// reread loads the key file and checks that it is still this installation's.
func (v *Vault) reread() (*keys, error) {
	k, err := load(v.path, v.shared)
	if err != nil {
		return nil, err
	}
	if !k.kin(v.keys.Load()) {
		return nil, fmt.Errorf("vault: key file %s: %w", v.path, errOther)
	}
	return k, nil
}

// edit changes the master keys: on disk first, then here. It starts from what
// is on disk, with other processes kept out, so that no key is lost.
func (v *Vault) edit(f func(*keyset.Manager) error) error {
	v.change.Lock()
	defer v.change.Unlock()
	k := v.keys.Load()
	if v.path != "" {
		unlock, err := lockDir(filepath.Dir(v.path))
		if err != nil {
			return fmt.Errorf("vault: key file: %w", err)
		}
		defer unlock()
		if k, err = v.reread(); err != nil {
			return err
		}
	}
	m, err := k.edited(f)
	if err != nil {
		return fmt.Errorf("vault: master keys: %w", err)
	}
	return v.replace(m)
}

// edited returns the material with changed master keys.
func (k *keys) edited(f func(*keyset.Manager) error) (material, error) {
	manager := keyset.NewManagerFromHandle(k.handle)
	if err := f(manager); err != nil {
		return material{}, err
	}
	m := k.material
	var err error
	m.Master, err = writeKeyset(manager.Handle())
	return m, err
}

// replace puts m in the place of the keys, in the file where there is one.
func (v *Vault) replace(m material) error {
	k, err := newKeys(m)
	if err != nil {
		return fmt.Errorf("vault: master keys: %w", err)
	}
	if v.path != "" {
		text, err := m.encode()
		if err == nil {
			err = replaceFile(v.path, text)
		}
		clear(text)
		if err != nil {
			return fmt.Errorf("vault: key file: %w", err)
		}
		if k, err = v.reread(); err != nil {
			return err
		}
	}
	v.keys.Store(k)
	return nil
}
