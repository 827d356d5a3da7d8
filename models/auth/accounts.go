package auth

import (
	"context"
	"errors"

	"znak/models"
	"znak/models/store"
)

// Made is what came of a change of an account.
type Made struct {
	User  models.User
	Token string // of the invitation that was made, to be handed over; "" for none
	Sent  bool   // a letter with the invitation goes to the account's address
	Waits bool   // for a second person of the receiving body
}

// mayManage refuses everybody but an admin and the operator.
func mayManage(by models.Actor) error {
	if by.Role != models.RoleAdmin && by.Role != models.RoleOperator {
		return models.E(models.CodeForbidden, "error.forbidden")
	}
	return nil
}

// waits says whether the act waits for a second person: an admin's, on an
// account that reads referrals of others. The operator's do not: whoever holds
// the server can do anything, so they are shown to those who decide.
func waits(by models.Actor, r models.Role) bool {
	return by.Role != models.RoleOperator && r.ReadsOthers()
}

// Add makes an account and its invitation. For admins and the operator. Where
// the account reads referrals of others, an admin's waits, disabled and without
// an invitation, for a second person (see Decide). Returns CodeInvalid for an
// account that cannot be, or whose address is taken.
func (s *Service) Add(ctx context.Context, by models.Actor, u models.User) (made Made, err error) {
	err = s.Store.Tx(ctx, func(tx *store.Tx) error {
		made, err = s.AddIn(tx, by, u)
		return err
	})
	return made, err
}

// AddIn is Add within a transaction, for many at once.
func (s *Service) AddIn(tx *store.Tx, by models.Actor, u models.User) (Made, error) {
	if err := mayManage(by); err != nil {
		return Made{}, err
	}
	if err := checkPlace(tx, u); err != nil {
		return Made{}, err
	}
	u.ID, u.PasswordHash, u.Disabled = models.NewID(), "", waits(by, u.Role)
	if err := tx.PutUser(u); err != nil {
		return Made{}, err
	}
	made := Made{User: u, Waits: u.Disabled}
	if err := s.note(tx, by, store.ProposeAccount, u, false, "invite", "email,name,role,place"); err != nil || made.Waits {
		return made, err
	}
	var err error
	made.Token, err = s.open(tx, u)
	made.Sent = s.Post != nil
	return made, err
}

// open lets an account in: a coordinator gets a place in the district's order.
func (s *Service) open(tx *store.Tx, u models.User) (token string, err error) {
	if u.Role == models.RoleCoordinator {
		if err := tx.AppendContact(u.DistrictID, u.ID); err != nil {
			return "", err
		}
	}
	return s.invite(tx, u.ID)
}

// note writes what is done, or proposed, to the trail and where a second person
// sees it.
func (s *Service) note(tx *store.Tx, by models.Actor, act string, u models.User, factor bool, action, fields string) error {
	e := models.AuditBy(by, action)
	e.Object, e.Fields, e.Rule = object(u.ID), fields, string(by.Role)
	if waits(by, u.Role) {
		e.Action, e.Rule = "propose-"+act, "second-person"
	}
	var err error
	if u.Role.ReadsOthers() {
		p := store.Proposal{ID: models.NewID(), Act: act, UserID: u.ID, Role: u.Role, SchoolID: u.SchoolID,
			DistrictID: u.DistrictID, SecondFactor: factor, MadeBy: by.ID}
		if !waits(by, u.Role) {
			p.Verdict, p.DecidedBy, p.DecidedAt = store.VerdictTold, by.ID, models.StampOf(tx.Now())
		}
		err = tx.AddProposal(p)
	}
	if models.CodeOf(err) == models.CodeConflict {
		err = models.E(models.CodeConflict, "account.waits_already")
	}
	return errors.Join(err, s.Append(tx, e))
}

// checkPlace refuses an account at a school or desk that does not exist.
func checkPlace(tx *store.Tx, u models.User) error {
	refuse := func(field, key string) error { return models.Invalid(models.FieldError{Field: field, Key: key}) }
	if u.SchoolID != "" {
		if school, err := tx.School(tx.Context(), u.SchoolID); models.CodeOf(err) == models.CodeNotFound {
			return refuse("school", "account.no_school")
		} else if err != nil {
			return err
		} else if school.Closed {
			return refuse("school", "account.school_closed")
		}
	}
	if u.DistrictID == "" {
		return nil
	}
	districts, err := tx.Districts(tx.Context())
	if err != nil {
		return err
	}
	for _, d := range districts {
		if d.ID == u.DistrictID {
			return nil
		}
	}
	return refuse("district", "account.no_district")
}

// Reset takes the password from an account, ends its sessions and makes an
// invitation to choose a new one; with factor, the second factor goes too,
// which otherwise is still asked for. For admins and the operator; an admin's
// waits where the account reads referrals of others: until then nothing
// changes. Returns models.ErrNotFound, and CodeConflict for a disabled account,
// one's own, or one for which something waits already.
func (s *Service) Reset(ctx context.Context, by models.Actor, userID string, factor bool) (made Made, err error) {
	err = s.change(ctx, by, userID, "account.own", func(tx *store.Tx, u models.User) error {
		if u.Disabled {
			return models.E(models.CodeConflict, "account.is_disabled")
		}
		made = Made{User: u, Waits: waits(by, u.Role)}
		fields := "password"
		if factor {
			fields += ",second_factor"
		}
		if err := s.note(tx, by, store.ProposeReset, u, factor, "reset", fields); err != nil || made.Waits {
			return err
		}
		made.Token, err = s.reset(tx, u.ID, factor)
		made.Sent = s.Post != nil
		return err
	})
	return made, err
}

func (s *Service) reset(tx *store.Tx, userID string, factor bool) (token string, err error) {
	if factor {
		if err := tx.DropSecondFactor(userID); err != nil {
			return "", err
		}
	}
	if err := tx.SetPassword(userID, ""); err != nil {
		return "", err
	}
	return s.invite(tx, userID)
}

// SetRights gives an account another role or place. For admins; where the
// account would then read referrals of others it waits for a second person, and
// stays what it is until then. Its faults are those of Add and Reset.
func (s *Service) SetRights(ctx context.Context, by models.Actor, userID string, role models.Role, schoolID, districtID string) (made Made, err error) {
	err = s.change(ctx, by, userID, "account.own", func(tx *store.Tx, u models.User) error {
		u.Role, u.SchoolID, u.DistrictID = role, schoolID, districtID
		if err := checkPlace(tx, u); err != nil {
			return err
		}
		if err := tx.CheckUser(u); err != nil {
			return err
		}
		made = Made{User: u, Waits: waits(by, role)}
		if err := s.note(tx, by, store.ProposeRights, u, false, "rights", "role,place"); err != nil || made.Waits {
			return err
		}
		return s.move(tx, by, u)
	})
	return made, err
}

// move writes an account with its new rights, which ends its sessions and
// tokens.
func (s *Service) move(tx *store.Tx, by models.Actor, u models.User) error {
	if err := s.revokeAll(tx, by, u.ID); err != nil {
		return err
	}
	if err := tx.PutUser(u); err != nil || u.Role != models.RoleCoordinator {
		return err
	}
	return tx.AppendContact(u.DistrictID, u.ID)
}

// Disable closes an account, ending its sessions, tokens and invitation. For
// admins and the operator. Returns models.ErrNotFound, and CodeConflict for
// one's own.
func (s *Service) Disable(ctx context.Context, by models.Actor, userID string) error {
	return s.change(ctx, by, userID, "error.own_account", func(tx *store.Tx, u models.User) error {
		e := models.AuditBy(by, "disable")
		e.Object, e.Fields, e.Rule = object(u.ID), "disabled", string(by.Role)
		return errors.Join(tx.SetDisabled(u.ID, true), tx.DropInvitation(u.ID), s.revokeAll(tx, by, u.ID), s.Append(tx, e))
	})
}

// Enable opens an account again. For admins and the operator; an admin's waits
// where the account reads referrals of others: it may be closed because it was
// never agreed to. An account that is open stays so. Its faults are those of
// Disable, and CodeConflict when something waits for the account already.
func (s *Service) Enable(ctx context.Context, by models.Actor, userID string) (made Made, err error) {
	err = s.change(ctx, by, userID, "error.own_account", func(tx *store.Tx, u models.User) error {
		made = Made{User: u}
		if !u.Disabled {
			return nil
		}
		made.Waits = waits(by, u.Role)
		if err := s.note(tx, by, store.ProposeEnable, u, false, "enable", "disabled"); err != nil || made.Waits {
			return err
		}
		return tx.SetDisabled(u.ID, false)
	})
	return made, err
}

// change runs fn on somebody else's account.
// self is the message for one's own.
func (s *Service) change(ctx context.Context, by models.Actor, userID, self string, fn func(*store.Tx, models.User) error) error {
	if err := mayManage(by); err != nil {
		return err
	}
	if userID == by.ID {
		return models.E(models.CodeConflict, self)
	}
	return s.Store.Tx(ctx, func(tx *store.Tx) error {
		if err := tx.HoldAccounts(); err != nil {
			return err
		}
		u, err := tx.UserByID(ctx, userID)
		if err != nil {
			return err
		}
		return fn(tx, u)
	})
}
