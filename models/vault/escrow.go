package vault

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"filippo.io/age"
	"filippo.io/age/armor"
)

// MinPassphrase is how many characters the passphrase of an escrow copy has at
// least: whoever finds the copy can try passphrases for ever.
const MinPassphrase = 20

// EscrowWork is the work that one try of a passphrase costs, as age counts it:
// 2^18 is about a second.
const EscrowWork = 18

// errPassphrase is the one answer when an escrow copy does not open.
var errPassphrase = errors.New("the passphrase does not open it, or it is damaged")

// Escrow writes a copy of the key file to out, a new file, sealed with a
// passphrase in the age format, so that it opens without this program too. The
// copy is read back before Escrow returns nil. It never overwrites: the error
// for a file that exists is fs.ErrExist. work is EscrowWork but in tests.
func (v *Vault) Escrow(out, passphrase string, work int) error {
	text, err := v.keys.Load().material.encode()
	if err != nil {
		return err
	}
	defer clear(text)
	to, err := age.NewScryptRecipient(passphrase)
	if err != nil {
		return fmt.Errorf("vault: escrow copy: %w", err)
	}
	to.SetWorkFactor(work)
	var sealed bytes.Buffer
	lines := armor.NewWriter(&sealed)
	w, err := age.Encrypt(lines, to)
	if err != nil {
		return fmt.Errorf("vault: escrow copy: %w", err)
	}
	_, err = w.Write(text)
	if err := errors.Join(err, w.Close(), lines.Close()); err != nil {
		return fmt.Errorf("vault: escrow copy: %w", err)
	}
	if err := createFile(out, sealed.Bytes()); err != nil {
		return fmt.Errorf("vault: escrow copy: %w", err)
	}
	return v.CheckEscrow(out, passphrase)
}

// CheckEscrow says whether the escrow copy opens with the passphrase and holds
// these very keys.
func (v *Vault) CheckEscrow(path, passphrase string) error {
	text, err := readEscrow(path, passphrase)
	if err != nil {
		return fmt.Errorf("vault: escrow copy %s: %w", path, err)
	}
	defer clear(text)
	m, err := decode(text)
	if err != nil {
		return fmt.Errorf("vault: escrow copy %s: %w", path, err)
	}
	k, err := newKeys(m)
	if err != nil {
		return fmt.Errorf("vault: escrow copy %s: %w", path, err)
	}
	here := v.keys.Load()
	if !k.kin(here) || !bytes.Equal(k.material.Master, here.material.Master) {
		return fmt.Errorf("vault: escrow copy %s: it holds other keys than the key file: an older copy, or another installation's", path)
	}
	return nil
}

// RecoverEscrow writes the key file anew from an escrow copy. It never
// overwrites.
func RecoverEscrow(path, passphrase, keyFile string) error {
	text, err := readEscrow(path, passphrase)
	if err != nil {
		return fmt.Errorf("vault: escrow copy %s: %w", path, err)
	}
	defer clear(text)
	m, err := decode(text)
	if err != nil {
		return fmt.Errorf("vault: escrow copy %s: %w", path, err)
	}
	if _, err := newKeys(m); err != nil {
		return fmt.Errorf("vault: escrow copy %s: %w", path, err)
	}
	return m.save(keyFile)
}

func readEscrow(path, passphrase string) ([]byte, error) {
	sealed, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	key, err := age.NewScryptIdentity(passphrase)
	if err != nil {
		return nil, err
	}
	key.SetMaxWorkFactor(EscrowWork)
	r, err := age.Decrypt(armor.NewReader(bytes.NewReader(sealed)), key)
	if err != nil {
		return nil, errPassphrase
	}
	text, err := io.ReadAll(io.LimitReader(r, maxFileSize))
	if err != nil {
		return nil, errPassphrase
	}
	return text, nil
}
