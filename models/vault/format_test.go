package vault_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
	"os"
	"testing"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"golang.org/x/crypto/chacha20poly1305"
)

// What is stored today must be read for as long as referrals are kept. This
// reads it without the vault, from the written form of the format alone: when
// it fails, old data no longer opens.
func TestStoredFormatStays(t *testing.T) {
	v, path := newFile(t)
	key, wrapped := newKey(t, v, "ref")
	sealed := seal(t, key, "text")
	keys := readByHand(t, path)

	handle, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(keys.Master)))
	if err != nil {
		t.Fatal(err)
	}
	master, err := aead.New(handle)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := master.Decrypt(wrapped, []byte("\x00\x00\x00\x10znak data key v1\x00\x00\x00\x03ref"))
	if err != nil {
		t.Fatalf("the wrapped key: %v", err)
	}
	data, err := chacha20poly1305.NewX(raw)
	if err != nil {
		t.Fatal(err)
	}
	place := "\x00\x00\x00\x0dznak field v1\x00\x00\x00\x09referrals\x00\x00\x00\x02r1\x00\x00\x00\x07content"
	plain, err := data.Open(nil, sealed[1:25], sealed[25:], []byte(place))
	if err != nil || sealed[0] != 1 {
		t.Fatalf("the sealed value: %v", err)
	}
	if want := append([]byte("\x00\x00\x00\x04text"), make([]byte, 248)...); !bytes.Equal(plain, want) {
		t.Errorf("padded text: %q", plain)
	}

	h := hmac.New(sha256.New, keys.Audit)
	h.Write([]byte("\x00\x00\x00\x0eznak digest v1\x00\x00\x00\x02ab\x00\x00\x00\x01c"))
	if !hmac.Equal(h.Sum(nil), v.Digest([]byte("ab"), []byte("c"))) {
		t.Error("the digest has changed")
	}
	h = hmac.New(sha256.New, keys.Audit)
	h.Write([]byte("\x00\x00\x00\x0dznak entry v1\x00\x00\x00\x08\x00\x00\x00\x00\x00\x00\x00\x07\x00\x00\x00\x04leaf"))
	if !hmac.Equal(h.Sum(nil), v.EntryMAC(7, []byte("leaf"))) {
		t.Error("the entry MAC has changed")
	}
}

type handKeys struct {
	Master json.RawMessage
	Audit  []byte
}

func readByHand(t *testing.T, path string) handKeys {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Keys handKeys }
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	return file.Keys
}
