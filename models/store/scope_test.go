package store_test

import (
	"testing"
	"time"

	"znak/models"
	"znak/models/store"
	"znak/models/store/storetest"
)

// sees says whether somebody finds the referral by every way that there is.
func sees(t *testing.T, w *storetest.World, who, ref string) bool {
	t.Helper()
	a, ctx := w.Actor(who), t.Context()
	_, err := w.Store.Referral(ctx, a, ref)
	if err != nil && models.CodeOf(err) != models.CodeNotFound {
		t.Fatal(err)
	}
	_, sealed := w.Store.Sealed(ctx, a, ref)
	list, _, err2 := w.Store.List(ctx, a, store.Filter{Ref: ref, Limit: 5})
	if err2 != nil {
		t.Fatal(err2)
	}
	tally, err2 := w.Store.Tally(ctx, a)
	if err2 != nil {
		t.Fatal(err2)
	}
	counted := int64(0)
	for _, n := range tally.ByState {
		counted += n
	}
	if (err == nil) != (sealed == nil) || (err == nil) != (len(list) == 1) || (err == nil) != (counted == 1) {
		t.Errorf("%s: found %v, sealed %v, in the list %d, counted %d", who, err, sealed, len(list), counted)
	}
	return err == nil
}

// seen checks that those listed see the referral, and nobody else. It needs a
// world with this one referral.
func seen(t *testing.T, w *storetest.World, ref, when string, by ...string) {
	t.Helper()
	want := map[string]bool{}
	for _, id := range by {
		want[id] = true
	}
	for _, u := range storetest.People() {
		if got := sees(t, w, u.ID, ref); got != want[u.ID] {
			t.Errorf("%s: %s sees it: %v", when, u.ID, got)
		}
	}
}

const (
	author = storetest.Teacher
	ps     = storetest.Psychologist
	co     = storetest.Coordinator
	dep    = storetest.Deputy
	nat    = storetest.National
	nat2   = storetest.National2
	ce     = storetest.Centre
	ce2    = storetest.Centre2
)

func TestDraftsAreTheirAuthorsAlone(t *testing.T) {
	w := storetest.New(t)
	ref := w.Draft(author, w.Full)
	w.Clock.Pass(100 * time.Hour)
	seen(t, w, ref, "draft", author)
	if sees(t, w, storetest.System.ID, ref) {
		t.Error("the portal itself sees a draft")
	}
}

func TestPsychologistsOwnDraft(t *testing.T) {
	w := storetest.New(t)
	seen(t, w, w.Draft(ps), "draft", ps)
}

func TestSubmittedIsTheSchoolsAndTheDesks(t *testing.T) {
	w := storetest.New(t)
	ref := w.Submitted(author)
	seen(t, w, ref, "submitted", author, ps, co, dep)
	w.Clock.Pass(48 * time.Hour)
	seen(t, w, ref, "not acknowledged in time", author, ps, co, dep, nat, nat2)
	w.Do(ref, co, models.EventAcknowledge, models.Input{})
	seen(t, w, ref, "acknowledged late", author, ps, co, dep, nat, nat2)
}

func TestForwardedLateStaysWithTheNationalDesk(t *testing.T) {
	w := storetest.New(t)
	ref := w.Submitted(author)
	w.Clock.Pass(48 * time.Hour)
	w.Do(ref, nat, models.EventForward, models.Input{})
	seen(t, w, ref, "never acknowledged, forwarded late", author, ps, co, dep, nat, nat2, ce, ce2)
}

func TestMissedDecisionIsTheNationalDesksToo(t *testing.T) {
	w := storetest.New(t)
	ref := w.At(models.StateAcknowledged)
	w.Clock.Pass(30 * 24 * time.Hour)
	seen(t, w, ref, "not decided in time", author, ps, co, dep, nat, nat2)
	w.Do(ref, co, models.EventForward, models.Input{})
	seen(t, w, ref, "decided at last", author, ps, co, dep, ce, ce2)
}

func TestDecidedLateWithoutTheNationalDesk(t *testing.T) {
	w := storetest.New(t)
	ref := w.At(models.StateClosed)
	w.Clock.Pass(30 * 24 * time.Hour)
	seen(t, w, ref, "decided in time", author, ps, co, dep, ce, ce2)
}

func TestAcknowledgedInTimeIsNotTheNationalDesks(t *testing.T) {
	w := storetest.New(t)
	ref := w.At(models.StateAcknowledged)
	w.Clock.Pass(30 * time.Hour) // past the time to acknowledge, before the time to decide
	seen(t, w, ref, "acknowledged in time", author, ps, co, dep)
}

func TestForwardedIsTheCentresToo(t *testing.T) {
	w := storetest.New(t)
	ref := w.Submitted(author)
	w.Do(ref, co, models.EventForward, models.Input{})
	w.Clock.Pass(48 * time.Hour)
	seen(t, w, ref, "forwarded", author, ps, co, dep, ce, ce2)
}

func TestForwardedLateWithoutAnybodyAcknowledging(t *testing.T) {
	w := storetest.New(t)
	ref := w.Submitted(author)
	w.Clock.Pass(100 * time.Hour)
	w.Do(ref, storetest.System.ID, models.EventForward, models.Input{})
	seen(t, w, ref, "nobody acknowledged it", author, ps, co, dep, nat, nat2, ce, ce2)
}

func TestNoUrgencyHidesThatNobodyAcknowledged(t *testing.T) {
	w := storetest.New(t)
	ref := w.Submitted(author, func(c *models.Content) { c.DangerNow = models.Yes })
	w.Clock.Pass(5 * time.Hour)
	w.Do(ref, co, models.EventUrgency, models.Input{Urgency: models.Standard, Reason: "x"})
	seen(t, w, ref, "lowered too late", author, ps, co, dep, nat, nat2)
	w.Do(ref, co, models.EventAcknowledge, models.Input{})
	seen(t, w, ref, "and acknowledged", author, ps, co, dep, nat, nat2)
}

func TestRaisingTheUrgencyDoesNotMakeLateWhatWasInTime(t *testing.T) {
	w := storetest.New(t)
	ref := w.Submitted(author, func(c *models.Content) { c.Signs = nil })
	w.Clock.Pass(5 * time.Hour)
	w.Do(ref, co, models.EventAcknowledge, models.Input{})
	w.Do(ref, co, models.EventUrgency, models.Input{Urgency: models.Immediate, Reason: "x"})
	seen(t, w, ref, "acknowledged in time, then raised", author, ps, co, dep)
}

func TestFarSchoolIsTheFarDistricts(t *testing.T) {
	w := storetest.New(t)
	seen(t, w, w.Submitted(storetest.TeacherFar), "in Niš", storetest.TeacherFar, storetest.PsychologistFar, storetest.CoordinatorFar)
}

func TestConflictAtTheSchoolIsHiddenThere(t *testing.T) {
	w := storetest.New(t)
	ref := w.Submitted(author, func(c *models.Content) { c.SchoolConflict = models.Yes })
	seen(t, w, ref, "conflict", author, nat, nat2)
	w.Do(ref, nat, models.EventForward, models.Input{})
	seen(t, w, ref, "conflict, forwarded", author, nat, nat2, ce, ce2)
}

func TestConflictReportedByThePsychologist(t *testing.T) {
	w := storetest.New(t)
	seen(t, w, w.Submitted(ps, func(c *models.Content) { c.SchoolConflict = models.Yes }), "conflict", ps, nat, nat2)
}

func TestHandingOnTakesItFromSight(t *testing.T) {
	w := storetest.New(t)
	ref := w.Submitted(author)
	w.Do(ref, co, models.EventReassign, models.Input{To: dep, Reason: "own family"})
	seen(t, w, ref, "handed to the deputy", author, ps, dep)
	w.Do(ref, dep, models.EventReassign, models.Input{To: nat, Reason: "own family"})
	seen(t, w, ref, "handed to the national desk", author, ps, nat, nat2)
}

func TestHandingOnHidesThatOneOnly(t *testing.T) {
	w := storetest.New(t)
	handed, kept := w.Submitted(author), w.Submitted(author)
	w.Do(handed, co, models.EventReassign, models.Input{To: dep, Reason: "own family"})
	if _, err := w.Store.Referral(t.Context(), w.Actor(co), kept); err != nil {
		t.Errorf("another referral is hidden as well: %v", err)
	}
}

func TestClosingWaitsForASecondSight(t *testing.T) {
	w := storetest.New(t)
	ref := w.At(models.StateAcknowledged)
	w.Do(ref, co, models.EventProposeClose, w.Input(models.EventProposeClose))
	seen(t, w, ref, "proposed", author, ps, co, dep, nat, nat2)
	w.Do(ref, nat, models.EventConfirmClose, models.Input{})
	seen(t, w, ref, "closed with a second signature", author, ps, co, dep, nat, nat2)
}

func TestSomebodyWhoMovedOn(t *testing.T) {
	w := storetest.New(t)
	ref := w.Submitted(author)
	for _, role := range []models.Role{models.RoleMinistry, models.RoleAdmin, models.RoleAuditor, models.RoleOperator, "", "root"} {
		if _, err := w.Store.Referral(t.Context(), models.Actor{ID: author, Role: role, SchoolID: storetest.School1, DistrictID: storetest.Belgrade}, ref); err == nil {
			t.Errorf("who wrote it still finds it as %q", role)
		}
	}
}

func TestChildHistoryIsScoped(t *testing.T) {
	w := storetest.New(t)
	ctx := t.Context()
	first := w.Submitted(author)
	w.Clock.Pass(time.Minute)
	w.Submitted(storetest.TeacherNear)
	w.Submitted(storetest.TeacherFar)
	w.Draft(author, w.Full)
	w.Submitted(author, func(c *models.Content) { c.SchoolConflict = models.Yes })
	id := w.Head(first).ID
	handle, _, err := w.Store.ChildOf(ctx, w.Actor(co), id)
	if err != nil || handle == "" {
		t.Fatalf("no child: %q %v", handle, err)
	}
	for who, want := range map[string]int{author: 2, ps: 1, co: 2, nat: 1, storetest.CoordinatorFar: 1, ce: 0, storetest.Ministry: 0, storetest.Admin: 0} {
		list, err := w.Store.Child(ctx, w.Actor(who), handle)
		if len(list) != want || (want == 0) != (models.CodeOf(err) == models.CodeNotFound) {
			t.Errorf("%s finds %d referrals of the child, want %d: %v", who, len(list), want, err)
		}
		if _, n, err := w.Store.ChildOf(ctx, w.Actor(who), id); err != nil || int(n) != want {
			t.Errorf("%s is told of %d referrals, want %d: %v", who, n, want, err)
		}
	}
	if list, _ := w.Store.Child(ctx, w.Actor(co), handle); len(list) == 2 && list[0].Ref != first {
		t.Error("a child's history is not in time order")
	}
	if _, err := w.Store.Child(ctx, w.Actor(co), "nobody"); models.CodeOf(err) != models.CodeNotFound {
		t.Errorf("an unknown handle: %v", err)
	}
}
