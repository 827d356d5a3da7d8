package referral_test

import (
	"testing"
	"time"

	"znak/models"
	"znak/models/store/storetest"
)

func TestHandingOn(t *testing.T) {
	w := storetest.New(t)
	ref := w.At(models.StateAcknowledged)
	w.Do(ref, storetest.Coordinator, models.EventReassign, models.Input{To: storetest.Deputy, Reason: "x"})
	head := w.Head(ref)
	if head.RoutedTo != storetest.Deputy || head.RouteRule != "handed-on" || head.DeskID != storetest.Belgrade {
		t.Errorf("%+v", head)
	}
	_, err := w.Referrals.Read(t.Context(), w.Actor(storetest.Coordinator), ref, "read")
	code(t, "who handed it on", err, models.CodeNotFound)
	d, err := w.Referrals.Read(t.Context(), w.Actor(storetest.Deputy), ref, "read")
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range d.Colleagues {
		if u.ID == storetest.Coordinator {
			t.Error("it can be handed back to who stepped back from it, and nobody would see it")
		}
	}
	code(t, "handing it back", w.Try(ref, storetest.Deputy, models.EventReassign, models.Input{To: storetest.Coordinator, Reason: "x"}), models.CodeInvalid)
	w.Do(ref, storetest.Deputy, models.EventReassign, models.Input{To: storetest.National2, Reason: "x"})
	if got := w.Head(ref).DeskID; got != models.NationalDesk {
		t.Errorf("the desk is %s", got)
	}
}

func TestClosingNeedsASecondPerson(t *testing.T) {
	w := storetest.New(t)
	ref := w.At(models.StateAcknowledged)
	code(t, "nothing is proposed", w.Try(ref, storetest.Deputy, models.EventConfirmClose, models.Input{}), models.CodeConflict)
	w.Do(ref, storetest.Coordinator, models.EventProposeClose, w.Input(models.EventProposeClose))
	if head := w.Head(ref); head.State != models.StateAcknowledged || head.NextDue.IsZero() {
		t.Errorf("a proposal closed it or stopped its clock: %+v", head)
	}
	code(t, "the proposer confirms", w.Try(ref, storetest.Coordinator, models.EventConfirmClose, models.Input{}), models.CodeConflict)
	code(t, "another district's", w.Try(ref, storetest.CoordinatorFar, models.EventConfirmClose, models.Input{}), models.CodeNotFound)
	code(t, "the portal", w.Try(ref, storetest.System.ID, models.EventConfirmClose, models.Input{}), models.CodeForbidden)
	w.Do(ref, storetest.National, models.EventConfirmClose, models.Input{})
	if head := w.Head(ref); head.State != models.StateClosed || head.ClosedAt.IsZero() || !head.NextDue.IsZero() {
		t.Errorf("%+v", head)
	}
}

func TestForwardingEndsAProposal(t *testing.T) {
	w := storetest.New(t)
	ref := w.At(models.StateAcknowledged)
	w.Do(ref, storetest.Coordinator, models.EventProposeClose, w.Input(models.EventProposeClose))
	w.Do(ref, storetest.System.ID, models.EventForward, models.Input{})
	head := w.Head(ref)
	if head.State != models.StateForwarded || head.ClosingBy != "" || head.ReceiveDue != head.ForwardedAt+24*3600e6 {
		t.Errorf("%+v", head)
	}
	d, err := w.Referrals.Read(t.Context(), w.Actor(storetest.Teacher), ref, "read")
	if err != nil || d.Timeline[len(d.Timeline)-1].ActorRole != models.RoleSystem {
		t.Errorf("the timeline does not say that the portal forwarded it: %v", err)
	}
}

func TestReconsiderationIsAnothersToAnswer(t *testing.T) {
	w := storetest.New(t)
	ref := w.At(models.StateReconsideration)
	code(t, "the own decision", w.Try(ref, storetest.Centre, models.EventDecideReconsideration, w.Input(models.EventDecideReconsideration)), models.CodeConflict)
	in := w.Input(models.EventDecideReconsideration)
	in.Outcome = models.OutcomeIdentified
	w.Do(ref, storetest.Centre2, models.EventDecideReconsideration, in)
	code(t, "after an identification", w.Try(ref, storetest.Teacher, models.EventReconsider, models.Input{Reason: "x"}), models.CodeConflict)
}

func TestQuestionsReturnWhereTheyCameFrom(t *testing.T) {
	w := storetest.New(t)
	ref := w.At(models.StateReceived)
	w.Do(ref, storetest.Centre, models.EventAsk, models.Input{Text: "x", To: models.ToCoordinator})
	code(t, "the school was not asked", w.Try(ref, storetest.Teacher, models.EventAnswer, models.Input{Text: "x"}), models.CodeConflict)
	code(t, "a second question", w.Try(ref, storetest.Centre, models.EventAsk, w.Input(models.EventAsk)), models.CodeConflict)
	w.Do(ref, storetest.Centre, models.EventAssess, models.Input{})
	if head := w.Head(ref); head.State != models.StateInfoRequested || head.ReturnState != models.StateInAssessment || head.AskedOf != models.ToCoordinator {
		t.Errorf("%+v", head)
	}
	w.Do(ref, storetest.Coordinator, models.EventAnswer, models.Input{Text: "x"})
	if head := w.Head(ref); head.State != models.StateInAssessment || head.ReturnState != "" || head.AskedOf != "" {
		t.Errorf("%+v", head)
	}
}

func TestUrgencyMovesTheClocks(t *testing.T) {
	w := storetest.New(t)
	ref := w.Submitted(storetest.Teacher, func(c *models.Content) { c.Signs = nil })
	submitted := w.Head(ref).SubmittedAt
	w.Clock.Pass(10 * time.Minute)
	w.Do(ref, storetest.Coordinator, models.EventUrgency, models.Input{Urgency: models.Immediate, Reason: "x"})
	if head := w.Head(ref); head.AckDue != submitted+3600e6 || head.DecideDue != submitted+4*3600e6 || head.NextDue != head.AckDue {
		t.Errorf("%+v", head)
	}
}

func TestAttentionIsTheHoldingSides(t *testing.T) {
	w := storetest.New(t)
	ref := w.At(models.StateReceived)
	w.Do(ref, storetest.Psychologist, models.EventAdd, models.Input{Text: "x"})
	w.Do(ref, storetest.Coordinator, models.EventNote, models.Input{Text: "x"})
	if w.Head(ref).AttentionAt.IsZero() {
		t.Error("the district's note took the Centre's flag down")
	}
	w.Do(ref, storetest.Centre, models.EventNote, models.Input{Text: "x"})
	if !w.Head(ref).AttentionAt.IsZero() {
		t.Error("the flag stays up though the Centre acted")
	}
}

func TestErasedReferralsAreNotMoved(t *testing.T) {
	w := storetest.New(t)
	ref := w.At(models.StateClosed)
	if _, err := w.Raw().Exec("UPDATE referrals SET erased_at = 1"); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Raw().Exec("DELETE FROM data_keys"); err != nil {
		t.Fatal(err)
	}
	code(t, "after its erasure", w.Try(ref, storetest.Teacher, models.EventReconsider, models.Input{Reason: "x"}), models.CodeConflict)
	d, err := w.Referrals.Read(t.Context(), w.Actor(storetest.Coordinator), ref, "read")
	if err != nil || d.Content.Child.Name != "" || len(d.Possible) != 0 || len(d.Timeline) == 0 {
		t.Errorf("%+v, %v", d, err)
	}
}
