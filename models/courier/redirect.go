package courier

import (
	"context"
	"slices"

	"znak/models"
	"znak/models/store"
)

// Redirect notes the letter again to those whom it concerns now and who had
// none, after it could not reach the one it was for.
func (o *Outbox) Redirect(ctx context.Context, tx *store.Tx, j models.Job) error {
	kind := models.Letter(j.Kind)
	if !official(kind) || j.ReferralID == "" {
		return nil
	}
	r, err := tx.ReferralByID(ctx, models.System(), j.ReferralID)
	if err != nil {
		return err
	}
	ids, err := o.audience(ctx, tx, kind, r)
	if err != nil {
		return err
	}
	if len(ids) == 0 {
		return o.tellAdmins(ctx, tx, r)
	}
	told, err := tx.JobsAbout(ctx, r.ID, j.Kind)
	if err == nil && kind == models.LetterNew {
		var handed []string
		handed, err = tx.JobsAbout(ctx, r.ID, string(models.LetterHandedOn))
		told = append(told, handed...)
	}
	if err != nil {
		return err
	}
	return o.send(tx, kind, r.ID, slices.DeleteFunc(ids, func(id string) bool { return slices.Contains(told, id) })...)
}

// tellAdmins notes, once for each referral, that it waits where nobody is.
func (o *Outbox) tellAdmins(ctx context.Context, tx *store.Tx, r *models.Referral) error {
	told, err := tx.JobsAbout(ctx, r.ID, string(models.LetterDeskEmpty))
	if err != nil || len(told) > 0 {
		return err
	}
	admins, err := tx.Staff(ctx, models.RoleAdmin, "")
	if err != nil {
		return err
	}
	return o.send(tx, models.LetterDeskEmpty, r.ID, ids(admins)...)
}
