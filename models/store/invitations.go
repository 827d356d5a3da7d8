package store

import (
	"context"

	"gorm.io/gorm/clause"

	"znak/models"
)

// Invitation lets the owner of an account choose a password, once and for a
// while. Of its token only the hash is stored.
type Invitation struct {
	UserID    string `gorm:"primaryKey"`
	TokenHash string
	MadeAt    models.Stamp
	ExpiresAt models.Stamp
}

// Invited returns the account whose open invitation has this token hash. It is
// for the one who holds the token. Returns models.ErrNotFound when there is
// none, it is over, or the account is disabled.
func (r *reader) Invited(ctx context.Context, tokenHash string) (models.User, error) {
	var u models.User
	err := r.db.WithContext(ctx).Joins("JOIN invitations ON invitations.user_id = users.id").
		Where("invitations.token_hash = ? AND invitations.expires_at > ? AND NOT users.disabled",
			tokenHash, models.StampOf(r.now())).Take(&u).Error
	return u, fault(err)
}

// InvitationOf returns the invitation of an account, open or over. Returns
// models.ErrNotFound. For admins and commands: the caller checks.
func (r *reader) InvitationOf(ctx context.Context, userID string) (Invitation, error) {
	var i Invitation
	err := r.db.WithContext(ctx).Where("user_id = ?", userID).Take(&i).Error
	return i, fault(err)
}

// PutInvitation writes an account's invitation in the place of an older one.
func (tx *Tx) PutInvitation(i Invitation) error {
	i.MadeAt = models.StampOf(tx.now)
	return fault(tx.db.Clauses(clause.OnConflict{UpdateAll: true}).Create(&i).Error)
}

// RenewInvitation lets the account's invitation with this token hash be used
// until a later moment. Returns models.ErrNotFound when it is not there any
// more.
func (tx *Tx) RenewInvitation(userID, tokenHash string, until models.Stamp) error {
	res := tx.db.Exec("UPDATE invitations SET expires_at = ? WHERE user_id = ? AND token_hash = ?", until, userID, tokenHash)
	if res.Error == nil && res.RowsAffected == 0 {
		return models.ErrNotFound
	}
	return fault(res.Error)
}

// UseInvitation removes the open invitation with this token hash: of two who
// use it at once, one gets models.ErrNotFound.
func (tx *Tx) UseInvitation(tokenHash string) error {
	res := tx.db.Exec("DELETE FROM invitations WHERE token_hash = ? AND expires_at > ?", tokenHash, models.StampOf(tx.now))
	if res.Error == nil && res.RowsAffected == 0 {
		return models.ErrNotFound
	}
	return fault(res.Error)
}

// DropInvitation removes an account's invitation, if it has one.
func (tx *Tx) DropInvitation(userID string) error {
	return fault(tx.db.Exec("DELETE FROM invitations WHERE user_id = ?", userID).Error)
}

// SetPassword writes an account's password hash, "" for none, and ends all its
// sessions. Only the owner, or a reset that was allowed, may come here: the
// caller checks. Returns models.ErrNotFound.
func (tx *Tx) SetPassword(userID, hash string) error {
	res := tx.db.Exec("UPDATE users SET password_hash = ? WHERE id = ?", hash, userID)
	if res.Error == nil && res.RowsAffected == 0 {
		return models.ErrNotFound
	}
	if res.Error != nil {
		return fault(res.Error)
	}
	return tx.EndSessions(userID)
}

// SetSelf writes what an account's owner may change about it: name and
// language. Returns CodeInvalid for an empty name.
func (tx *Tx) SetSelf(userID, name, lang string) error {
	if err := tx.HoldAccounts(); err != nil {
		return err
	}
	var u models.User
	if err := tx.db.Where("id = ?", userID).Take(&u).Error; err != nil {
		return fault(err)
	}
	u.Name, u.Lang = name, lang
	return tx.PutUser(u)
}

// EndOtherSessions ends all sessions of an account but one.
func (tx *Tx) EndOtherSessions(userID, exceptHash string) error {
	return fault(tx.db.Exec("DELETE FROM sessions WHERE user_id = ? AND user_id <> '' AND token_hash <> ?", userID, exceptHash).Error)
}

// OwnSessions is SessionsOf with the sessions' data, for telling their owner
// when they began.
func (r *reader) OwnSessions(ctx context.Context, a models.Actor) (out []Session, err error) {
	err = fault(r.db.WithContext(ctx).Where("user_id = ? AND user_id <> '' AND expires_at > ?", a.ID, models.StampOf(r.now())).
		Order("expires_at DESC, token_hash").Find(&out).Error)
	return out, err
}
