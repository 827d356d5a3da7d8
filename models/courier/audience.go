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
	case models.LetterUndelivered:
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
