package store

import (
	"context"
	"database/sql"
	"errors"

	"znak/models"
)

// InsertNames writes the keyed hashes of the child's name and, if it is known
// who the child is, of name and year of birth; a child seen for the first time
// gets the handle.
func (tx *Tx) InsertNames(referralID string, words [][]byte, child []byte, handle string) error {
	type nameHash struct {
		ReferralID string
		Hash       []byte
	}
	var rows []nameHash
	for _, w := range words {
		rows = append(rows, nameHash{referralID, w})
	}
	if len(rows) > 0 {
		if err := tx.db.Table("name_hashes").Create(rows).Error; err != nil {
			return fault(err)
		}
	}
	if len(child) == 0 {
		return nil
	}
	if err := tx.db.Exec("INSERT INTO children (handle, hash) VALUES (?, ?) ON CONFLICT (hash) DO NOTHING", handle, child).Error; err != nil {
		return fault(err)
	}
	return fault(tx.db.Exec("INSERT INTO child_hashes (referral_id, hash) VALUES (?, ?)", referralID, child).Error)
}

// ChildOf returns the handle of the child whom the referral is about, and how
// many referrals about the same child the actor may see; "" when it is not
// known who the child is. The caller has read the referral with this actor.
func (r *reader) ChildOf(ctx context.Context, a models.Actor, referralID string) (handle string, referrals int64, err error) {
	var hash []byte
	row := r.db.WithContext(ctx).Raw("SELECT children.handle, children.hash FROM child_hashes JOIN children ON children.hash = child_hashes.hash WHERE child_hashes.referral_id = ?", referralID).Row()
	if err := row.Scan(&handle, &hash); errors.Is(err, sql.ErrNoRows) {
		return "", 0, nil
	} else if err != nil {
		return "", 0, fault(err)
	}
	err = r.referrals(ctx, a).Where("id IN (SELECT referral_id FROM child_hashes WHERE hash = ?)", hash).Count(&referrals).Error
	return handle, referrals, fault(err)
}

// Child returns the referrals about one child that the actor may see, in time
// order. Returns models.ErrNotFound when there is none.
func (r *reader) Child(ctx context.Context, a models.Actor, handle string) ([]models.Referral, error) {
	var out []models.Referral
	err := r.referrals(ctx, a).
		Where("id IN (SELECT referral_id FROM child_hashes JOIN children ON children.hash = child_hashes.hash WHERE children.handle = ?)", handle).
		Order("submitted_at, id").Find(&out).Error
	if err != nil {
		return nil, fault(err)
	}
	if len(out) == 0 {
		return nil, models.ErrNotFound
	}
	return out, nil
}
