package vault_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"znak/models/vault"
)

// The key that signs for the Centre is in the file as a seed, and stays the
// same through a rotation and an escrow copy: the Centre has pinned it.
func TestHandoverKeyStays(t *testing.T) {
	v, path := newFile(t)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Keys struct{ Handover []byte } }
	if err := json.Unmarshal(text, &file); err != nil || len(file.Keys.Handover) != ed25519.SeedSize {
		t.Fatalf("a seed of %d bytes, %v", len(file.Keys.Handover), err)
	}
	key := v.HandoverKey()
	if !bytes.Equal(key, ed25519.NewKeyFromSeed(file.Keys.Handover).Public().(ed25519.PublicKey)) {
		t.Error("the key is not that of the file")
	}
	if !ed25519.Verify(key, []byte("message"), v.SignHandover([]byte("message"))) {
		t.Error("the signature does not hold")
	}
	if _, err := v.Rotate(); err != nil {
		t.Fatal(err)
	}
	copied, back := filepath.Join(t.TempDir(), "escrow"), filepath.Join(t.TempDir(), "keys.json")
	if err := v.Escrow(copied, "a passphrase of enough letters", 2); err != nil {
		t.Fatal(err)
	}
	if err := vault.RecoverEscrow(copied, "a passphrase of enough letters", back); err != nil {
		t.Fatal(err)
	}
	again, err := vault.Open(back)
	if err != nil || !bytes.Equal(again.HandoverKey(), key) {
		t.Errorf("after rotation and escrow it is another key, %v", err)
	}
}

// A key file that differs in nothing but this key is another installation's.
func TestAnotherHandoverKeyIsForeign(t *testing.T) {
	v, path := newFile(t)
	other := remade(t, path, func(k map[string]json.RawMessage) {
		k["handover"] = json.RawMessage(`"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="`)
	})
	if err := os.Rename(other, path); err != nil {
		t.Fatal(err)
	}
	if err := v.Reload(); err == nil {
		t.Error("it was taken for the same installation's")
	}
}
