package store

import (
	"bytes"
	"context"

	"znak/models"
)

// Session is a signed-in browser, or one that left something to remember. The
// token itself is never stored: who steals the table cannot use it.
type Session struct {
	TokenHash string `gorm:"primaryKey"`
	UserID    string // "" for nobody signed in
	Data      []byte
	ExpiresAt models.Stamp
}

// Session returns the session with this token hash. Returns models.ErrNotFound
// when there is none or it has expired. For the session manager only.
func (r *reader) Session(ctx context.Context, tokenHash string) (Session, error) {
	var s Session
	err := r.db.WithContext(ctx).
		Where("token_hash = ? AND expires_at > ?", tokenHash, models.StampOf(r.now())).Take(&s).Error
	return s, fault(err)
}

// SessionsOf lists the actor's own open sessions, the one used last first,
// without their data.
func (r *reader) SessionsOf(ctx context.Context, a models.Actor) (out []Session, err error) {
	if a.ID == "" {
		return nil, nil
	}
	err = fault(r.db.WithContext(ctx).Select("token_hash, user_id, expires_at").
		Where("user_id = ? AND expires_at > ?", a.ID, models.StampOf(r.now())).
		Order("expires_at DESC, token_hash").Find(&out).Error)
	return out, err
}

// AddSession writes a new session. For the session manager only.
func (tx *Tx) AddSession(s Session) error {
	return fault(tx.db.Create(&s).Error)
}

// ChangeSession writes what changed in a session. One that was ended meanwhile
// stays ended: a request that was under way does not bring it back. For the
// session manager only.
func (tx *Tx) ChangeSession(s Session) error {
	return fault(tx.db.Model(&Session{}).Where("token_hash = ?", s.TokenHash).
		Updates(map[string]any{"user_id": s.UserID, "data": s.Data, "expires_at": s.ExpiresAt}).Error)
}

// DeleteSession ends one session; one that does not exist is no fault. For the
// session manager only.
func (tx *Tx) DeleteSession(tokenHash string) error {
	return fault(tx.db.Exec("DELETE FROM sessions WHERE token_hash = ?", tokenHash).Error)
}

// EndSession ends one of the actor's own sessions, named by its token hash as
// SessionsOf gives it. Returns models.ErrNotFound when it is not the actor's.
func (tx *Tx) EndSession(a models.Actor, tokenHash string) error {
	res := tx.db.Exec("DELETE FROM sessions WHERE token_hash = ? AND user_id = ? AND user_id <> ''", tokenHash, a.ID)
	if res.Error != nil {
		return fault(res.Error)
	}
	if res.RowsAffected == 0 {
		return models.ErrNotFound
	}
	return nil
}

// EndSessions ends all sessions of an account.
func (tx *Tx) EndSessions(userID string) error {
	if userID == "" {
		return nil
	}
	return fault(tx.db.Exec("DELETE FROM sessions WHERE user_id = ?", userID).Error)
}

// DeleteExpired removes the sessions that have expired by the moment of the
// transaction, and returns how many.
func (tx *Tx) DeleteExpired() (int64, error) {
	res := tx.db.Exec("DELETE FROM sessions WHERE expires_at <= ?", models.StampOf(tx.now))
	return res.RowsAffected, fault(res.Error)
}

// Same says whether the two sessions hold the same.
func (s Session) Same(t Session) bool {
	return s.TokenHash == t.TokenHash && s.UserID == t.UserID && bytes.Equal(s.Data, t.Data)
}
