package vault_test

import (
	"bytes"
	"errors"
	"testing"

	"znak/models/vault"
)

func TestFactOpensUnderItsIDOnly(t *testing.T) {
	v, path := newFile(t)
	fact := []byte(`{"district":"pcinjski"}`)
	sealed, err := v.SealFact("f1", fact)
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := open(t, path).OpenFact("f1", sealed); err != nil || !bytes.Equal(plain, fact) {
		t.Fatalf("after a restart: %q, %v", plain, err)
	}
	for name, open := range map[string]func() ([]byte, error){
		"another id":       func() ([]byte, error) { return v.OpenFact("f2", sealed) },
		"another key file": func() ([]byte, error) { return vault.NewMemory().OpenFact("f1", sealed) },
		"flipped bit":      func() ([]byte, error) { b := bytes.Clone(sealed); b[40] ^= 1; return v.OpenFact("f1", b) },
		"cut":              func() ([]byte, error) { return v.OpenFact("f1", sealed[:len(sealed)-1]) },
		"nothing":          func() ([]byte, error) { return v.OpenFact("f1", nil) },
	} {
		if plain, err := open(); !errors.Is(err, vault.ErrSealed) || plain != nil {
			t.Errorf("%s: %q, %v", name, plain, err)
		}
	}
}

func TestFactsOfAllLengthsLookAlike(t *testing.T) {
	v := vault.NewMemory()
	short, _ := v.SealFact("f", nil)
	long, _ := v.SealFact("f", make([]byte, 252))
	if len(short) != len(long) {
		t.Errorf("%d and %d bytes", len(short), len(long))
	}
	if plain, err := v.OpenFact("f", short); err != nil || len(plain) != 0 {
		t.Errorf("an empty fact: %q, %v", plain, err)
	}
}
