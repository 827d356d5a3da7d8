package models_test

import (
	"slices"
	"testing"

	"znak/models"
)

func roles(rs ...models.Role) []models.Role { return rs }

// TestWhoEverHasAnEvent is written from the domain, not from the table.
func TestWhoEverHasAnEvent(t *testing.T) {
	const te, ps, co, ce, sy = models.RoleTeacher, models.RolePsychologist, models.RoleCoordinator, models.RoleCentre, models.RoleSystem
	want := map[models.Event][]models.Role{
		"submit": roles(te, ps), "acknowledge": roles(co), "ask": roles(co, ce), "answer": roles(te, ps, co), "note": roles(co, ce),
		"urgency": roles(co), "reassign": roles(co), "forward": roles(co, sy), "propose-close": roles(co), "confirm-close": roles(co),
		"receive": roles(ce), "assess": roles(ce), "decide": roles(ce), "reconsider": roles(te, ps, co), "decide-reconsideration": roles(ce),
		"add": roles(te, ps),
	}
	for e, who := range want {
		for _, r := range append([]models.Role{models.RoleSystem, models.RoleOperator, ""}, models.Roles...) {
			if got := models.RoleMay(models.Actor{ID: "x", Role: r}, e); got != slices.Contains(who, r) {
				t.Errorf("%q may ever %s: %v", r, e, got)
			}
		}
	}
	if len(want) != len(models.Events)+1 {
		t.Errorf("%d events, and %d are known here", len(models.Events)+1, len(want))
	}
}

func TestFindTellsFaultsApart(t *testing.T) {
	author := models.Actor{ID: "a", Role: models.RoleTeacher}
	one, two := models.Actor{ID: "c1", Role: models.RoleCoordinator}, models.Actor{ID: "c2", Role: models.RoleCoordinator}
	officer, other := models.Actor{ID: "o1", Role: models.RoleCentre}, models.Actor{ID: "o2", Role: models.RoleCentre}
	proposed := models.Standing{State: models.StateAcknowledged, AuthorID: "a", ClosingBy: "c1"}
	decided := models.Standing{State: models.StateReconsideration, AuthorID: "a", DecidedBy: "o1", Outcome: models.OutcomeDismissed}
	asked := models.Standing{State: models.StateInfoRequested, ReturnState: models.StateReceived, AskedOf: models.ToCoordinator, AuthorID: "a"}
	closed := models.Standing{State: models.StateClosed, AuthorID: "a", ClosingBy: "c1"}
	for _, tt := range []struct {
		name string
		s    models.Standing
		e    models.Event
		a    models.Actor
		want models.Code
	}{
		{"one closes alone", proposed, models.EventConfirmClose, one, models.CodeConflict},
		{"a second closes", proposed, models.EventConfirmClose, two, ""},
		{"nothing to confirm", models.Standing{State: models.StateAcknowledged}, models.EventConfirmClose, two, models.CodeConflict},
		{"own decision", decided, models.EventDecideReconsideration, officer, models.CodeConflict},
		{"another's decision", decided, models.EventDecideReconsideration, other, ""},
		{"asked is the coordinator", asked, models.EventAnswer, one, ""},
		{"asked is not the school", asked, models.EventAnswer, author, models.CodeConflict},
		{"a second question", asked, models.EventAsk, officer, models.CodeConflict},
		{"closed by the district has no decision", closed, models.EventReconsider, author, models.CodeConflict},
		{"a role that never has it", proposed, models.EventConfirmClose, author, models.CodeForbidden},
		{"no such event", proposed, "withdraw", one, models.CodeNotFound},
		{"forwarding skips acknowledging", models.Standing{State: models.StateSubmitted}, models.EventForward, one, ""},
		{"not before forwarding", models.Standing{State: models.StateAcknowledged}, models.EventReceive, officer, models.CodeConflict},
	} {
		if _, err := models.Find(tt.s, tt.e, tt.a); models.CodeOf(err) != tt.want {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
		}
	}
}

func TestIdentifiedIsNotReconsidered(t *testing.T) {
	author := models.Actor{ID: "a", Role: models.RoleTeacher}
	for _, o := range models.Outcomes {
		s := models.Standing{State: models.StateClosed, AuthorID: "a", DecidedBy: "o1", Outcome: o}
		_, err := models.Find(s, models.EventReconsider, author)
		if ok := err == nil; ok == (o == models.OutcomeIdentified) {
			t.Errorf("after %s: %v", o, err)
		}
	}
}
