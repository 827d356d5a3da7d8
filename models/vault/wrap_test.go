package vault_test

import (
	"bytes"
	"errors"
	"testing"

	"znak/models/vault"
)

func TestWrappedKeyOpensForItsReferralOnly(t *testing.T) {
	v := vault.NewMemory()
	key, wrapped := newKey(t, v, "a")
	sealed := seal(t, key, "x")
	again, err := v.Unwrap("a", wrapped)
	if err != nil || !opens(again, sealed, "x") {
		t.Fatalf("the unwrapped key does not open what was sealed: %v", err)
	}
	for _, referral := range []string{"b", "", "aa"} {
		if _, err := v.Unwrap(referral, wrapped); !errors.Is(err, vault.ErrSealed) {
			t.Errorf("unwrapped for %q: %v", referral, err)
		}
		if _, _, err := v.Rewrap(referral, wrapped); !errors.Is(err, vault.ErrSealed) {
			t.Errorf("rewrapped for %q: %v", referral, err)
		}
	}
	if _, err := vault.NewMemory().Unwrap("a", wrapped); !errors.Is(err, vault.ErrSealed) {
		t.Errorf("another key file unwraps it: %v", err)
	}
	if _, _, err := v.NewDataKey(""); err == nil {
		t.Error("a data key was made for no referral")
	}
}

func TestChangedWrappedKeyDoesNotOpen(t *testing.T) {
	v := vault.NewMemory()
	_, wrapped := newKey(t, v, "a")
	for i := range wrapped {
		changed := bytes.Clone(wrapped)
		changed[i] ^= 0x10
		if _, err := v.Unwrap("a", changed); !errors.Is(err, vault.ErrSealed) {
			t.Fatalf("byte %d flipped: %v", i, err)
		}
		if _, err := v.Unwrap("a", wrapped[:i]); !errors.Is(err, vault.ErrSealed) {
			t.Fatalf("cut to %d bytes: %v", i, err)
		}
	}
}

// A value sealed as a fact must not pass for a wrapped key, or the other way
// about, though both are Tink ciphertexts.
func TestKindsOfSealedValuesAreKeptApart(t *testing.T) {
	v := vault.NewMemory()
	_, wrapped := newKey(t, v, "a")
	fact, err := v.SealFact("a", make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := v.Unwrap("a", fact); !errors.Is(err, vault.ErrSealed) {
		t.Errorf("a fact unwraps as a key: %v", err)
	}
	if _, err := v.OpenFact("a", wrapped); !errors.Is(err, vault.ErrSealed) {
		t.Errorf("a wrapped key opens as a fact: %v", err)
	}
}
