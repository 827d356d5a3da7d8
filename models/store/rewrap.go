package store

import (
	"bytes"
	"context"
	"fmt"

	"znak/models"
)

// WrappedKind is a kind of data keys that are stored wrapped by a master key.
type WrappedKind string

const (
	WrappedReferrals WrappedKind = "data_keys"      // by the referral's id
	WrappedFactors   WrappedKind = "second_factors" // by the account's id
)

// WrappedKinds lists every kind.
var WrappedKinds = []WrappedKind{WrappedReferrals, WrappedFactors}

// owner is the column that says whose key it is.
func (k WrappedKind) owner() string {
	if k == WrappedFactors {
		return "user_id"
	}
	return "referral_id"
}

// WrappedKey is a data key as it is stored.
type WrappedKey struct {
	ID      string // whose it is
	Wrapped []byte
}

// WrappedOtherwise returns keys that do not begin with the mark of a master
// key, by owner from the one that follows after, at most n. For the operator's
// rotation; others get CodeForbidden.
func (r *reader) WrappedOtherwise(ctx context.Context, a models.Actor, k WrappedKind, mark []byte, after string, n int) (out []WrappedKey, err error) {
	if err := mayOperate(a); err != nil {
		return nil, err
	}
	err = r.db.WithContext(ctx).Raw(fmt.Sprintf("SELECT %[1]s AS id, wrapped FROM %[2]s WHERE %[1]s > ? AND substr(wrapped, 1, %[3]d) <> ? ORDER BY %[1]s LIMIT ?",
		k.owner(), k, len(mark)), after, mark, n).Scan(&out).Error
	return out, fault(err)
}

// Rewrap puts the same key, wrapped anew, in the place of what was read. It
// leaves one alone that was erased or changed since.
func (tx *Tx) Rewrap(k WrappedKind, id string, old, anew []byte) error {
	return fault(tx.db.Exec(fmt.Sprintf("UPDATE %s SET wrapped = ? WHERE %s = ? AND wrapped = ?", k, k.owner()), anew, id, old).Error)
}

// CountWrapped returns how many keys of a kind begin with the mark of a master
// key, and how many there are. It tells nothing about anyone.
func (r *reader) CountWrapped(ctx context.Context, k WrappedKind, mark []byte) (with, all int64, err error) {
	err = r.db.WithContext(ctx).Raw(fmt.Sprintf("SELECT COALESCE(SUM(CASE WHEN substr(wrapped, 1, %d) = ? THEN 1 ELSE 0 END), 0), COUNT(*) FROM %s", len(mark), k), mark).
		Row().Scan(&with, &all)
	return with, all, fault(err)
}

// SessionsHolding counts the sessions whose data holds the text. It tells
// nothing about anyone.
func (r *reader) SessionsHolding(ctx context.Context, text string) (n int, err error) {
	rows, err := r.db.WithContext(ctx).Raw("SELECT data FROM sessions").Rows()
	if err != nil {
		return 0, fault(err)
	}
	defer rows.Close()
	for rows.Next() {
		var data []byte
		if err := rows.Scan(&data); err != nil {
			return 0, err
		}
		if bytes.Contains(data, []byte(text)) {
			n++
		}
	}
	return n, fault(rows.Err())
}
