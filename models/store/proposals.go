package store

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"znak/models"
)

// What a proposal would do.
const (
	ProposeAccount = "account" // open a new account
	ProposeRights  = "rights"  // give an account another role or place
	ProposeReset   = "reset"   // let an account's password be chosen anew
	ProposeToken   = "token"   // let a token of the account's own count
	ProposeEnable  = "enable"  // open an account again
)

// Verdicts on a proposal.
const (
	VerdictOpen     = ""
	VerdictApproved = "approved"
	VerdictRefused  = "refused"
	VerdictTold     = "told" // done on the command line; here to be seen
	// VerdictWithdrawn: what it was about ended before anybody decided.
	VerdictWithdrawn = "withdrawn"
)

// Proposal is a change of an account that reads referrals of others: it waits
// for a second person of the body that receives them.
type Proposal struct {
	ID           string
	Act          string
	UserID       string
	Role         models.Role // what the account is or would become
	SchoolID     string
	DistrictID   string
	SecondFactor bool   // of a reset: the second factor goes too
	TokenID      string // of a token
	MadeBy       string // id of an admin, or the operator; of a token, its owner's
	MadeAt       models.Stamp
	Verdict      string
	DecidedBy    string
	DecidedAt    models.Stamp
}

// Invites says whether an invitation comes of it, for the account as it is now.
// Whoever comes to read referrals of others chooses a password anew: an admin
// may know the one of an account that they invited without a second person.
func (p Proposal) Invites(u models.User) bool {
	return p.Act == ProposeAccount || p.Act == ProposeReset || p.Act == ProposeRights && !u.Role.ReadsOthers()
}

// AddProposal writes a new proposal. Returns CodeConflict when one for the same
// account is open.
func (tx *Tx) AddProposal(p Proposal) error {
	p.MadeAt = models.StampOf(tx.now)
	return fault(tx.db.Create(&p).Error)
}

// Proposals lists, the newest first, the open proposals and those that were
// decided since a moment. An admin gets all; coordinators and officers of the
// Centre those on which their body decides. Anybody else gets CodeForbidden.
func (r *reader) Proposals(ctx context.Context, a models.Actor, since models.Stamp) (out []Proposal, err error) {
	q, err := r.proposalScope(ctx, a)
	if err != nil {
		return nil, err
	}
	err = fault(q.Where("verdict = '' OR made_at > ? OR decided_at > ?", since, since).Order("made_at DESC, id").Limit(200).Find(&out).Error)
	return out, err
}

// Proposal returns one of those that Proposals lists to the actor. Returns
// models.ErrNotFound.
func (r *reader) Proposal(ctx context.Context, a models.Actor, id string) (Proposal, error) {
	var p Proposal
	q, err := r.proposalScope(ctx, a)
	if err != nil {
		return p, err
	}
	return p, fault(q.Where("id = ?", id).Take(&p).Error)
}

// proposalScope leaves what the actor's body decides on: a district on its
// contacts and on who keeps the records of its schools, the national desk on
// every desk, the Centre on its officers. Nobody decides on oneself.
func (r *reader) proposalScope(ctx context.Context, a models.Actor) (*gorm.DB, error) {
	q := r.db.WithContext(ctx).Model(&Proposal{})
	switch {
	case a.Role == models.RoleAdmin:
		return q, nil
	case a.Role == models.RoleCentre:
		q = q.Where("role = ?", models.RoleCentre)
	case a.Role == models.RoleCoordinator && a.DistrictID == models.NationalDesk:
		q = q.Where("role IN ?", []models.Role{models.RoleCoordinator, models.RolePsychologist})
	case a.Role == models.RoleCoordinator:
		q = q.Where("role = ? AND district_id = ? OR role = ? AND school_id IN (SELECT id FROM schools WHERE schools.district_id = ?)",
			models.RoleCoordinator, a.DistrictID, models.RolePsychologist, a.DistrictID)
	default:
		return nil, models.E(models.CodeForbidden, "error.forbidden")
	}
	return q.Where("user_id <> ? AND made_by <> ?", a.ID, a.ID), nil
}

// Decide writes the verdict on an open proposal. Returns CodeConflict when
// somebody else was first. That the actor may decide, the caller has learnt
// from Proposal.
func (tx *Tx) Decide(a models.Actor, id, verdict string) error {
	res := tx.db.Exec("UPDATE proposals SET verdict = ?, decided_by = ?, decided_at = ? WHERE id = ? AND verdict = ''",
		verdict, a.ID, models.StampOf(tx.now), id)
	if res.Error == nil && res.RowsAffected == 0 {
		return models.E(models.CodeConflict, "account.decided_already")
	}
	return fault(res.Error)
}

// AppendContact gives a coordinator the last place in a district's order, if
// they have none there yet.
func (tx *Tx) AppendContact(districtID, userID string) error {
	var next int
	err := tx.db.Raw("SELECT COALESCE(MAX(position) + 1, 0) FROM contacts WHERE district_id = ?", districtID).Scan(&next).Error
	if err != nil {
		return fault(err)
	}
	row := models.Contact{DistrictID: districtID, UserID: userID, Position: next}
	return fault(tx.db.Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error)
}
