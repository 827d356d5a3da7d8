package vault

import (
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"log/slog"

	"golang.org/x/crypto/chacha20poly1305"

	"znak/models"
)

// ErrSealed is the one answer when something sealed does not open: it was
// changed, cut, moved to another place, or belongs to another key. The reason
// is never told apart. Its code is CodeInternal.
var ErrSealed error = &models.Error{Code: models.CodeInternal, Key: "error.internal",
	Err: errors.New("vault: a sealed value does not open")}

// sealVersion begins every sealed value and is part of what it is bound to.
const sealVersion = 1

const sealHeader = 1 + chacha20poly1305.NonceSizeX

// DataKey seals what one referral says. It comes from NewDataKey or Unwrap;
// the zero DataKey seals and opens nothing.
type DataKey struct {
	aead cipher.AEAD // behind an interface, so that formatting never reaches the key
}

// newDataKey takes a raw key and wipes it.
func newDataKey(raw []byte) (DataKey, error) {
	aead, err := chacha20poly1305.NewX(raw)
	clear(raw)
	if err != nil {
		return DataKey{}, ErrSealed
	}
	return DataKey{aead: aead}, nil
}

// Seal encrypts plaintext for one place in the database: Open returns it only
// for the same table, row and column. The result is padded, so that it tells
// the length in blocks only. Sealing the same text twice gives different
// results. Texts over 16 MiB are refused with CodeTooLarge.
func (k DataKey) Seal(table, row, column string, plaintext []byte) ([]byte, error) {
	if k.aead == nil {
		return nil, ErrSealed
	}
	if len(plaintext) > maxPlain {
		return nil, errTooLarge
	}
	size := sealHeader + paddedSize(len(plaintext))
	out := make([]byte, sealHeader, size+k.aead.Overhead())
	out[0] = sealVersion
	rand.Read(out[1:sealHeader]) // never fails: crypto/rand aborts the program instead
	out = appendPadded(out, plaintext)
	return k.aead.Seal(out[:sealHeader], out[1:sealHeader], out[sealHeader:], place(table, row, column)), nil
}

// Open returns what Seal was given for the same table, row and column, and
// ErrSealed for anything else.
func (k DataKey) Open(table, row, column string, sealed []byte) ([]byte, error) {
	if k.aead == nil || len(sealed) < sealHeader || sealed[0] != sealVersion {
		return nil, ErrSealed
	}
	padded, err := k.aead.Open(nil, sealed[1:sealHeader], sealed[sealHeader:], place(table, row, column))
	if err != nil {
		return nil, ErrSealed
	}
	plain, ok := unpad(padded)
	if !ok {
		return nil, ErrSealed
	}
	return plain, nil
}

func place(table, row, column string) []byte {
	return frame("znak field v1", table, row, column)
}

const redactedDataKey = "vault.DataKey(redacted)"

// String hides the key.
func (k DataKey) String() string { return redactedDataKey }

// GoString hides the key.
func (k DataKey) GoString() string { return redactedDataKey }

// LogValue hides the key.
func (k DataKey) LogValue() slog.Value { return slog.StringValue(redactedDataKey) }
