package vault_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"znak/models/vault"
)

const passphrase = "четири речи које нико не погађа"

// TestTheEscrowCopyBringsTheKeysBack: what was sealed before the key file was
// lost opens after.
func TestTheEscrowCopyBringsTheKeysBack(t *testing.T) {
	dir := t.TempDir()
	keys, copied := filepath.Join(dir, "keys.json"), filepath.Join(dir, "escrow.age")
	if err := vault.Generate(keys); err != nil {
		t.Fatal(err)
	}
	v, err := vault.Open(keys)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := v.SealStash("u", []byte("text"))
	if err != nil {
		t.Fatal(err)
	}
	if err := v.Escrow(copied, passphrase, 10); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(copied); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the copy's mode: %v, %v", info.Mode(), err)
	}
	file, _ := os.ReadFile(keys)
	data, _ := os.ReadFile(copied)
	if bytes.Contains(data, file[100:140]) {
		t.Error("the copy holds the keys openly")
	}
	if err := v.Escrow(copied, passphrase, 10); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a copy was overwritten: %v", err)
	}
	if err := v.CheckEscrow(copied, passphrase+"x"); err == nil {
		t.Error("another passphrase opens it")
	}
	if err := vault.RecoverEscrow(copied, passphrase, keys); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a key file was overwritten: %v", err)
	}
	if err := os.Remove(keys); err != nil {
		t.Fatal(err)
	}
	if err := vault.RecoverEscrow(copied, passphrase, keys); err != nil {
		t.Fatal(err)
	}
	again, err := vault.Open(keys)
	if err != nil {
		t.Fatal(err)
	}
	if text, err := again.OpenStash("u", sealed); err != nil || string(text) != "text" {
		t.Errorf("opened %q, %v", text, err)
	}
}

// TestAnOldEscrowCopyIsTold: after a rotation the copy must be made anew.
func TestAnOldEscrowCopyIsTold(t *testing.T) {
	copied := filepath.Join(t.TempDir(), "escrow.age")
	v := vault.NewMemory()
	if err := v.Escrow(copied, passphrase, 10); err != nil {
		t.Fatal(err)
	}
	if err := v.CheckEscrow(copied, passphrase); err != nil {
		t.Error(err)
	}
	if _, err := v.Rotate(); err != nil {
		t.Fatal(err)
	}
	if v.CheckEscrow(copied, passphrase) == nil || vault.NewMemory().CheckEscrow(copied, passphrase) == nil {
		t.Error("an old copy, or another installation's, passes for this one's")
	}
}
