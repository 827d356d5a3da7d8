package store

import (
	"context"

	"gorm.io/gorm"

	"znak/models"
)

// AuditBundle is a referral as the audit log digests it: its row and the
// values that belong to it, still sealed.
type AuditBundle struct {
	Referral    models.Referral
	Content     []byte // nil when there is none
	Events      []models.Record
	NameHashes  [][]byte
	ChildHashes [][]byte // one at most
	Wrapped     []byte   // the data key; not digested, since rotation wraps it anew
	Recused     []string // who stepped back; read by AuditBundles alone
	RowSound    bool     // every column of the row holds the kind of value that the program writes
	Sound       bool     // and so does everything else
}

// AuditBundle reads what the digests of a write are made of. Only the verbs
// that write a referral call it, within the write and after they have found
// the referral for their actor. Returns models.ErrNotFound when it is not there.
func (tx *Tx) AuditBundle(ctx context.Context, referralID string) (*AuditBundle, error) {
	out, err := auditBundles(tx.db.WithContext(ctx), "id = ?", referralID)
	if err != nil {
		return nil, err
	}
	if len(out) == 0 {
		return nil, models.ErrNotFound
	}
	return out[0], nil
}

// AuditBundles returns the referrals whose ids come after the given one, in
// the order of their ids, at most limit. Only the portal itself and the
// operator compare referrals with the log; others get CodeForbidden.
func (r *reader) AuditBundles(ctx context.Context, a models.Actor, afterID string, limit int) ([]*AuditBundle, error) {
	if a.Role != models.RoleSystem && a.Role != models.RoleOperator {
		return nil, models.E(models.CodeForbidden, "error.forbidden")
	}
	db := r.db.WithContext(ctx)
	out, err := auditBundles(db, "id > ? ORDER BY id LIMIT ?", afterID, limit)
	if err != nil {
		return nil, err
	}
	return out, addRecusals(db, out)
}

func auditBundles(db *gorm.DB, where string, args ...any) ([]*AuditBundle, error) {
	var list []*AuditBundle
	byID := map[string]*AuditBundle{}
	var ids []string
	err := scanStrict(db, "referrals", where, args, func(r *models.Referral, sound bool) {
		b := &AuditBundle{Referral: *r, RowSound: sound, Sound: sound}
		list, byID[r.ID], ids = append(list, b), b, append(ids, r.ID)
	})
	if err != nil || len(list) == 0 {
		return list, err
	}
	err = scanStrict(db, "referral_events", "referral_id IN ? ORDER BY referral_id, version, id", []any{ids},
		func(e *models.Record, sound bool) {
			b := byID[e.ReferralID]
			b.Events, b.Sound = append(b.Events, *e), b.Sound && sound
		})
	if err != nil {
		return nil, err
	}
	return list, addValues(db, byID, ids)
}

// addValues adds what stands beside the rows: one sealed value or hash each.
func addValues(db *gorm.DB, byID map[string]*AuditBundle, ids []string) error {
	type content struct {
		ReferralID string
		Content    []byte
	}
	type key struct {
		ReferralID string
		Wrapped    []byte
	}
	type hash struct {
		ReferralID string
		Hash       []byte
	}
	args := []any{ids}
	err := scanStrict(db, "referral_contents", "referral_id IN ?", args, func(v *content, sound bool) {
		b := byID[v.ReferralID]
		b.Content, b.Sound = notNull(v.Content), b.Sound && sound
	})
	if err != nil {
		return err
	}
	err = scanStrict(db, "data_keys", "referral_id IN ?", args, func(v *key, _ bool) {
		byID[v.ReferralID].Wrapped = v.Wrapped
	})
	if err != nil {
		return err
	}
	err = scanStrict(db, "name_hashes", "referral_id IN ?", args, func(v *hash, sound bool) {
		b := byID[v.ReferralID]
		b.NameHashes, b.Sound = append(b.NameHashes, v.Hash), b.Sound && sound
	})
	if err != nil {
		return err
	}
	return scanStrict(db, "child_hashes", "referral_id IN ?", args, func(v *hash, sound bool) {
		b := byID[v.ReferralID]
		b.ChildHashes, b.Sound = append(b.ChildHashes, v.Hash), b.Sound && sound
	})
}
