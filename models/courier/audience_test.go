package courier_test

import (
	"context"
	"testing"

	"znak/models"
	"znak/models/store"
	"znak/models/store/storetest"
)

const (
	teacher, teacher2, psychologist = storetest.Teacher, storetest.Teacher2, storetest.Psychologist
	coordinator, deputy             = storetest.Coordinator, storetest.Deputy
	national, national2             = storetest.National, storetest.National2
	centre, centre2, admin          = storetest.Centre, storetest.Centre2, storetest.Admin
)

// Everybody whom an act concerns is told of it, and nobody else: not who acted,
// and never the school of what the desk or the Centre say among themselves.
func TestWhoIsToldOfWhat(t *testing.T) {
	p := newPost(t)
	ref := p.Submitted(teacher)
	p.gets("submitted", "new to "+coordinator)
	p.Do(ref, coordinator, models.EventAcknowledge, models.Input{})
	p.Do(ref, coordinator, models.EventNote, p.Input(models.EventNote))
	p.Do(ref, coordinator, models.EventUrgency, p.Input(models.EventUrgency))
	p.gets("acknowledged, noted, urgency set")
	p.Do(ref, coordinator, models.EventAsk, p.Input(models.EventAsk))
	p.gets("asked", "question to "+teacher, "question to "+psychologist)
	p.Do(ref, psychologist, models.EventAnswer, p.Input(models.EventAnswer))
	p.gets("answered", "answer to "+coordinator)
	p.Do(ref, teacher, models.EventAdd, p.Input(models.EventAdd))
	p.gets("added", "added to "+coordinator)
	p.Do(ref, deputy, models.EventProposeClose, p.Input(models.EventProposeClose))
	p.gets("closing proposed", "closing to "+coordinator, "closing to "+national, "closing to "+national2)
	p.Do(ref, coordinator, models.EventForward, p.Input(models.EventForward))
	p.gets("forwarded", "forwarded to "+centre, "forwarded to "+centre2)
	p.Do(ref, centre, models.EventReceive, models.Input{})
	p.Do(ref, centre, models.EventAsk, models.Input{Text: "?", To: models.ToCoordinator})
	p.gets("the Centre asks the desk", "question to "+coordinator)
	p.Do(ref, coordinator, models.EventAnswer, p.Input(models.EventAnswer))
	p.gets("and is answered", "answer to "+centre)
	p.Do(ref, teacher, models.EventAdd, p.Input(models.EventAdd))
	p.gets("added at the Centre", "added to "+centre)
	p.Do(ref, centre2, models.EventAssess, p.Input(models.EventAssess))
	p.Do(ref, centre2, models.EventDecide, p.Input(models.EventDecide))
	p.gets("decided", "outcome to "+teacher, "outcome to "+psychologist, "outcome to "+coordinator)
	p.Do(ref, teacher, models.EventReconsider, p.Input(models.EventReconsider))
	p.gets("reconsideration asked", "reconsider to "+centre)
	p.Do(ref, centre, models.EventDecideReconsideration, p.Input(models.EventDecideReconsideration))
	p.gets("decided again", "outcome to "+teacher, "outcome to "+psychologist, "outcome to "+coordinator)
}

func TestClosingByTheDesk(t *testing.T) {
	p := newPost(t)
	ref := p.At(models.StateAcknowledged)
	p.letters()
	p.Do(ref, coordinator, models.EventProposeClose, p.Input(models.EventProposeClose))
	p.gets("proposed", "closing to "+deputy, "closing to "+national, "closing to "+national2)
	p.Do(ref, national, models.EventConfirmClose, models.Input{})
	p.gets("closed", "outcome to "+teacher, "outcome to "+psychologist, "outcome to "+coordinator)
}

// Where somebody at the school may be involved, nobody at the school but the
// author hears of it, and nobody of the district.
func TestRestrictedReferral(t *testing.T) {
	p := newPost(t)
	ref := p.Submitted(teacher, conflict)
	p.gets("submitted", "new to "+national)
	p.Do(ref, national, models.EventAcknowledge, models.Input{})
	p.Do(ref, national, models.EventAsk, p.Input(models.EventAsk))
	p.gets("asked", "question to "+teacher)
	p.Do(ref, teacher, models.EventAnswer, p.Input(models.EventAnswer))
	p.gets("answered", "answer to "+national)
	p.Do(ref, national, models.EventForward, p.Input(models.EventForward))
	p.letters()
	p.Do(ref, centre, models.EventReceive, models.Input{})
	p.Do(ref, centre, models.EventAssess, p.Input(models.EventAssess))
	p.Do(ref, centre, models.EventDecide, p.Input(models.EventDecide))
	p.gets("decided", "outcome to "+teacher, "outcome to "+national)
}

func TestHandedOn(t *testing.T) {
	p := newPost(t)
	ref := p.Submitted(teacher)
	p.letters()
	p.Do(ref, coordinator, models.EventReassign, p.Input(models.EventReassign))
	p.gets("handed on", "handed-on to "+deputy)
	p.Clock.Pass(25 * 60 * 60 * 1e9)
	p.tick()
	p.gets("late: who stepped back is not told", "ack-late to "+deputy, "ack-late to "+national, "ack-late to "+national2)
}

// Once the author says that somebody at the school may be involved, the national
// desk hears of it, and neither the school nor the district any more.
func TestConflictThatIsToldLater(t *testing.T) {
	p := newPost(t)
	ref := p.At(models.StateAcknowledged)
	p.Do(ref, coordinator, models.EventAsk, p.Input(models.EventAsk)) // nothing has left yet
	p.Do(ref, teacher, models.EventAdd, models.Input{Text: "?", SchoolConflict: models.Yes})
	p.gets("nothing had left", "question to "+teacher, "handed-on to "+national)
	p.Do(ref, teacher, models.EventAdd, p.Input(models.EventAdd))
	p.gets("added again", "added to "+national)
}

// A contact whose account is closed before the letter leaves: it goes to the
// next who is there, then to the national desk's or the admin's concern.
func TestContactIsGoneWhenTheLetterLeaves(t *testing.T) {
	p := newPost(t)
	p.Submitted(teacher)
	p.disable(coordinator)
	p.gets("one is gone", "new to "+deputy)
	if n := p.count("SELECT count(*) FROM jobs WHERE fault = 'unreachable'"); n != 1 {
		t.Errorf("%d letters are known to have reached nobody", n)
	}
	p.Submitted(teacher)
	p.disable(deputy)
	p.gets("the whole desk is gone", "desk-empty to "+admin)
	p.Submitted(teacher)
	p.gets("and stays away", "new to "+national)
	p.disable(national, national2)
	p.Submitted(teacher)
	p.gets("nobody anywhere", "desk-empty to "+admin)
}

// When the national desk's contacts are all away, its whole desk is told.
func TestNationalDeskIsAway(t *testing.T) {
	p := newPost(t)
	p.disable(coordinator, deputy)
	p.Tx(func(tx *store.Tx) error {
		return tx.Put([]models.Absence{
			{ID: "1", UserID: national, FromDay: "2026-03-01", ToDay: "2026-03-05"},
			{ID: "2", UserID: national2, FromDay: "2026-03-01", ToDay: "2026-03-05"}})
	})
	p.Submitted(teacher)
	p.gets("all are away", "new to "+national, "new to "+national2)
}

// A school that moves to another district keeps its open referrals where they
// are; what is submitted from then on goes to the new one.
func TestSchoolChangesDistrict(t *testing.T) {
	p := newPost(t)
	ref, draft := p.Submitted(teacher), p.Draft(teacher, p.Full)
	p.letters()
	moved := storetest.Schools()[0]
	moved.DistrictID = storetest.Nis
	p.Tx(func(tx *store.Tx) error { return tx.Put([]models.School{moved}) })
	if _, err := p.Referrals.Submit(context.Background(), p.Actor(teacher), draft); err != nil {
		t.Fatal(err)
	}
	p.gets("a draft begun before", "new to "+storetest.CoordinatorFar)
	p.Do(ref, teacher, models.EventAdd, p.Input(models.EventAdd))
	p.gets("an open one", "added to "+coordinator)
	p.Do(ref, coordinator, models.EventAcknowledge, models.Input{})
	p.Do(ref, deputy, models.EventForward, p.Input(models.EventForward))
}

// A letter about something that was done meanwhile is not sent.
func TestLettersThatAskForNothingAnyMore(t *testing.T) {
	p := newPost(t)
	ref := p.At(models.StateInfoRequested)
	p.Do(ref, teacher, models.EventAnswer, p.Input(models.EventAnswer))
	p.gets("asked and answered while the mail was away", "new to "+coordinator, "answer to "+coordinator)
}

func TestUndoneActTellsNobody(t *testing.T) {
	p := newPost(t)
	ref := p.Submitted(teacher)
	p.letters()
	if err := p.Try(ref, teacher2, models.EventAdd, p.Input(models.EventAdd)); err == nil {
		t.Fatal("a colleague added to it")
	}
	if err := p.Try(ref, coordinator, models.EventForward, models.Input{Text: "\x00"}); err == nil {
		t.Fatal("a text with a control character passed")
	}
	p.gets("refused acts")
}
