package handover

import (
	"cmp"
	"context"

	"znak/models"
	"znak/models/checklist"
	"znak/models/referral"
)

// contentOf writes down what the dossier says. A dossier holds only what its
// reader may see; what the school never learns, the urgency that triage set and
// its clocks, is left out for readers there.
func contentOf(ctx context.Context, r referral.Reads, d *referral.Dossier, reader models.Role, at models.Stamp) (*Content, error) {
	c := &Content{Format: Format, FormatVersion: FormatVersion, ID: models.NewID(), Reference: d.Ref, Version: d.Version,
		MadeAt: stamp(at), MadeFor: reader, State: d.State, Restricted: d.Restricted,
		DangerNow: d.Content.DangerNow, FamilyContactDangerous: d.Content.FamilyContactDangerous,
		SchoolConflict: d.Content.SchoolConflict, Child: d.Content.Child, Account: d.Content.Account}
	c.Times = Times{Submitted: stamp(d.SubmittedAt), Acknowledged: stamp(d.AcknowledgedAt), Forwarded: stamp(d.ForwardedAt),
		Received: stamp(d.ReceivedAt), Closed: stamp(d.ClosedAt)}
	if !reader.AtSchool() {
		c.Urgency = d.Urgency
		c.Times.AckDue, c.Times.DecideDue, c.Times.ReceiveDue = stamp(d.AckDue), stamp(d.DecideDue), stamp(d.ReceiveDue)
		c.Proposed = &Proposed{Urgency: d.Content.ProposedUrgency, Signs: []string{}}
		for _, s := range d.Drivers {
			c.Proposed.Signs = append(c.Proposed.Signs, s.ID)
		}
	}
	c.addSigns(d.Checklist, d.Content.Signs)
	c.addTimeline(d.Timeline)
	return c, c.addSchool(ctx, r, d)
}

func (c *Content) addSigns(list *checklist.Checklist, answers map[string]models.SignAnswer) {
	c.Checklist = Checklist{list.ID, list.Version, list.Digest, Text(list.Title)}
	c.Signs = []Sign{}
	for _, g := range list.Groups {
		for _, sign := range g.Signs {
			a := answers[sign.ID]
			answer := cmp.Or(a.Answer, models.AnswerUnknown)
			if answer == models.AnswerUnknown && a.Note == "" && a.Date == "" {
				c.Unanswered++
				continue
			}
			c.Signs = append(c.Signs, Sign{ID: sign.ID, Group: g.ID, Text: Text(sign.Text), Answer: answer, Note: a.Note, Date: a.Date})
		}
	}
}

func (c *Content) addTimeline(moments []referral.Moment) {
	c.Timeline = []Entry{}
	for _, m := range moments {
		e := Entry{Version: m.Version, Event: m.Event, At: stamp(m.At), Role: m.ActorRole}
		in := m.Input // reduced to what the reader may see
		e.Text, e.Reason, e.Urgency, e.ReasonCode, e.HandedTo = in.Text, in.Reason, in.Urgency, in.ReasonCode, in.HandedTo
		e.Outcome, e.Criteria, e.Conflict = in.Outcome, in.Criteria, in.SchoolConflict
		if m.View == models.ViewFull {
			e.State = m.ToState
		}
		if m.Event == models.EventAsk {
			e.AskedOf = in.To // of a referral handed on it is an account, which is nobody's business
		}
		if m.Event == models.EventSubmit {
			c.ReporterRole = m.ActorRole
		}
		c.Timeline = append(c.Timeline, e)
	}
}

func (c *Content) addSchool(ctx context.Context, r referral.Reads, d *referral.Dossier) error {
	school, err := r.School(ctx, d.SchoolID)
	if err != nil {
		return err
	}
	c.School = School{Code: school.Code, Name: school.Name, Level: school.Level, Municipality: school.Municipality, District: d.DistrictID}
	districts, err := r.Districts(ctx)
	if err != nil {
		return err
	}
	for _, district := range districts {
		if district.ID == d.DistrictID {
			c.School.DistrictName = Text{district.NameSr, district.NameEn}
		}
	}
	return nil
}
