package storetest

import (
	"context"

	"znak/models"
)

// Marker stands in everything that a person types in a builder's referral: no
// answer, log or file that must not hold a child's data may hold it.
const Marker = "Звездомирка"

// ChildName is the child's name in a builder's referral.
const ChildName = "Ђурђица " + Marker

// Full fills a content in every field, with the marker in every text.
func (w *World) Full(c *models.Content) {
	text := func(s string) string { return s + " " + Marker + " 52°" }
	signs := w.Checklists.All()[0].Groups
	c.DangerNow, c.FamilyContactDangerous, c.SchoolConflict = models.No, models.Yes, models.No
	c.Child = models.Child{Name: ChildName, BirthYear: 2012, Sex: "f", Class: "VI-2", Citizenship: "rs", OnTheMove: models.No}
	c.Signs = map[string]models.SignAnswer{
		signs[0].Signs[0].ID: {Answer: models.AnswerSeen, Note: text("у ходнику"), Date: "2026-02-27"},
		signs[1].Signs[0].ID: {Answer: models.AnswerTold, Note: text("рекла другарица")},
		signs[2].Signs[0].ID: {Answer: models.AnswerNo},
	}
	c.Account = models.Account{Observed: text("видела"), ChildWords: text("речи"), OwnView: text("мислим"), People: text("људи"), Told: text("казано")}
}

// Draft begins a draft of the author's on the general checklist and saves what
// change makes of it. It returns the reference.
func (w *World) Draft(author string, change ...func(*models.Content)) string {
	w.T.Helper()
	a, ctx := w.Actor(author), context.Background()
	d := must(w.Referrals.Begin(ctx, a, w.Checklists.All()[0].ID, models.No))(w.T)
	for _, f := range change {
		must(w.Referrals.Save(ctx, a, d.Ref, "test", f))(w.T)
	}
	return d.Ref
}

// Submitted is a full referral that the author has submitted; change alters it
// before. It returns the reference.
func (w *World) Submitted(author string, change ...func(*models.Content)) string {
	w.T.Helper()
	ref := w.Draft(author, append([]func(*models.Content){w.Full}, change...)...)
	must(w.Referrals.Submit(context.Background(), w.Actor(author), ref))(w.T)
	return ref
}

// Head is the referral's row as it stands now.
func (w *World) Head(ref string) *models.Referral {
	w.T.Helper()
	var author, school string
	if err := w.Raw().QueryRow("SELECT author_id, school_id FROM referrals WHERE ref = ?", ref).Scan(&author, &school); err != nil {
		w.T.Fatal(err)
	}
	return must(w.Store.Referral(context.Background(), models.Actor{ID: author, Role: models.RoleTeacher, SchoolID: school}, ref))(w.T)
}

// Try lets somebody cause the event from a fresh page.
func (w *World) Try(ref, who string, e models.Event, in models.Input) error {
	w.T.Helper()
	_, err := w.Referrals.Advance(context.Background(), w.Actor(who), ref, e, w.Head(ref).Version, in)
	return err
}

// Do is Try, and must succeed.
func (w *World) Do(ref, who string, e models.Event, in models.Input) {
	w.T.Helper()
	if err := w.Try(ref, who, e, in); err != nil {
		w.T.Fatalf("%s by %s: %v", e, who, err)
	}
}

// Input is a complete input for the event, with the marker in every text.
func (w *World) Input(e models.Event) models.Input {
	text := Marker + " 52° " + string(e)
	switch e {
	case models.EventAsk:
		return models.Input{Text: text, To: models.ToSchool}
	case models.EventUrgency:
		return models.Input{Reason: text, Urgency: models.Immediate}
	case models.EventReassign:
		return models.Input{Reason: text, To: Deputy}
	case models.EventProposeClose:
		return models.Input{Text: text, ReasonCode: models.CloseReasons[0], HandedTo: models.HandedTo[0]}
	case models.EventDecide, models.EventDecideReconsideration:
		return models.Input{Text: text, Outcome: models.OutcomeNotAssessed, Criteria: []string{"no-exploitation"}}
	case models.EventReconsider:
		return models.Input{Reason: text}
	case models.EventAcknowledge, models.EventReceive, models.EventConfirmClose:
		return models.Input{}
	}
	return models.Input{Text: text}
}

// way is who brings a referral from each state to the next.
var way = []struct {
	who   string
	event models.Event
	to    models.State
}{
	{Coordinator, models.EventAcknowledge, models.StateAcknowledged},
	{Coordinator, models.EventForward, models.StateForwarded},
	{Centre, models.EventReceive, models.StateReceived},
	{Centre, models.EventAssess, models.StateInAssessment},
	{Centre, models.EventDecide, models.StateClosed},
	{Teacher, models.EventReconsider, models.StateReconsideration},
}

// At is a full referral of Teacher's in the state, come there by the straight
// way. It returns the reference.
func (w *World) At(state models.State, change ...func(*models.Content)) string {
	w.T.Helper()
	if state == models.StateDraft {
		return w.Draft(Teacher, append([]func(*models.Content){w.Full}, change...)...)
	}
	ref := w.Submitted(Teacher, change...)
	if state == models.StateInfoRequested {
		w.Do(ref, Coordinator, models.EventAsk, w.Input(models.EventAsk))
		return ref
	}
	for _, step := range way {
		if w.Head(ref).State == state {
			break
		}
		w.Do(ref, step.who, step.event, w.Input(step.event))
	}
	if got := w.Head(ref).State; got != state {
		w.T.Fatalf("the referral is %s, not %s", got, state)
	}
	return ref
}
