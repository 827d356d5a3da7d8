package courier

import (
	"context"
	"slices"

	"znak/models"
	"znak/models/store"
)

// contact returns the one who is asked to triage: whom it was routed to while
// they are there, else the next of the desk who is, else the whole desk.
func (o *Outbox) contact(ctx context.Context, tx *store.Tx, r *models.Referral) ([]models.User, error) {
	desk, err := tx.Desk(ctx, r.DeskID)
	if err != nil {
		return nil, err
	}
	contacts, err := tx.Contacts(ctx, r.DeskID, tx.Now().In(o.location))
	if err != nil {
		return nil, err
	}
	there := func(u models.User) bool {
		return slices.ContainsFunc(contacts, func(c store.ContactState) bool { return c.UserID == u.ID && !c.Absent })
	}
	away := func(u models.User) bool {
		return slices.ContainsFunc(contacts, func(c store.ContactState) bool { return c.UserID == u.ID && c.Absent })
	}
	if i := slices.IndexFunc(desk, func(u models.User) bool { return u.ID == r.RoutedTo && !away(u) }); i >= 0 {
		return desk[i : i+1], nil
	}
	if i := slices.IndexFunc(desk, there); i >= 0 {
		return desk[i : i+1], nil
	}
	return desk, nil
}

// holder returns the contact and, if it is somebody else, the coordinator who
// acted last.
func (o *Outbox) holder(ctx context.Context, tx *store.Tx, r *models.Referral) ([]models.User, error) {
	contact, err := o.contact(ctx, tx, r)
	if err != nil {
		return nil, err
	}
	last, err := tx.LastOfRole(ctx, r.ID, models.RoleCoordinator)
	if err != nil {
		return nil, err
	}
	acted, err := open(ctx, tx, last)
	if len(acted) > 0 && acted[0].DistrictID != r.DeskID && acted[0].DistrictID != models.NationalDesk {
		acted = nil // it left their desk, which may have a reason
	}
	return append(acted, contact...), err
}

// side returns who has it on the side that holds it: at the desk the holder; at
// the Centre the officer who acted last (by one of the events, if any are
// given), or all of them.
func (o *Outbox) side(ctx context.Context, tx *store.Tx, r *models.Referral, by ...models.Event) ([]models.User, error) {
	if !r.AtCentre() {
		return o.holder(ctx, tx, r)
	}
	last, err := tx.LastOfRole(ctx, r.ID, models.RoleCentre, by...)
	if err != nil {
		return nil, err
	}
	officer, err := open(ctx, tx, last)
	if err != nil || len(officer) > 0 && officer[0].Role == models.RoleCentre {
		return officer, err
	}
	return tx.Staff(ctx, models.RoleCentre, "")
}

// school returns the author and, unless somebody at the school may be involved,
// the school's psychologists.
func school(ctx context.Context, tx *store.Tx, r *models.Referral) ([]models.User, error) {
	author, err := open(ctx, tx, r.AuthorID)
	if err != nil || r.Restricted {
		return author, err
	}
	psychologists, err := tx.Staff(ctx, models.RolePsychologist, r.SchoolID)
	return append(author, psychologists...), err
}
