package auth

import (
	"context"
	"errors"

	"znak/models"
	"znak/models/store"
)

// Decide is the second person's word on a proposal that Store.Proposals lists
// to them: approved, it is done at once. An invitation that comes of it goes by
// letter to an address of the approver's own body (see SendsTo), or else its
// token is for the approver's eyes, not for the admin who proposed. Returns
// models.ErrNotFound for what is not theirs, and CodeConflict when somebody
// else was first or the account has changed so that it cannot be done.
func (s *Service) Decide(ctx context.Context, by models.Actor, id string, approve bool) (made Made, err error) {
	if !by.Role.May(models.PermApprove) {
		return made, models.E(models.CodeForbidden, "error.forbidden")
	}
	err = s.Store.Tx(ctx, func(tx *store.Tx) error {
		made = Made{}
		if err := tx.HoldAccounts(); err != nil {
			return err
		}
		p, err := tx.Proposal(ctx, by, id)
		if err != nil {
			return err
		}
		verdict, action := store.VerdictRefused, "refuse-"+p.Act
		if approve {
			verdict, action = store.VerdictApproved, "approve-"+p.Act
		}
		if err := tx.Decide(by, id, verdict); err != nil {
			return err
		}
		if made.User, err = tx.UserByID(ctx, p.UserID); err != nil {
			return err
		}
		e := models.AuditBy(by, action)
		e.Object, e.Rule = object(p.UserID), "second-person"
		if p.Act == store.ProposeToken {
			e.Object = TokenObject(p.TokenID)
			return errors.Join(s.Append(tx, e), s.decideToken(tx, by, p, made.User, approve))
		}
		err = s.Append(tx, e)
		if !approve || err != nil {
			return err
		}
		way, err := s.wayTo(tx, by, made.User)
		if err != nil {
			return err
		}
		made.Sent = way.Post != nil && p.Invites(made.User)
		made.Token, err = way.carryOut(tx, by, p, made.User)
		return err
	})
	return made, err
}

// wayTo is the service that sends an invitation, if it may go to the account's
// address, or else the one that returns it.
func (s *Service) wayTo(tx *store.Tx, by models.Actor, u models.User) (*Service, error) {
	approver, err := tx.UserByID(tx.Context(), by.ID)
	if err != nil || s.SendsTo(u.Email, approver.Email) {
		return s, err
	}
	return s.ByHand(), nil
}

// carryOut does what was proposed.
func (s *Service) carryOut(tx *store.Tx, by models.Actor, p store.Proposal, u models.User) (token string, err error) {
	switch p.Act {
	case store.ProposeAccount:
		return s.carryOutAccount(tx, p, u)
	case store.ProposeRights:
		invites := p.Invites(u)
		u.Role, u.SchoolID, u.DistrictID = p.Role, p.SchoolID, p.DistrictID
		if err := errors.Join(checkPlace(tx, u), s.move(tx, by, u)); err != nil || !invites {
			return "", err
		}
		return s.reset(tx, u.ID, false)
	case store.ProposeReset:
		if !sameRights(p, u) || u.Disabled {
			return "", models.E(models.CodeConflict, "account.changed_since")
		}
		return s.reset(tx, u.ID, p.SecondFactor)
	case store.ProposeEnable:
		if !sameRights(p, u) || !u.Disabled {
			return "", models.E(models.CodeConflict, "account.changed_since")
		}
		return "", tx.SetDisabled(u.ID, false)
	}
	return "", models.Errorf(models.CodeInternal, "", "proposal %s: unknown act %q", p.ID, p.Act)
}

func (s *Service) carryOutAccount(tx *store.Tx, p store.Proposal, u models.User) (token string, err error) {
	if !sameRights(p, u) {
		return "", models.E(models.CodeConflict, "account.changed_since")
	}
	if err := tx.SetDisabled(u.ID, false); err != nil {
		return "", err
	}
	return s.open(tx, u)
}

// sameRights says whether the account still is what the second person sees.
func sameRights(p store.Proposal, u models.User) bool {
	return p.Role == u.Role && p.SchoolID == u.SchoolID && p.DistrictID == u.DistrictID
}
