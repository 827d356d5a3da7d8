package audit

import (
	"bytes"
	"cmp"
	"slices"

	"znak/models"
	"znak/models/store"
)

// Digester makes keyed digests; a vault is one.
type Digester interface {
	Digest(parts ...[]byte) []byte
}

// ReferralDigests returns the two digests that the entry of a write carries:
// full is of the referral's row, its sealed content, every entry of its
// timeline and its search hashes; row is of the row alone, which is what still
// counts once the referral is erased. The bundle is read within the write,
// after everything in it is written.
func ReferralDigests(d Digester, b *store.AuditBundle) (full, row []byte) {
	e := encode(rowFormat)
	e.row(&b.Referral)
	return d.Digest(sealed(b, e.b)), d.Digest(e.b)
}

// sealed writes everything that a full digest is made of, after the row.
func sealed(b *store.AuditBundle, row []byte) []byte {
	e := encode(sealFormat)
	e.bytes(row)
	e.truth(b.Content != nil)
	e.bytes(b.Content)
	events := slices.SortedFunc(slices.Values(b.Events), func(x, y models.Record) int {
		return cmp.Or(cmp.Compare(x.Version, y.Version), cmp.Compare(x.ID, y.ID))
	})
	e.number(int64(len(events)))
	for i := range events {
		e.event(&events[i])
	}
	for _, hashes := range [][][]byte{b.NameHashes, b.ChildHashes} {
		e.number(int64(len(hashes)))
		for _, h := range slices.SortedFunc(slices.Values(hashes), bytes.Compare) {
			e.bytes(h)
		}
	}
	return e.b
}
