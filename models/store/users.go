package store

import (
	"context"
	"strings"

	"gorm.io/gorm/clause"

	"znak/models"
)

// UserByEmail returns the account with this address, in any case, with its
// password hash. It is for signing in and for the acts of the account's owner
// only: it is scoped by no actor. Returns models.ErrNotFound.
func (r *reader) UserByEmail(ctx context.Context, email string) (models.User, error) {
	return r.user(ctx, "email = ?", FoldEmail(email))
}

// UserByID returns an account with its password hash, like UserByEmail: it is
// for knowing on each request who is signed in. Returns models.ErrNotFound.
func (r *reader) UserByID(ctx context.Context, id string) (models.User, error) {
	return r.user(ctx, "id = ?", id)
}

func (r *reader) user(ctx context.Context, where string, arg string) (models.User, error) {
	var u models.User
	err := fault(r.db.WithContext(ctx).Where(where, arg).Take(&u).Error)
	return u, err
}

// FoldEmail returns the one form in which an address is stored and found.
func FoldEmail(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

// userColumns are an account's columns without its password hash.
const userColumns = "id, email, name, role, school_id, district_id, lang, disabled, made_at, second_factor"

// Users lists accounts by name, without password hashes, at most limit of
// them, from the one that follows the account with the id after ("" = from the
// start). Admins only; anybody else gets CodeForbidden.
func (r *reader) Users(ctx context.Context, a models.Actor, after string, limit int) (out []models.User, err error) {
	if a.Role != models.RoleAdmin {
		return nil, models.E(models.CodeForbidden, "error.forbidden")
	}
	q := r.db.WithContext(ctx).Select(userColumns)
	if after != "" {
		q = q.Where("(name, id) > (SELECT u.name, u.id FROM users u WHERE u.id = ?)", after)
	}
	err = fault(q.Order("name, id").Limit(limit).Find(&out).Error)
	return out, err
}

// Colleagues lists the people to whom a coordinator can hand the referral on:
// the other enabled coordinators of the own district and of the national desk,
// the own district first, without those who stepped back from it themselves.
// Anybody else gets CodeForbidden.
func (r *reader) Colleagues(ctx context.Context, a models.Actor, referralID string) (out []models.User, err error) {
	if a.Role != models.RoleCoordinator {
		return nil, models.E(models.CodeForbidden, "error.forbidden")
	}
	err = fault(r.db.WithContext(ctx).Select(userColumns).
		Where("role = ? AND NOT disabled AND id <> ? AND district_id IN ?"+
			" AND id NOT IN (SELECT user_id FROM recusals WHERE referral_id = ?)",
			models.RoleCoordinator, a.ID, []string{a.DistrictID, models.NationalDesk}, referralID).
		Clauses(clause.OrderBy{Expression: clause.Expr{SQL: "district_id <> ?, name, id", Vars: []any{a.DistrictID}}}).
		Find(&out).Error)
	return out, err
}

// Names returns the names of accounts by id. Callers show them only to those
// who may know who acted.
func (r *reader) Names(ctx context.Context, ids []string) (map[string]string, error) {
	var rows []models.User
	if err := r.db.WithContext(ctx).Select("id, name").Where("id IN ?", ids).Find(&rows).Error; err != nil {
		return nil, fault(err)
	}
	out := make(map[string]string, len(rows))
	for _, u := range rows {
		out[u.ID] = u.Name
	}
	return out, nil
}
