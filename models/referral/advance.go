package referral

import (
	"context"
	"slices"
	"strings"

	"znak/models"
	"znak/models/store"
)

// Advance is the one verb for everything that happens to a submitted referral:
// it looks the event up in the lifecycle table, checks what it needs, and
// writes state, timeline and audit entry in one transaction. version is the
// referral's version on the page that the actor acted from.
//
// It returns CodeForbidden when the actor's role never has the event,
// models.ErrNotFound when the actor may not see the referral, CodeConflict when
// the event has no place where the referral now stands or the page is stale,
// and CodeInvalid, with the fields, when something that it needs is missing.
func (s *Service) Advance(ctx context.Context, a models.Actor, ref string, e models.Event, version int64, in models.Input) (*models.Referral, error) {
	p, err := s.Prepare(ctx, a, ref, e, version, in)
	if err != nil {
		return nil, err
	}
	var out *models.Referral
	err = s.tx(ctx, func(tx *store.Tx) (err error) {
		out, err = s.AdvanceIn(ctx, tx, p)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (s *Service) advance(ctx context.Context, tx *store.Tx, p *Prepared, o *opened) error {
	a, e := p.actor, p.event
	st, err := o.standing()
	if err != nil {
		return err
	}
	t, err := models.Find(st, e, a)
	if err != nil {
		return err
	}
	in, err := s.input(ctx, tx, a, o, t, p.input)
	if err != nil {
		return err
	}
	from, now := o.State, o.moment(tx)
	o.State, o.ReturnState = t.Next(st)
	if o.State != models.StateInfoRequested {
		o.AskedOf = ""
	}
	o.ChangedAt = now
	if err := s.effect(ctx, tx, a, o, e, in); err != nil {
		return err
	}
	o.Reckon()
	if err := tx.UpdateReferral(&o.Referral); err != nil {
		return err
	}
	if _, err := o.insertRecord(tx, a, e, from, in); err != nil {
		return err
	}
	entry := write(a, string(e), inputFields(in), string(t.Who))
	if entry.Object, err = s.keep(tx, p, o); err != nil {
		return err
	}
	if err := s.tell(ctx, tx, a, e, &o.Referral); err != nil {
		return err
	}
	return s.record(ctx, tx, o.ID, nil, entry)
}

// effect is what an event changes beyond the state.
func (s *Service) effect(ctx context.Context, tx *store.Tx, a models.Actor, o *opened, e models.Event, in models.Input) error {
	now := o.moment(tx)
	if o.NewFor(a.Role) {
		o.AttentionAt = 0 // the holding side has acted
	}
	switch e {
	case models.EventAcknowledge:
		o.AcknowledgedAt = now
	case models.EventAsk:
		o.AskedOf = in.To
	case models.EventAnswer, models.EventReconsider:
		o.AttentionAt = now
	case models.EventAdd:
		o.AttentionAt = now
		return s.restrict(ctx, tx, o, in)
	case models.EventUrgency:
		o.Urgency = in.Urgency
		o.ResetTriageClocks(s.Calendar, now)
	case models.EventReassign:
		return s.handOn(ctx, tx, a, o, in.To)
	case models.EventForward:
		o.Forward(now)
	case models.EventProposeClose:
		o.ClosingBy = a.ID
	case models.EventConfirmClose:
		o.ClosedAt = now
	case models.EventReceive:
		o.ReceivedAt = now
	case models.EventDecide, models.EventDecideReconsideration:
		o.ClosedAt, o.DecidedBy = now, a.ID
		return s.decideFact(tx, o, in.Outcome)
	}
	return nil
}

// restrict hides the referral from everybody else at the school, and gives it
// to the national desk while the district still has it, once its author says
// that somebody at the school may be involved.
func (s *Service) restrict(ctx context.Context, tx *store.Tx, o *opened, in models.Input) error {
	if in.SchoolConflict != models.Yes || o.Restricted {
		return nil
	}
	o.Restricted = true
	if !o.InTriage() {
		return nil
	}
	route, err := s.Directory.Route(ctx, tx, o.DistrictID, true, tx.Now())
	o.DeskID, o.RoutedTo, o.RouteRule = route.DeskID, route.UserID, route.Rule
	return err
}

// handOn gives the referral to a colleague; who hands it on no longer sees it,
// and what they proposed counts no more: they may have had an interest.
func (s *Service) handOn(ctx context.Context, tx *store.Tx, a models.Actor, o *opened, to string) error {
	colleague, err := tx.UserByID(ctx, to)
	if err != nil {
		return err
	}
	if o.ClosingBy == a.ID {
		o.ClosingBy = ""
	}
	o.RoutedTo, o.RouteRule, o.DeskID = colleague.ID, "handed-on", colleague.DistrictID
	return tx.Recuse(o.ID, a.ID)
}

// input checks what the event carries against what its row of the table needs,
// and drops whatever the event does not take.
func (s *Service) input(ctx context.Context, r Reads, a models.Actor, o *opened, t *models.Transition, in models.Input) (models.Input, error) {
	fields := s.validate.fields(s.validate.v.Struct(in))
	kept := models.Input{Text: strings.TrimSpace(in.Text)}
	need := func(ok bool, field, key string) {
		if !ok && !slices.ContainsFunc(fields, func(f models.FieldError) bool { return f.Field == field }) {
			fields = append(fields, models.FieldError{Field: field, Key: key})
		}
	}
	if t.Event == models.EventAdd && a.ID == o.AuthorID {
		kept.SchoolConflict = in.SchoolConflict
	}
	for _, n := range t.Needs {
		switch n {
		case models.NeedText:
			need(kept.Text != "", "text", "error.text_needed")
		case models.NeedReason:
			kept.Reason = strings.TrimSpace(in.Reason)
			need(kept.Reason != "", "reason", "error.reason_needed")
		case models.NeedUrgency:
			kept.Urgency = in.Urgency
			need(in.Urgency.Valid(), "urgency", "error.choice_needed")
		case models.NeedClosing:
			kept.ReasonCode, kept.HandedTo = in.ReasonCode, in.HandedTo
			need(slices.Contains(models.CloseReasons, in.ReasonCode), "reason_code", "error.choice_needed")
			need(slices.Contains(models.HandedTo, in.HandedTo), "handed_to", "error.choice_needed")
		case models.NeedOutcome:
			kept.Outcome, kept.Criteria = in.Outcome, knownCriteria(in.Criteria)
			need(in.Outcome != "", "outcome", "error.choice_needed")
			need(len(kept.Criteria) > 0 && len(kept.Criteria) == len(in.Criteria), "criteria", "error.criteria_needed")
		case models.NeedTo:
			kept.To = in.To
			ok, err := s.addressee(ctx, r, a, o.ID, t.Event, in.To)
			if err != nil {
				return kept, err
			}
			need(ok, "to", "error.choice_needed")
		}
	}
	if len(fields) > 0 {
		return kept, models.Invalid(fields...)
	}
	return kept, nil
}

// knownCriteria keeps the published criteria, in their published order.
func knownCriteria(codes []string) (out []string) {
	for _, c := range models.Criteria {
		if slices.Contains(codes, c) {
			out = append(out, c)
		}
	}
	return out
}

// addressee says whether the event may be addressed so.
func (s *Service) addressee(ctx context.Context, r Reads, a models.Actor, referralID string, e models.Event, to string) (bool, error) {
	if e == models.EventAsk {
		return to == models.ToSchool || to == models.ToCoordinator && a.Role == models.RoleCentre, nil
	}
	colleagues, err := r.Colleagues(ctx, a, referralID)
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(colleagues, func(u models.User) bool { return u.ID == to }), nil
}

// inputFields names, for the audit trail, what the event carried.
func inputFields(in models.Input) string {
	var names []string
	for _, f := range []struct {
		name string
		set  bool
	}{{"text", in.Text != ""}, {"reason", in.Reason != ""}, {"to", in.To != ""}, {"urgency", in.Urgency != ""},
		{"reason_code", in.ReasonCode != ""}, {"handed_to", in.HandedTo != ""}, {"outcome", in.Outcome != ""}, {"criteria", len(in.Criteria) > 0}, {"school_conflict", in.SchoolConflict != ""}} {
		if f.set {
			names = append(names, f.name)
		}
	}
	return strings.Join(names, ",")
}
