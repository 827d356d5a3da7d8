package models_test

import (
	"testing"

	"znak/models"
)

// TestWhatEachSideSees is written from the domain: the school sees milestones,
// questions put to it and what it wrote itself.
func TestWhatEachSideSees(t *testing.T) {
	const none, mile, out, full = models.ViewNone, models.ViewMilestone, models.ViewOutcome, models.ViewFull
	const te, co, ce, sy = models.RoleTeacher, models.RoleCoordinator, models.RoleCentre, models.RoleSystem
	for _, tt := range []struct {
		e                     models.Event
		by                    models.Role
		to                    string
		school, desk, officer models.View
	}{
		{models.EventSubmit, te, "", mile, full, full},
		{models.EventAcknowledge, co, "", mile, full, full},
		{models.EventAsk, co, models.ToSchool, full, full, full},
		{models.EventAsk, ce, models.ToSchool, full, full, full},
		{models.EventAsk, ce, models.ToCoordinator, none, full, full},
		{models.EventAnswer, te, "", full, full, full},
		{models.EventAnswer, co, "", none, full, full},
		{models.EventNote, co, "", none, full, full},
		{models.EventNote, ce, "", none, none, full},
		{models.EventUrgency, co, "", none, full, full},
		{models.EventReassign, co, "x", none, full, none},
		{models.EventForward, co, "", mile, full, full},
		{models.EventForward, sy, "", mile, full, full},
		{models.EventProposeClose, co, "", none, full, full},
		{models.EventConfirmClose, co, "", mile, full, full},
		{models.EventReceive, ce, "", mile, full, full},
		{models.EventAssess, ce, "", mile, mile, full},
		{models.EventDecide, ce, "", out, full, full},
		{models.EventReconsider, te, "", full, full, full},
		{models.EventReconsider, co, "", mile, full, full},
		{models.EventDecideReconsideration, ce, "", out, full, full},
		{models.EventAdd, te, "", full, full, full},
	} {
		r := models.Record{Event: tt.e, ActorRole: tt.by}
		in := models.Input{To: tt.to}
		for role, want := range map[models.Role]models.View{te: tt.school, models.RolePsychologist: tt.school, co: tt.desk, ce: tt.officer,
			models.RoleMinistry: none, models.RoleAuditor: none, models.RoleAdmin: none, models.RoleOperator: none, "": none} {
			if got := r.ViewFor(role, in); got != want {
				t.Errorf("%s by %s (to %q): %q sees %d, want %d", tt.e, tt.by, tt.to, role, got, want)
			}
		}
	}
}
