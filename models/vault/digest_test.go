package vault_test

import (
	"bytes"
	"testing"

	"znak/models/vault"
)

func TestDigest(t *testing.T) {
	v, path := newFile(t)
	d := v.Digest([]byte("ab"), []byte("c"))
	if len(d) != 32 || !bytes.Equal(d, open(t, path).Digest([]byte("ab"), []byte("c"))) {
		t.Fatalf("digest: %x", d)
	}
	for name, other := range map[string][]byte{
		"boundary moved":   v.Digest([]byte("a"), []byte("bc")),
		"parts joined":     v.Digest([]byte("abc")),
		"empty part":       v.Digest([]byte("ab"), []byte("c"), nil),
		"no part":          v.Digest(),
		"order":            v.Digest([]byte("c"), []byte("ab")),
		"another key file": vault.NewMemory().Digest([]byte("ab"), []byte("c")),
	} {
		if bytes.Equal(d, other) {
			t.Errorf("%s: the same digest", name)
		}
	}
}

func TestEntryMAC(t *testing.T) {
	v := vault.NewMemory()
	leaf := make([]byte, 32)
	mac := v.EntryMAC(7, leaf)
	if len(mac) != 32 || !bytes.Equal(mac, v.EntryMAC(7, bytes.Clone(leaf))) {
		t.Fatalf("MAC: %x", mac)
	}
	other := bytes.Clone(leaf)
	other[31] = 1
	seq := []byte{0, 0, 0, 0, 0, 0, 0, 7}
	for name, m := range map[string][]byte{
		"another number":   v.EntryMAC(8, leaf),
		"another leaf":     v.EntryMAC(7, other),
		"a digest":         v.Digest(seq, leaf),
		"another key file": vault.NewMemory().EntryMAC(7, leaf),
	} {
		if bytes.Equal(mac, m) {
			t.Errorf("%s: the same MAC", name)
		}
	}
}
