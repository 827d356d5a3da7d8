package models

import (
	"crypto/rand"
	"encoding/base32"
)

var idEncoding = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// NewID returns a random 128-bit identifier as 26 lower-case letters and
// digits. Identifiers neither count nor order: a row's id says nothing about
// when it was written.
func NewID() string {
	var b [16]byte
	rand.Read(b[:]) // never fails: crypto/rand aborts the program instead
	return idEncoding.EncodeToString(b[:])
}
