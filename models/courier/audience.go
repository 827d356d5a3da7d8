package courier

import (
	"context"
	"slices"

	"znak/models"
	"znak/models/store"
)

// official says whether the letter must reach a desk or the Centre: somebody
// there, whoever it is.
func official(kind models.Letter) bool {
	switch kind {
	case models.LetterOutcome, models.LetterQuestion, models.LetterDraft, models.LetterDeskEmpty, models.LetterInvitation, models.LetterClosing:
		return false
	}
	return true
}

// audience returns whom a letter about the referral concerns now: ids of open
// accounts. Whether each may still see the referral is checked when it is sent.
func (o *Outbox) audience(ctx context.Context, tx *store.Tx, kind models.Letter, r *models.Referral) ([]string, error) {
	var g gather
	switch kind {
	case models.LetterNew, models.LetterHandedOn, models.LetterAckSoon:
		g.add(o.contact(ctx, tx, r))
	case models.LetterDecideSoon:
		g.add(o.holder(ctx, tx, r))
	case models.LetterAckLate, models.LetterDecideLate, models.LetterClosing:
		g.add(tx.Desk(ctx, r.DeskID))
		g.add(tx.Desk(ctx, models.NationalDesk))
	case models.LetterForwarded, models.LetterReceiveSoon:
		g.add(tx.Staff(ctx, models.RoleCentre, ""))
	case models.LetterReceiveLate:
		g.add(tx.Staff(ctx, models.RoleCentre, ""))
		g.add(tx.Desk(ctx, models.NationalDesk))
	case models.LetterReconsider:
		officers, err := tx.Staff(ctx, models.RoleCentre, "")
		g.add(slices.DeleteFunc(officers, func(u models.User) bool { return u.ID == r.DecidedBy }), err)
	case models.LetterQuestion:
		if r.AskedOf == models.ToCoordinator {
			g.add(o.holder(ctx, tx, r))
		} else {
			g.add(school(ctx, tx, r))
		}
	case models.LetterAnswer:
		g.add(o.side(ctx, tx, r, models.EventAsk))
	case models.LetterAdded:
		g.add(o.side(ctx, tx, r))
	case models.LetterOutcome:
		g.add(school(ctx, tx, r))
		g.add(o.holder(ctx, tx, r))
	case models.LetterDraft:
		g.add(open(ctx, tx, r.AuthorID))
	}
	return g.ids, g.err
}

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

// open returns the account if it is open.
func open(ctx context.Context, tx *store.Tx, id string) ([]models.User, error) {
	if id == "" {
		return nil, nil
	}
	u, err := tx.UserByID(ctx, id)
	if models.CodeOf(err) == models.CodeNotFound || err == nil && u.Disabled {
		return nil, nil
	}
	return []models.User{u}, err
}

// gather collects ids, each once.
type gather struct {
	ids []string
	err error
}

func (g *gather) add(users []models.User, err error) {
	if g.err == nil {
		g.err = err
	}
	for _, id := range ids(users) {
		if !slices.Contains(g.ids, id) {
			g.ids = append(g.ids, id)
		}
	}
}

func ids(users []models.User) []string {
	out := make([]string, len(users))
	for i, u := range users {
		out[i] = u.ID
	}
	return out
}
