package store

import (
	"context"
	"strings"

	"gorm.io/gorm"

	"znak/models"
)

// Token is a token of the machine interface; of the token itself only a hash is
// kept.
type Token struct {
	ID         string
	Hash       string
	UserID     string      // the account as which it acts
	Role       models.Role // of the account when it was made
	Label      string      // what its owner calls it
	Scopes     string      // separated by spaces
	MadeAt     models.Stamp
	ExpiresAt  models.Stamp
	ApprovedBy string
	ApprovedAt models.Stamp // zero while it waits for a second person
	RevokedBy  string
	RevokedAt  models.Stamp
	LastDay    string // YYYY-MM-DD in UTC on which it was used last; "" = never
}

// TableName is the table of tokens.
func (Token) TableName() string { return "api_tokens" }

// Has says whether the token was given the scope.
func (t Token) Has(s models.Scope) bool {
	for _, have := range strings.Fields(t.Scopes) {
		if have == string(s) {
			return true
		}
	}
	return false
}

// tokenColumns are a token's columns without its hash.
const tokenColumns = "id, user_id, role, label, scopes, made_at, expires_at, approved_by, approved_at, revoked_by, revoked_at, last_day"

// TokenByHash returns the token with this hash, like UserByEmail for finding out
// who asks: it is scoped by no actor. Returns models.ErrNotFound.
func (r *reader) TokenByHash(ctx context.Context, hash string) (Token, error) {
	var t Token
	err := r.db.WithContext(ctx).Where("hash = ?", hash).Take(&t).Error
	return t, fault(err)
}

// Tokens lists tokens without their hashes, the newest first, and those that
// count no more only when they were made since a moment: one's own, or all of
// them for an admin and the operator.
func (r *reader) Tokens(ctx context.Context, a models.Actor, since models.Stamp) (out []Token, err error) {
	now := models.StampOf(r.now())
	err = r.tokenScope(ctx, a).Where("revoked_at = 0 AND expires_at > ? OR made_at >= ?", now, since).
		Order("made_at DESC, id").Limit(500).Find(&out).Error
	return out, fault(err)
}

// TokensByID returns tokens by id, without their hashes. Callers show them only
// to those who decide on them.
func (r *reader) TokensByID(ctx context.Context, ids []string) (map[string]Token, error) {
	var rows []Token
	if err := r.db.WithContext(ctx).Select(tokenColumns).Where("id IN ?", ids).Find(&rows).Error; err != nil {
		return nil, fault(err)
	}
	out := make(map[string]Token, len(rows))
	for _, t := range rows {
		out[t.ID] = t
	}
	return out, nil
}

func (r *reader) tokenScope(ctx context.Context, a models.Actor) *gorm.DB {
	q := r.db.WithContext(ctx).Select(tokenColumns)
	if a.Role != models.RoleAdmin && a.Role != models.RoleOperator {
		q = q.Where("user_id = ?", a.ID)
	}
	return q
}

// AddToken writes a new token.
func (tx *Tx) AddToken(t Token) error { return fault(tx.db.Create(&t).Error) }

// LiveTokens lists an account's tokens that are neither revoked nor expired,
// those that wait among them.
func (tx *Tx) LiveTokens(userID string) (out []Token, err error) {
	err = tx.db.Select(tokenColumns).Where("user_id = ? AND revoked_at = 0 AND expires_at > ?", userID, models.StampOf(tx.now)).
		Order("id").Find(&out).Error
	return out, fault(err)
}

// ApproveToken lets a token that waits count. Returns CodeConflict for one that
// was revoked or has expired meanwhile.
func (tx *Tx) ApproveToken(by models.Actor, id string) error {
	now := models.StampOf(tx.now)
	res := tx.db.Exec("UPDATE api_tokens SET approved_by = ?, approved_at = ? WHERE id = ? AND approved_at = 0 AND revoked_at = 0 AND expires_at > ?",
		by.ID, now, id, now)
	if res.Error == nil && res.RowsAffected == 0 {
		return models.E(models.CodeConflict, "token.ended")
	}
	return fault(res.Error)
}

// RevokeToken ends a token at once and for good, and whatever waits for it: for
// its owner, an admin and the operator; and for whoever has refused it, or
// changed its account. Returns models.ErrNotFound for a token that is not
// there, or is revoked already.
func (tx *Tx) RevokeToken(by models.Actor, id string) error {
	now := models.StampOf(tx.now)
	res := tx.db.Exec("UPDATE api_tokens SET revoked_by = ?, revoked_at = ? WHERE id = ? AND revoked_at = 0", by.ID, now, id)
	if res.Error == nil && res.RowsAffected == 0 {
		return models.ErrNotFound
	}
	if res.Error != nil {
		return fault(res.Error)
	}
	return fault(tx.db.Exec("UPDATE proposals SET verdict = ?, decided_by = ?, decided_at = ? WHERE token_id = ? AND verdict = ''",
		VerdictWithdrawn, by.ID, now, id).Error)
}

// TokenIsOf says whether the token is one that the actor may revoke: one's own,
// or any for an admin and the operator. Returns models.ErrNotFound otherwise.
func (tx *Tx) TokenIsOf(a models.Actor, id string) error {
	var t Token
	return fault(tx.tokenScope(tx.Context(), a).Where("id = ?", id).Take(&t).Error)
}

// TokenUsed notes the day on which a token was used last.
func (tx *Tx) TokenUsed(id, day string) error {
	return fault(tx.db.Exec("UPDATE api_tokens SET last_day = ? WHERE id = ?", day, id).Error)
}
