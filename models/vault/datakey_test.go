package vault_test

import (
	"bytes"
	"errors"
	"testing"

	"znak/models"
	"znak/models/vault"
)

func TestSealedValueOpensOnlyInItsPlace(t *testing.T) {
	v := vault.NewMemory()
	key, _ := newKey(t, v, "a")
	other, _ := newKey(t, v, "b")
	sealed, err := key.Seal("notes", "7", "text", []byte("Ана"))
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := key.Open("notes", "7", "text", sealed); err != nil || string(plain) != "Ана" {
		t.Fatalf("in its place: %q, %v", plain, err)
	}
	for name, open := range map[string]func() ([]byte, error){
		"another table":     func() ([]byte, error) { return key.Open("messages", "7", "text", sealed) },
		"another row":       func() ([]byte, error) { return key.Open("notes", "8", "text", sealed) },
		"another column":    func() ([]byte, error) { return key.Open("notes", "7", "reason", sealed) },
		"shifted boundary":  func() ([]byte, error) { return key.Open("notes7", "", "text", sealed) },
		"another referral":  func() ([]byte, error) { return other.Open("notes", "7", "text", sealed) },
		"the zero data key": func() ([]byte, error) { return vault.DataKey{}.Open("notes", "7", "text", sealed) },
	} {
		if plain, err := open(); !errors.Is(err, vault.ErrSealed) || plain != nil {
			t.Errorf("%s: got %q, %v; want ErrSealed", name, plain, err)
		}
	}
	if _, err := (vault.DataKey{}).Seal("notes", "7", "text", nil); !errors.Is(err, vault.ErrSealed) {
		t.Errorf("the zero data key seals: %v", err)
	}
	if models.CodeOf(vault.ErrSealed) != models.CodeInternal {
		t.Error("ErrSealed is not a fault of the program")
	}
}

func TestChangedValueDoesNotOpen(t *testing.T) {
	key, _ := newKey(t, vault.NewMemory(), "a")
	sealed := seal(t, key, "текст")
	for i := range sealed {
		changed := bytes.Clone(sealed)
		changed[i] ^= 1 << (i % 8)
		if _, err := key.Open("referrals", "r1", "content", changed); !errors.Is(err, vault.ErrSealed) {
			t.Fatalf("byte %d flipped: %v", i, err)
		}
		if _, err := key.Open("referrals", "r1", "content", sealed[:i]); !errors.Is(err, vault.ErrSealed) {
			t.Fatalf("cut to %d bytes: %v", i, err)
		}
	}
	if _, err := key.Open("referrals", "r1", "content", append(bytes.Clone(sealed), 0)); !errors.Is(err, vault.ErrSealed) {
		t.Fatalf("with a byte more: %v", err)
	}
}

func TestLengthIsHiddenInBlocks(t *testing.T) {
	key, _ := newKey(t, vault.NewMemory(), "a")
	const overhead = 1 + 24 + 16 // version, nonce, tag
	sizes := map[int]bool{}
	for n := range 5001 {
		text := bytes.Repeat([]byte{0x80}, n)
		sealed, err := key.Seal("t", "r", "c", text)
		if err != nil {
			t.Fatal(err)
		}
		size := len(sealed) - overhead
		if size%256 != 0 || size > 2048 && size%1024 != 0 || size < n || size > n+1024+4 {
			t.Fatalf("%d bytes are padded to %d", n, size)
		}
		sizes[size] = true
		if plain, err := key.Open("t", "r", "c", sealed); err != nil || !bytes.Equal(plain, text) {
			t.Fatalf("%d bytes do not come back: %v", n, err)
		}
	}
	if len(sizes) != 8+3 { // 256 … 2048, then 3072, 4096, 5120
		t.Errorf("sizes are %v", sizes)
	}
}

func TestZerosAtTheEndAreKept(t *testing.T) {
	key, _ := newKey(t, vault.NewMemory(), "a")
	for _, text := range []string{"", "\x00", "a\x00\x00", "\x80", "\x80\x00"} {
		if !opens(key, seal(t, key, text), text) {
			t.Errorf("%q does not come back", text)
		}
	}
}

func TestSameTextSealsDifferently(t *testing.T) {
	key, _ := newKey(t, vault.NewMemory(), "a")
	if bytes.Equal(seal(t, key, "исто"), seal(t, key, "исто")) {
		t.Error("a thief sees which texts are equal")
	}
}

func TestTextTooLongIsRefused(t *testing.T) {
	v := vault.NewMemory()
	key, _ := newKey(t, v, "a")
	long := make([]byte, 16<<20+1)
	if _, err := key.Seal("t", "r", "c", long); models.CodeOf(err) != models.CodeTooLarge {
		t.Errorf("Seal: %v", err)
	}
	if _, err := v.SealFact("f", long); models.CodeOf(err) != models.CodeTooLarge {
		t.Errorf("SealFact: %v", err)
	}
}
