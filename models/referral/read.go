package referral

import (
	"context"

	"znak/models"
	"znak/models/checklist"
	"znak/models/store"
)

// Dossier is a referral as one actor may see it.
type Dossier struct {
	models.Referral
	Content    models.Content // empty after an erasure
	Checklist  *checklist.Checklist
	Drivers    []*checklist.Sign // the signs that drove the proposed urgency; triage and the Centre only
	Timeline   []Moment
	Standing   models.Standing
	Possible   []models.Event // what the actor can do next
	Colleagues []models.User  // to whom the actor could hand it on
	ChildPath  string         // handle of the child's history; "" when there is none to show
	ChildCount int64
}

// Moment is one entry of the timeline, reduced to what the actor may see.
type Moment struct {
	models.Record
	Input models.Input
	View  models.View
}

// Read returns the referral as the actor may see it, once its reading is on the
// audit trail, durably. action says how it is read: "read", "print".
// Returns models.ErrNotFound when the actor may not see it, and for drafts.
func (s *Service) Read(ctx context.Context, a models.Actor, ref, action string) (*Dossier, error) {
	var d *Dossier
	err := s.tx(ctx, func(tx *store.Tx) error {
		o, err := s.open(ctx, tx, a, ref)
		if err != nil {
			return err
		}
		if o.State == models.StateDraft {
			return models.ErrNotFound
		}
		if d, err = s.dossier(ctx, tx, a, o); err != nil {
			return err
		}
		e := models.AuditBy(a, action)
		e.ReferralID, e.Rule = o.ID, "scope"
		return s.Audit.Append(tx, e)
	})
	if err != nil {
		return nil, err
	}
	return d, nil
}

func (s *Service) dossier(ctx context.Context, r Reads, a models.Actor, o *opened) (*Dossier, error) {
	d := &Dossier{Referral: o.Referral, Content: o.content}
	d.Content.FactID = ""
	list, ok := s.Checklists.Get(o.ChecklistID, o.ChecklistVersion)
	if !ok {
		return nil, models.Errorf(models.CodeInternal, "", "checklist %s version %d is not loaded", o.ChecklistID, o.ChecklistVersion)
	}
	d.Checklist = list
	var err error
	if d.Standing, err = o.standing(); err != nil {
		return nil, err
	}
	for i := range o.Records {
		if err := d.addMoment(a, o, &o.Records[i]); err != nil {
			return nil, err
		}
	}
	if o.ErasedAt.IsZero() {
		d.Possible = models.Possible(d.Standing, a)
	}
	if a.AtSchool() {
		d.Content.ProposedUrgency, d.Content.Drivers = "", nil
	} else {
		d.addDrivers()
	}
	if a.Role == models.RoleCoordinator {
		if d.Colleagues, err = r.Colleagues(ctx, a, o.ID); err != nil {
			return nil, err
		}
	}
	if a.Role.May(models.PermChild) {
		d.ChildPath, d.ChildCount, err = r.ChildOf(ctx, a, o.ID)
	}
	return d, err
}

func (d *Dossier) addMoment(a models.Actor, o *opened, rec *models.Record) error {
	in, err := o.input(rec)
	if err != nil {
		return err
	}
	m := Moment{Record: *rec, View: rec.ViewFor(a.Role, in)}
	m.Body = nil
	switch m.View {
	case models.ViewNone:
		return nil
	case models.ViewOutcome:
		m.Input.Outcome = in.Outcome
	case models.ViewFull:
		m.Input = in
	}
	if a.AtSchool() && !m.mine() {
		m.ActorID = "" // the school knows the side that acted, not the person
	}
	d.Timeline = append(d.Timeline, m)
	return nil
}

// mine says whether somebody at the school wrote it.
func (m *Moment) mine() bool {
	return m.ActorRole == models.RoleTeacher || m.ActorRole == models.RolePsychologist
}

func (d *Dossier) addDrivers() {
	for _, id := range d.Content.Drivers {
		if sign, ok := d.Checklist.Sign(id); ok {
			d.Drivers = append(d.Drivers, sign)
		}
	}
}

// Child returns one child's referrals that the actor may see, in time order,
// once the reading is on the audit trail. Only the psychologist and
// coordinators may. Returns models.ErrNotFound for an unknown handle.
func (s *Service) Child(ctx context.Context, a models.Actor, handle string) ([]Dossier, error) {
	if !a.Role.May(models.PermChild) {
		return nil, models.E(models.CodeForbidden, "error.forbidden")
	}
	var out []Dossier
	err := s.tx(ctx, func(tx *store.Tx) error {
		out = nil // the transaction may run again
		list, err := tx.Child(ctx, a, handle)
		if err != nil {
			return err
		}
		var entries []models.AuditEntry
		for _, r := range list {
			o, err := s.open(ctx, tx, a, r.Ref)
			if err != nil {
				return err
			}
			d, err := s.dossier(ctx, tx, a, o)
			if err != nil {
				return err
			}
			out = append(out, *d)
			e := models.AuditBy(a, "read-child")
			e.ReferralID, e.Object, e.Rule = r.ID, "child:"+handle, "scope"
			entries = append(entries, e)
		}
		return s.Audit.Append(tx, entries...)
	})
	return out, err
}

// List returns a page of the actor's list or queue. q is a reference or words
// of the child's name; a search is on the audit trail, its words are not.
func (s *Service) List(ctx context.Context, a models.Actor, f store.Filter, q string) ([]models.Referral, string, error) {
	if q == "" {
		return s.Store.List(ctx, a, f)
	}
	if ref, ok := models.ParseReference(q); ok {
		f.Ref = ref // a name of eight letters may look like one, so it is sought as a name as well
	}
	if f.Names = s.Vault.WordHashes(q); f.Ref == "" && len(f.Names) == 0 {
		return nil, "", nil
	}
	e := models.AuditBy(a, "search")
	e.Rule = "scope"
	if err := s.Audit.Record(ctx, e); err != nil {
		return nil, "", err
	}
	return s.Store.List(ctx, a, f)
}
