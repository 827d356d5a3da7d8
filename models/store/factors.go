package store

import (
	"context"

	"gorm.io/gorm/clause"

	"znak/models"
)

// SecondFactor is what makes an account's codes. Its secret is sealed under a
// data key, which is stored wrapped.
type SecondFactor struct {
	UserID   string `gorm:"primaryKey"`
	Wrapped  []byte
	Secret   []byte
	LastStep int64 // of the newest code that was used
	MadeAt   models.Stamp
}

// recoveryCode is one code that gets in once without the second factor.
type recoveryCode struct {
	UserID string `gorm:"primaryKey"`
	Hash   string `gorm:"primaryKey"`
}

// SecondFactor returns an account's. It is for signing in and for the account's
// owner. Returns models.ErrNotFound.
func (r *reader) SecondFactor(ctx context.Context, userID string) (SecondFactor, error) {
	var f SecondFactor
	err := r.db.WithContext(ctx).Where("user_id = ?", userID).Take(&f).Error
	return f, fault(err)
}

// PutSecondFactor gives the account a second factor, in the place of an older
// one, with the hashes of its recovery codes.
func (tx *Tx) PutSecondFactor(f SecondFactor, recovery []string) error {
	f.MadeAt = models.StampOf(tx.now)
	if err := tx.db.Clauses(clause.OnConflict{UpdateAll: true}).Create(&f).Error; err != nil {
		return fault(err)
	}
	if err := tx.db.Exec("UPDATE users SET second_factor = TRUE WHERE id = ?", f.UserID).Error; err != nil {
		return fault(err)
	}
	return tx.PutRecoveryCodes(f.UserID, recovery)
}

// DropSecondFactor takes the second factor and its recovery codes from an
// account, if it has them.
func (tx *Tx) DropSecondFactor(userID string) error {
	for _, q := range []string{"DELETE FROM recovery_codes WHERE user_id = ?", "DELETE FROM second_factors WHERE user_id = ?",
		"UPDATE users SET second_factor = FALSE WHERE id = ?"} {
		if err := tx.db.Exec(q, userID).Error; err != nil {
			return fault(err)
		}
	}
	return nil
}

// UseStep says that the code of a step was used, and whether it may be: only
// a step after every one that was used before.
func (tx *Tx) UseStep(userID string, step int64) (bool, error) {
	res := tx.db.Exec("UPDATE second_factors SET last_step = ? WHERE user_id = ? AND last_step < ?", step, userID, step)
	return res.RowsAffected == 1, fault(res.Error)
}

// PutRecoveryCodes replaces the hashes of an account's recovery codes.
func (tx *Tx) PutRecoveryCodes(userID string, hashes []string) error {
	if err := tx.db.Exec("DELETE FROM recovery_codes WHERE user_id = ?", userID).Error; err != nil {
		return fault(err)
	}
	rows := make([]recoveryCode, len(hashes))
	for i, h := range hashes {
		rows[i] = recoveryCode{userID, h}
	}
	if len(rows) == 0 {
		return nil
	}
	return fault(tx.db.Create(&rows).Error)
}

// UseRecoveryCode removes a recovery code and says whether there was one.
func (tx *Tx) UseRecoveryCode(userID, hash string) (bool, error) {
	res := tx.db.Exec("DELETE FROM recovery_codes WHERE user_id = ? AND hash = ?", userID, hash)
	return res.RowsAffected == 1, fault(res.Error)
}

// RecoveryCodes returns how many recovery codes an account has left.
func (r *reader) RecoveryCodes(ctx context.Context, userID string) (int, error) {
	var n int64
	err := r.db.WithContext(ctx).Model(&recoveryCode{}).Where("user_id = ?", userID).Count(&n).Error
	return int(n), fault(err)
}
