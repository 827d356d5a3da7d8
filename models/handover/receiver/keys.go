package receiver

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/go-jose/go-jose/v4"

	"znak/models/handover"
)

// Keys are a receiver's private keys: one to decrypt, one to sign receipts.
type Keys struct{ private jose.JSONWebKeySet }

// NewKeys makes new keys.
func NewKeys() (*Keys, error) {
	decrypt, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	_, sign, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	return &Keys{jose.JSONWebKeySet{Keys: []jose.JSONWebKey{
		{Key: decrypt, KeyID: "encryption-1", Algorithm: string(jose.ECDH_ES_A256KW), Use: "enc"},
		{Key: sign, KeyID: "receipts-1", Algorithm: string(jose.EdDSA), Use: "sig"},
	}}}, nil
}

// OpenKeys reads the keys from the file, or makes them there when there is no
// such file: readable by its owner alone.
func OpenKeys(path string) (*Keys, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return makeKeys(path)
	}
	if err != nil {
		return nil, err
	}
	var k Keys
	if json.Unmarshal(text, &k.private) != nil || len(k.private.Keys) != 2 || k.private.Keys[0].IsPublic() || k.private.Keys[1].IsPublic() {
		return nil, fmt.Errorf("%s does not hold a receiver's keys", path)
	}
	return &k, nil
}

func makeKeys(path string) (*Keys, error) {
	k, err := NewKeys()
	if err != nil {
		return nil, err
	}
	text, err := json.MarshalIndent(k.private, "", "  ")
	if err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	_, err = f.Write(append(text, '\n'))
	return k, errors.Join(err, f.Sync(), f.Close())
}

// Public is the JWK set that the portal is given: public halves only.
func (k *Keys) Public() ([]byte, error) {
	var set jose.JSONWebKeySet
	for _, key := range k.private.Keys {
		set.Keys = append(set.Keys, key.Public())
	}
	text, err := json.Marshal(set)
	return append(text, '\n'), err
}

// Receipt signs a receipt of the message with this digest: what an honest
// receiver does once it has opened it, and what tests forge.
func (k *Keys) Receipt(messageID, digest string) string {
	text, err := handover.SignReceipt(handover.Receipt{MessageID: messageID, Digest: digest}, k.receipts())
	if err != nil {
		return ""
	}
	return text
}

// receipts is the key that signs receipts.
func (k *Keys) receipts() jose.JSONWebKey { return k.private.Keys[1] }
