package store

import (
	"time"

	"gorm.io/gorm/clause"

	"znak/models"
)

// Answer is what was answered to one act of the machine interface.
type Answer struct {
	TokenID   string
	KeyHash   string // digest of the idempotency key, by the token
	BodyHash  string // digest of what was asked, by the token
	Claim     string // who is doing it
	ClaimedAt models.Stamp
	Status    int // 0 = it is under way, or was cut off
	Answer    string
}

// TableName is the table of answers.
func (Answer) TableName() string { return "api_answers" }

// Claim takes an act on, and forgets what is older than keep. It returns the
// row as it then is: the caller does the act exactly if its own claim stands in
// it. Else it was done (Status), or somebody is doing it. A claim whose owner
// was cut off can be taken over when the lease is over.
func (tx *Tx) Claim(want Answer, lease, keep time.Duration) (Answer, error) {
	now := models.StampOf(tx.now)
	want.ClaimedAt, want.Status, want.Answer = now, 0, ""
	if err := tx.db.Exec("DELETE FROM api_answers WHERE claimed_at < ?", models.StampOf(tx.now.Add(-keep))).Error; err != nil {
		return Answer{}, fault(err)
	}
	res := tx.db.Clauses(clause.OnConflict{DoNothing: true}).Create(&want)
	if res.Error != nil || res.RowsAffected == 1 {
		return want, fault(res.Error)
	}
	err := tx.db.Exec("UPDATE api_answers SET claim = ?, claimed_at = ? WHERE token_id = ? AND key_hash = ? AND body_hash = ? AND status = 0 AND claimed_at <= ?",
		want.Claim, now, want.TokenID, want.KeyHash, want.BodyHash, models.StampOf(tx.now.Add(-lease))).Error
	if err != nil {
		return Answer{}, fault(err)
	}
	var have Answer
	err = tx.db.Where("token_id = ? AND key_hash = ?", want.TokenID, want.KeyHash).Take(&have).Error
	return have, fault(err)
}

// Finish writes the answer in the transaction of its act. It returns CodeConflict
// when somebody else has taken the act on meanwhile: then nothing may be done.
func (tx *Tx) Finish(done Answer) error {
	res := tx.db.Exec("UPDATE api_answers SET status = ?, answer = ? WHERE token_id = ? AND key_hash = ? AND claim = ? AND status = 0",
		done.Status, done.Answer, done.TokenID, done.KeyHash, done.Claim)
	if res.Error == nil && res.RowsAffected == 0 {
		return models.E(models.CodeConflict, "error.conflict")
	}
	return fault(res.Error)
}

// Release gives a claim back when nothing came of the act.
func (tx *Tx) Release(claimed Answer) error {
	return fault(tx.db.Exec("DELETE FROM api_answers WHERE token_id = ? AND key_hash = ? AND claim = ? AND status = 0",
		claimed.TokenID, claimed.KeyHash, claimed.Claim).Error)
}
