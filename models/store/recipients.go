package store

import (
	"context"

	"znak/models"
)

// The reads here say who is told of something. Only models/courier calls them.

// Desk returns the coordinators of a desk whose accounts are open, its contacts
// in their order first.
func (r *reader) Desk(ctx context.Context, districtID string) (out []models.User, err error) {
	err = r.db.WithContext(ctx).Select("users.*").
		Joins("LEFT JOIN contacts ON contacts.user_id = users.id AND contacts.district_id = users.district_id").
		Where("users.role = ? AND users.district_id = ? AND NOT users.disabled", models.RoleCoordinator, districtID).
		Order("coalesce(contacts.position, 1000000), users.id").Find(&out).Error
	return without(out), fault(err)
}

// Staff returns the open accounts of a role; schoolID narrows to a school, ""
// = everywhere.
func (r *reader) Staff(ctx context.Context, role models.Role, schoolID string) (out []models.User, err error) {
	q := r.db.WithContext(ctx).Where("role = ? AND NOT disabled", role)
	if schoolID != "" {
		q = q.Where("school_id = ?", schoolID)
	}
	err = q.Order("id").Find(&out).Error
	return without(out), fault(err)
}

// without takes the password hashes out.
func without(users []models.User) []models.User {
	for i := range users {
		users[i].PasswordHash = ""
	}
	return users
}

// LastOfRole returns the id of the person of the role who acted on the referral
// last, by one of the events if any are given; "" when nobody has.
func (r *reader) LastOfRole(ctx context.Context, referralID string, role models.Role, events ...models.Event) (string, error) {
	var ids []string
	q := r.db.WithContext(ctx).Model(&models.Record{}).Where("referral_id = ? AND actor_role = ?", referralID, role)
	if len(events) > 0 {
		q = q.Where("event IN ?", events)
	}
	err := q.Order("version DESC").Limit(1).Pluck("actor_id", &ids).Error
	if err != nil || len(ids) == 0 {
		return "", fault(err)
	}
	return ids[0], nil
}

// ReferralByID returns the referral with the id, if the actor may see it.
// Returns models.ErrNotFound otherwise.
func (r *reader) ReferralByID(ctx context.Context, a models.Actor, id string) (*models.Referral, error) {
	var out models.Referral
	if err := r.referrals(ctx, a).Where("referrals.id = ?", id).Take(&out).Error; err != nil {
		return nil, fault(err)
	}
	return &out, nil
}
