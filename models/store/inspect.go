package store

import (
	"context"

	"znak/models"
)

// HasRole says whether there is an account with the role that is not disabled.
// For commands.
func (r *reader) HasRole(ctx context.Context, role models.Role) (bool, error) {
	var n int64
	err := r.db.WithContext(ctx).Model(&models.User{}).Where("role = ? AND NOT disabled", role).Limit(1).Count(&n).Error
	return n > 0, fault(err)
}

// Accounts returns how many accounts there are. For commands.
func (r *reader) Accounts(ctx context.Context) (int64, error) {
	var n int64
	err := r.db.WithContext(ctx).Model(&models.User{}).Count(&n).Error
	return n, fault(err)
}

// AccountLike returns the address of one account whose address ends in suffix,
// or whose password hash begins with prefix; "" when there is none. For refusing
// to serve with accounts that others know.
func (r *reader) AccountLike(ctx context.Context, suffix, prefix string) (email string, err error) {
	err = fault(r.db.WithContext(ctx).Raw(`SELECT email FROM users WHERE substr(email, length(email) - length(?) + 1) = ?
		OR substr(password_hash, 1, length(?)) = ? ORDER BY email LIMIT 1`, suffix, suffix, prefix, prefix).Scan(&email).Error)
	return email, err
}

// SchoolByCode returns the school with the code. Returns models.ErrNotFound.
func (r *reader) SchoolByCode(ctx context.Context, code string) (models.School, error) {
	var s models.School
	err := r.db.WithContext(ctx).Where("code = ?", code).Take(&s).Error
	return s, fault(err)
}

// AllUsers returns all accounts without password hashes. For commands only.
func (r *reader) AllUsers(ctx context.Context) (out []models.User, err error) {
	err = fault(r.db.WithContext(ctx).Select(userColumns).Order("email").Find(&out).Error)
	return out, err
}
