package store

import (
	"context"

	"znak/models"
)

// Sealed is a referral with everything that belongs to it, still sealed.
type Sealed struct {
	models.Referral
	Wrapped []byte          // the data key, wrapped by the master keys; empty after an erasure
	Content []byte          // what the school wrote
	Records []models.Record // the timeline, oldest first
}

// Referral returns the referral with this reference, if the actor may see it.
// Returns models.ErrNotFound otherwise.
func (r *reader) Referral(ctx context.Context, a models.Actor, ref string) (*models.Referral, error) {
	var out models.Referral
	if err := r.referrals(ctx, a).Where("referrals.ref = ?", ref).Take(&out).Error; err != nil {
		return nil, fault(err)
	}
	return &out, nil
}

// Sealed returns the referral with its key, content and timeline, if the actor
// may see it. Returns models.ErrNotFound otherwise.
func (r *reader) Sealed(ctx context.Context, a models.Actor, ref string) (*Sealed, error) {
	head, err := r.Referral(ctx, a, ref)
	if err != nil {
		return nil, err
	}
	return r.fill(ctx, head)
}

func (r *reader) fill(ctx context.Context, head *models.Referral) (*Sealed, error) {
	out := &Sealed{Referral: *head}
	db := r.db.WithContext(ctx)
	err := db.Raw(`SELECT referral_contents.content, data_keys.wrapped FROM referral_contents
		LEFT JOIN data_keys ON data_keys.referral_id = referral_contents.referral_id
		WHERE referral_contents.referral_id = ?`, head.ID).Row().Scan(&out.Content, &out.Wrapped)
	if err = fault(err); models.CodeOf(err) == models.CodeUnavailable {
		return nil, err
	}
	if err != nil {
		return nil, models.Errorf(models.CodeInternal, "", "content of referral %s: %w", head.ID, err)
	}
	if out.Wrapped == nil && head.ErasedAt.IsZero() {
		return nil, models.Errorf(models.CodeInternal, "", "referral %s has no data key", head.ID)
	}
	if head.State == models.StateDraft {
		return out, nil // nothing has happened to it yet
	}
	// Up to the row's version: somebody may have written on since it was read.
	if err := db.Where("referral_id = ? AND version <= ?", head.ID, head.Version).Order("version").Find(&out.Records).Error; err != nil {
		return nil, fault(err)
	}
	return out, nil
}

// ReferralID returns the id behind a reference whoever asks, for the audit
// trail of a denial alone; "" when there is none.
func (r *reader) ReferralID(ctx context.Context, ref string) string {
	var id string
	r.db.WithContext(ctx).Raw("SELECT id FROM referrals WHERE ref = ?", ref).Row().Scan(&id)
	return id
}

// InsertReferral writes a new referral with its key and content. A reference
// that is taken is a CodeConflict error.
func (tx *Tx) InsertReferral(r *models.Referral, wrapped, content []byte) error {
	if err := tx.db.Create(r).Error; err != nil {
		return fault(err)
	}
	if err := tx.db.Exec("INSERT INTO data_keys (referral_id, wrapped) VALUES (?, ?)", r.ID, wrapped).Error; err != nil {
		return fault(err)
	}
	return fault(tx.db.Exec("INSERT INTO referral_contents (referral_id, content) VALUES (?, ?)", r.ID, content).Error)
}

// UpdateReferral writes the referral's row if it still has the version that
// was read, and raises the version by one. Returns CodeConflict when somebody
// else changed it first.
func (tx *Tx) UpdateReferral(r *models.Referral) error {
	read := r.Version
	r.Version++
	tx.undo = append(tx.undo, func() { r.Version = read })
	res := tx.db.Model(&models.Referral{}).Where("id = ? AND version = ?", r.ID, read).Select("*").Updates(r)
	if res.Error != nil {
		return fault(res.Error)
	}
	if res.RowsAffected != 1 {
		return raced()
	}
	return nil
}

// UpdateContent replaces the sealed content of a draft.
func (tx *Tx) UpdateContent(referralID string, content []byte) error {
	res := tx.db.Exec("UPDATE referral_contents SET content = ? WHERE referral_id = ?", content, referralID)
	return fault(res.Error)
}

// InsertRecord adds one entry to a referral's timeline.
func (tx *Tx) InsertRecord(rec *models.Record) error { return fault(tx.db.Create(rec).Error) }

// Recuse keeps the user from seeing the referral from now on.
func (tx *Tx) Recuse(referralID, userID string) error {
	return fault(tx.db.Exec("INSERT INTO recusals (referral_id, user_id) VALUES (?, ?) ON CONFLICT DO NOTHING", referralID, userID).Error)
}

// InsertFact writes a row of the figures; UpdateFact replaces its sealed part.
func (tx *Tx) InsertFact(id, month string, body []byte) error {
	return fault(tx.db.Exec("INSERT INTO facts (id, month, body) VALUES (?, ?, ?)", id, month, body).Error)
}

// Fact returns the sealed part of a row of the figures.
func (tx *Tx) Fact(id string) (body []byte, err error) {
	err = tx.db.Raw("SELECT body FROM facts WHERE id = ?", id).Row().Scan(&body)
	return body, fault(err)
}

// UpdateFact replaces the sealed part of a row of the figures.
func (tx *Tx) UpdateFact(id string, body []byte) error {
	return fault(tx.db.Exec("UPDATE facts SET body = ? WHERE id = ?", body, id).Error)
}
