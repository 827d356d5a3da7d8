package vault_test

import (
	"path/filepath"
	"testing"

	"znak/models/vault"
)

// newFile makes a key file and opens it.
func newFile(t testing.TB) (*vault.Vault, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "keys.json")
	if err := vault.Generate(path); err != nil {
		t.Fatal(err)
	}
	return open(t, path), path
}

func open(t testing.TB, path string) *vault.Vault {
	t.Helper()
	v, err := vault.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func newKey(t testing.TB, v *vault.Vault, referral string) (vault.DataKey, []byte) {
	t.Helper()
	key, wrapped, err := v.NewDataKey(referral)
	if err != nil {
		t.Fatal(err)
	}
	return key, wrapped
}

func seal(t testing.TB, key vault.DataKey, text string) []byte {
	t.Helper()
	sealed, err := key.Seal("referrals", "r1", "content", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

// opens says whether the key opens sealed as text.
func opens(key vault.DataKey, sealed []byte, text string) bool {
	plain, err := key.Open("referrals", "r1", "content", sealed)
	return err == nil && string(plain) == text
}
