package referral

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"znak/models"
	"znak/models/checklist"
	"znak/models/store"
)

// Draft is a referral that its author is still writing.
type Draft struct {
	models.Referral
	Content   models.Content
	Checklist *checklist.Checklist // the version that it was begun with
}

// referenceTries bounds how often a clash of references is retried. One clash
// among a million referrals has odds of 1 in 30,000.
const referenceTries = 8

// Begin starts a draft on the current version of the checklist. Only school
// staff may. Returns CodeInvalid for an unknown checklist or answer.
func (s *Service) Begin(ctx context.Context, a models.Actor, checklistID string, danger models.Ternary) (*Draft, error) {
	if !a.Role.May(models.PermWrite) {
		return nil, models.E(models.CodeForbidden, "error.forbidden")
	}
	list, ok := s.Checklists.Current(checklistID)
	if !ok {
		return nil, models.Invalid(models.FieldError{Field: "checklist", Key: "error.choice"})
	}
	d := &Draft{Content: models.Content{DangerNow: danger, Author: a.ID, School: a.SchoolID}, Checklist: list}
	if err := s.validate.content(&d.Content, list); err != nil {
		return nil, err
	}
	var err error
	for range referenceTries {
		err = s.tx(ctx, func(tx *store.Tx) error { return s.begin(ctx, tx, a, d) })
		if models.CodeOf(err) != models.CodeConflict {
			break
		}
	}
	return d, err
}

func (s *Service) begin(ctx context.Context, tx *store.Tx, a models.Actor, d *Draft) error {
	school, err := tx.School(ctx, a.SchoolID)
	if err != nil {
		return err
	}
	now := models.StampOf(tx.Now())
	d.Referral = models.Referral{ID: models.NewID(), Ref: s.Reference(), State: models.StateDraft, Version: 1,
		SchoolID: school.ID, DistrictID: school.DistrictID, AuthorID: a.ID, Urgency: draftUrgency(&d.Content),
		ChecklistID: d.Checklist.ID, ChecklistVersion: d.Checklist.Version, BegunAt: now, ChangedAt: now}
	d.Reckon()
	key, wrapped, err := s.Vault.NewDataKey(d.ID)
	if err != nil {
		return err
	}
	sealed, err := sealContent(key, d.ID, &d.Content)
	if err != nil {
		return err
	}
	if err := tx.InsertReferral(&d.Referral, wrapped, sealed); err != nil {
		return err
	}
	return s.record(ctx, tx, d.ID, &store.AuditBundle{Referral: d.Referral, Content: sealed}, write(a, "begin", "danger_now", "author"))
}

// draftUrgency is all that a draft shows in clear: danger now, or not.
func draftUrgency(c *models.Content) models.Urgency {
	if c.DangerNow == models.Yes {
		return models.Immediate
	}
	return models.Standard
}

// openDraft opens the author's own draft. Returns models.ErrNotFound to
// everybody else, and CodeConflict when it is submitted already.
func (s *Service) openDraft(ctx context.Context, tx *store.Tx, a models.Actor, ref string) (*opened, *checklist.Checklist, error) {
	o, err := s.open(ctx, tx, a, ref)
	if err != nil {
		return nil, nil, err
	}
	if o.AuthorID != a.ID {
		return nil, nil, models.ErrNotFound
	}
	list, ok := s.Checklists.Get(o.ChecklistID, o.ChecklistVersion)
	if !ok {
		return nil, nil, models.Errorf(models.CodeInternal, "", "checklist %s version %d is not loaded", o.ChecklistID, o.ChecklistVersion)
	}
	if o.State != models.StateDraft {
		return o, list, models.E(models.CodeConflict, "error.submitted_already")
	}
	return o, list, nil
}

// Draft returns the author's own draft; its reading is on the audit trail.
// Returns models.ErrNotFound to everybody else, and CodeConflict when it is
// submitted already.
func (s *Service) Draft(ctx context.Context, a models.Actor, ref, step string) (*Draft, error) {
	var d *Draft
	err := s.tx(ctx, func(tx *store.Tx) error {
		o, list, err := s.openDraft(ctx, tx, a, ref)
		if err != nil {
			return err
		}
		d = &Draft{Referral: o.Referral, Content: o.content, Checklist: list}
		e := models.AuditBy(a, "read-draft")
		e.ReferralID, e.Object, e.Rule = o.ID, step, "author"
		return s.Audit.Append(tx, e)
	})
	return d, err
}

// Save changes the author's own draft. fields names what the step holds, for
// the audit trail. Returns CodeInvalid, with the fields, for input that needs
// correcting; then nothing is changed.
func (s *Service) Save(ctx context.Context, a models.Actor, ref, fields string, change func(*models.Content)) (*Draft, error) {
	var d *Draft
	err := s.tx(ctx, func(tx *store.Tx) error {
		o, list, err := s.openDraft(ctx, tx, a, ref)
		if err != nil {
			return err
		}
		before, err := json.Marshal(o.content)
		if err != nil {
			return err
		}
		change(&o.content)
		o.content.Author, o.content.School = o.AuthorID, o.SchoolID
		d = &Draft{Referral: o.Referral, Content: o.content, Checklist: list}
		if err := s.validate.content(&d.Content, list); err != nil {
			return err
		}
		tidy(&d.Content)
		after, err := json.Marshal(d.Content)
		if err != nil || slices.Equal(before, after) {
			return err
		}
		return s.saveDraft(ctx, tx, a, o, d, fields)
	})
	return d, err
}

func (s *Service) saveDraft(ctx context.Context, tx *store.Tx, a models.Actor, o *opened, d *Draft, fields string) error {
	sealed, err := sealContent(o.key, d.ID, &d.Content)
	if err != nil {
		return err
	}
	d.ChangedAt, d.Urgency = models.StampOf(tx.Now()), draftUrgency(&d.Content)
	d.Reckon()
	if err := tx.UpdateReferral(&d.Referral); err != nil {
		return err
	}
	if err := tx.UpdateContent(d.ID, sealed); err != nil {
		return err
	}
	return s.record(ctx, tx, d.ID, &store.AuditBundle{Referral: d.Referral, Content: sealed}, write(a, "save", fields, "author"))
}

// tidy drops what says nothing: white space around words, and signs that were
// not answered and carry no note.
func tidy(c *models.Content) {
	c.Child.Name = strings.Join(strings.Fields(c.Child.Name), " ")
	c.Child.Class = strings.TrimSpace(c.Child.Class)
	acc := &c.Account
	for _, p := range []*string{&acc.Observed, &acc.ChildWords, &acc.OwnView, &acc.People, &acc.Told} {
		*p = strings.TrimSpace(*p)
	}
	for id, sign := range c.Signs {
		sign.Note = strings.TrimSpace(sign.Note)
		if (sign.Answer == "" || sign.Answer == models.AnswerUnknown) && sign.Note == "" && sign.Date == "" {
			delete(c.Signs, id)
			continue
		}
		c.Signs[id] = sign
	}
}
