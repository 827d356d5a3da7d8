package referral

import (
	"context"

	"znak/models"
	"znak/models/checklist"
	"znak/models/store"
)

// Submit turns the author's own draft into a referral: content, route, clocks,
// timeline, figures and audit entry in one transaction, durable before Submit
// returns. Submitting again is not an error and changes nothing: it returns
// the referral as it is. Returns CodeInvalid when there is nothing to submit
// yet, and models.ErrNotFound to everybody but the author.
func (s *Service) Submit(ctx context.Context, a models.Actor, ref string) (*models.Referral, error) {
	var out *models.Referral
	err := s.tx(ctx, func(tx *store.Tx) error {
		o, list, err := s.openDraft(ctx, tx, a, ref)
		if o != nil && o.State != models.StateDraft {
			out = &o.Referral
			return nil
		}
		if err != nil {
			return err
		}
		if !o.content.Submittable() {
			return models.Invalid(models.FieldError{Field: "submit", Key: "error.nothing_to_submit"})
		}
		out = &o.Referral
		return s.submit(ctx, tx, a, o, list)
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (s *Service) submit(ctx context.Context, tx *store.Tx, a models.Actor, o *opened, list *checklist.Checklist) error {
	school, err := tx.School(ctx, o.SchoolID)
	if err != nil {
		return err
	}
	c := &o.content
	proposal := list.Propose(c.DangerNow, c.Signs)
	c.ProposedUrgency, c.Drivers, c.FactID = proposal.Urgency, proposal.SignIDs(), models.NewID()
	if err := s.route(ctx, tx, o, school); err != nil {
		return err
	}
	now := models.StampOf(tx.Now())
	o.State, o.Urgency, o.SubmittedAt, o.ChangedAt = models.StateSubmitted, proposal.Urgency, now, now
	o.SetTriageClocks(s.Calendar)
	o.Reckon()
	sealed, err := sealContent(o.key, o.ID, c)
	if err != nil {
		return err
	}
	if err := tx.UpdateReferral(&o.Referral); err != nil {
		return err
	}
	if err := tx.UpdateContent(o.ID, sealed); err != nil {
		return err
	}
	rec, err := o.insertRecord(tx, a, models.EventSubmit, models.StateDraft, models.Input{})
	if err != nil {
		return err
	}
	words, child := s.Vault.WordHashes(c.Child.Name), s.Vault.ChildHash(c.Child.Name, c.Child.BirthYear)
	if err := tx.InsertNames(o.ID, words, child, models.NewID()); err != nil {
		return err
	}
	if err := s.insertFact(tx, a, o, list, school); err != nil {
		return err
	}
	if err := s.tell(ctx, tx, a, models.EventSubmit, &o.Referral); err != nil {
		return err
	}
	stored := &store.AuditBundle{Referral: o.Referral, Content: sealed, Events: []models.Record{rec}, NameHashes: words}
	if child != nil {
		stored.ChildHashes = [][]byte{child}
	}
	return s.record(ctx, tx, o.ID, stored, write(a, string(models.EventSubmit), "state,urgency,route", "author"))
}

// route finds who triages it. A danger inside the school goes past the district
// to the national desk, and is hidden from everybody else at the school.
func (s *Service) route(ctx context.Context, tx *store.Tx, o *opened, school *models.School) error {
	o.DistrictID = school.DistrictID // the school may have moved since the draft was begun
	o.Restricted = o.content.SchoolConflict == models.Yes
	route, err := s.Directory.Route(ctx, tx, school.DistrictID, o.Restricted, tx.Now())
	if err != nil {
		return err
	}
	o.DeskID, o.RoutedTo, o.RouteRule = route.DeskID, route.UserID, route.Rule
	return nil
}
