package store_test

import (
	"slices"
	"testing"
	"time"

	"znak/models"
	"znak/models/store"
	"znak/models/store/storetest"
)

var workingSteps = []time.Duration{time.Hour, 48 * time.Hour, 100 * time.Hour}

// timesOf counts one duty of everything since the world began.
func timesOf(t *testing.T, w *storetest.World, duty models.Event) []store.WorkingCount {
	t.Helper()
	counts, err := w.Store.WorkingTimes(t.Context(), models.System(), duty, models.StampOf(storetest.Start), models.StampOf(w.Clock.Now())+1, workingSteps)
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(counts, func(a, b store.WorkingCount) int { return a.Step - b.Step })
	return counts
}

// Each way that a referral can take, as the duties' times count it.
func TestWorkingTimesByWay(t *testing.T) {
	const desk = storetest.Belgrade
	one := func(step int, inTime bool) []store.WorkingCount {
		return []store.WorkingCount{{DeskID: desk, Step: step, InTime: inTime, N: 1}}
	}
	forward := models.Input{}
	for name, tt := range map[string]struct {
		way                          func(w *storetest.World, ref string)
		acknowledge, decide, receive []store.WorkingCount
	}{
		"nobody looks": {func(*storetest.World, string) {}, one(3, false), one(3, false), nil},
		"forwarded at once, without an acknowledgement": {func(w *storetest.World, ref string) {
			w.Clock.Pass(30 * time.Minute)
			w.Do(ref, storetest.Coordinator, models.EventForward, forward)
		}, one(0, true), one(0, true), one(3, false)},
		"forwarded by the portal": {func(w *storetest.World, ref string) {
			w.Clock.Pass(72*time.Hour + time.Minute)
			w.Do(ref, storetest.System.ID, models.EventForward, forward)
			w.Clock.Pass(25 * time.Hour)
			w.Do(ref, storetest.Centre, models.EventReceive, models.Input{})
		}, one(3, false), one(2, false), one(1, false)},
		"acknowledged late, forwarded in time, received": {func(w *storetest.World, ref string) {
			w.Clock.Pass(25 * time.Hour)
			w.Do(ref, storetest.Coordinator, models.EventAcknowledge, models.Input{})
			w.Do(ref, storetest.Coordinator, models.EventForward, forward)
			w.Clock.Pass(time.Hour)
			w.Do(ref, storetest.Centre, models.EventReceive, models.Input{})
		}, one(1, false), one(1, true), one(0, true)},
		"closed by two people": {func(w *storetest.World, ref string) {
			w.Do(ref, storetest.Coordinator, models.EventAcknowledge, models.Input{})
			w.Do(ref, storetest.Coordinator, models.EventProposeClose, w.Input(models.EventProposeClose))
			w.Clock.Pass(2 * time.Hour)
			w.Do(ref, storetest.Deputy, models.EventConfirmClose, models.Input{})
		}, one(0, true), one(1, true), nil},
	} {
		t.Run(name, func(t *testing.T) {
			w := storetest.New(t)
			w.Draft(storetest.Teacher) // counts nowhere
			ref := w.Submitted(storetest.Teacher)
			if u := w.Head(ref).Urgency; u != models.Standard {
				t.Fatalf("the referral is %s", u)
			}
			tt.way(w, ref)
			for duty, want := range map[models.Event][]store.WorkingCount{models.EventAcknowledge: tt.acknowledge, models.EventForward: tt.decide, models.EventReceive: tt.receive} {
				if got := timesOf(t, w, duty); !slices.Equal(got, want) {
					t.Errorf("%s: %+v, want %+v", duty, got, want)
				}
			}
		})
	}
}

// Exact counts are for the portal itself, which protects them before anybody
// sees them.
func TestNobodyGetsExactCounts(t *testing.T) {
	w := storetest.New(t)
	for _, u := range storetest.People() {
		a := w.Actor(u.ID)
		_, times := w.Store.WorkingTimes(t.Context(), a, models.EventForward, 0, 1, workingSteps)
		_, backlog := w.Store.WorkingBacklog(t.Context(), a, false, workingSteps)
		_, accounts := w.Store.WorkingAccounts(t.Context(), a, 0)
		for _, err := range []error{times, backlog, accounts} {
			if models.CodeOf(err) != models.CodeForbidden {
				t.Errorf("%s: %v", u.ID, err)
			}
		}
	}
}

func TestFirstKeptFiguresStay(t *testing.T) {
	w := storetest.New(t)
	keep := func(day, body string) {
		w.Tx(func(tx *store.Tx) error {
			return tx.KeepWorking("today", day, []store.WorkingRow{{Part: "today", Day: day, Rule: "10-5", Scope: storetest.Nis, Body: body},
				{Part: "today", Day: day, Rule: "10-5", Scope: storetest.Belgrade, Body: body}})
		})
	}
	read := func(who, day string) (bodies []string) {
		rows, err := w.Store.WorkingKept(t.Context(), w.Actor(who), "today", day, "10-5")
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			bodies = append(bodies, r.Scope+" "+r.Body)
		}
		return bodies
	}
	keep("2026-03-02", "first")
	keep("2026-03-02", "second")
	if got := read(storetest.Ministry, "2026-03-02"); !slices.Equal(got, []string{"beograd first", "nis first"}) {
		t.Errorf("kept is %q", got)
	}
	if got := read(storetest.CoordinatorFar, "2026-03-02"); !slices.Equal(got, []string{"nis first"}) {
		t.Errorf("the coordinator of Niš reads %q", got)
	}
	keep("2026-03-03", "next")
	if got := read(storetest.Ministry, "2026-03-02"); got != nil {
		t.Errorf("of yesterday is left %q", got)
	}
	if _, err := w.Store.WorkingKept(t.Context(), models.Actor{Role: models.RoleCoordinator}, "today", "2026-03-03", "10-5"); models.CodeOf(err) != models.CodeForbidden {
		t.Errorf("a coordinator of no district: %v", err)
	}
}
