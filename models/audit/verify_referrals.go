package audit

import (
	"bytes"
	"context"

	"znak/models"
	"znak/models/store"
)

// write is what the log says of a referral.
type write struct {
	seq         int64 // of the last write; of the first mention while there is none
	written     bool
	version     int64
	state       models.State
	digest, row []byte
}

// note remembers what the entry says of a referral. Only acts that were done
// prove that the referral was there.
func (v *verifier) note(e *models.AuditEntry) {
	if e.ReferralID == "" || e.Outcome != models.AuditDone {
		return
	}
	w := v.last[e.ReferralID]
	if w == nil {
		w = &write{seq: e.Seq}
		v.last[e.ReferralID] = w
	}
	if len(e.Digest) > 0 {
		*w = write{e.Seq, true, e.Version, e.State, e.Digest, e.RowDigest}
	}
}

// referrals holds every referral against its last entry, in the order of their
// ids, and then asks which of the log's referrals there are no rows for.
func (v *verifier) referrals(ctx context.Context) (*Fault, error) {
	after, seen := "", int64(0)
	for {
		list, err := v.s.AuditBundles(ctx, portal, after, bundleBatch)
		if err != nil {
			return nil, err
		}
		for _, b := range list {
			if f := v.referral(b); f != nil {
				return f, nil
			}
			after, seen = b.Referral.ID, seen+1
			delete(v.last, after)
		}
		if len(list) == 0 {
			break
		}
	}
	if seen != v.count.Referrals {
		return &Fault{Kind: FaultUnknown}, nil // a row without an id
	}
	var f *Fault
	for _, w := range v.last {
		if f == nil || w.seq < f.Seq {
			f = &Fault{Kind: FaultMissed, Seq: w.seq}
		}
	}
	return f, nil
}

// referral holds one referral against its last entry.
func (v *verifier) referral(b *store.AuditBundle) *Fault {
	r, w := &b.Referral, v.last[b.Referral.ID]
	if w == nil || !w.written {
		return &Fault{Kind: FaultUnknown, Ref: r.Ref}
	}
	full, row := ReferralDigests(v.log.keys, b)
	erased := !r.ErasedAt.IsZero()
	f := &Fault{Seq: w.seq, Ref: r.Ref}
	switch {
	case !erased && v.erased[r.ID]:
		f.Kind = FaultErasure
	case r.State != w.state:
		f.Kind = FaultState
	case !b.RowSound || r.Version != w.version || !bytes.Equal(row, w.row):
		f.Kind = FaultRow
	case !erased && (!b.Sound || !bytes.Equal(full, w.digest)):
		f.Kind = FaultSealed
	case erased && len(b.Wrapped)+len(b.NameHashes)+len(b.ChildHashes) > 0, !erased && !v.opens(b):
		f.Kind = FaultKey
	case !erased && !b.RecusalsHold():
		f.Kind = FaultRecusal
	default:
		return nil
	}
	return f
}

// opens says whether the referral's data key can be had from its wrapped form.
func (v *verifier) opens(b *store.AuditBundle) bool {
	_, err := v.log.keys.Unwrap(b.Referral.ID, b.Wrapped)
	return err == nil
}
