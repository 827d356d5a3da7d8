package store

import (
	"context"
	"time"

	"znak/models"
)

// These are the reads of the directory on which acts rest: what they return
// stays true until the transaction ends.

// School is the read of the same name, and keeps the directory as it is.
func (tx *Tx) School(ctx context.Context, id string) (*models.School, error) {
	if err := tx.shareDirectory(); err != nil {
		return nil, err
	}
	return tx.reader.School(ctx, id)
}

// Contacts is the read of the same name, and keeps the directory as it is.
func (tx *Tx) Contacts(ctx context.Context, districtID string, at time.Time) ([]ContactState, error) {
	if err := tx.shareDirectory(); err != nil {
		return nil, err
	}
	return tx.reader.Contacts(ctx, districtID, at)
}

// UserByID is the read of the same name, and keeps the directory as it is.
func (tx *Tx) UserByID(ctx context.Context, id string) (models.User, error) {
	if err := tx.shareDirectory(); err != nil {
		return models.User{}, err
	}
	return tx.reader.UserByID(ctx, id)
}

// Colleagues is the read of the same name, and keeps the directory as it is.
func (tx *Tx) Colleagues(ctx context.Context, a models.Actor, referralID string) ([]models.User, error) {
	if err := tx.shareDirectory(); err != nil {
		return nil, err
	}
	return tx.reader.Colleagues(ctx, a, referralID)
}
