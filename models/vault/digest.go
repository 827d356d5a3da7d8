package vault

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
)

// Digest returns a keyed digest (HMAC-SHA256, 32 bytes) of the parts, for the
// audit trail. Where one part ends and the next begins counts; a missing part
// and an empty one are the same. Without the key nobody can test a guess of
// what was digested.
func (v *Vault) Digest(parts ...[]byte) []byte {
	return v.auditMAC(frame("znak digest v1", parts...))
}

// EntryMAC returns what shows that this program wrote the entry with that
// number and leaf hash (HMAC-SHA256, 32 bytes).
func (v *Vault) EntryMAC(seq int64, leafHash []byte) []byte {
	number := binary.BigEndian.AppendUint64(nil, uint64(seq))
	return v.auditMAC(frame("znak entry v1", number, leafHash))
}

func (v *Vault) auditMAC(message []byte) []byte {
	h := hmac.New(sha256.New, v.keys.Load().material.Audit)
	h.Write(message)
	return h.Sum(nil)
}
