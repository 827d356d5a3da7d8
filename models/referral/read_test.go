package referral_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"znak/models"
	"znak/models/store"
	"znak/models/store/storetest"
)

func TestReadingIsOnTheTrailBeforeItIsShown(t *testing.T) {
	w := storetest.New(t)
	ref := w.Submitted(storetest.Teacher)
	if _, err := w.Referrals.Read(t.Context(), w.Actor(storetest.Coordinator), ref, "print"); err != nil {
		t.Fatal(err)
	}
	entries := trail(t, w, ref)
	if last := entries[len(entries)-1]; last.Action != "print" || last.ActorID != storetest.Coordinator || last.Rule != "scope" {
		t.Errorf("%+v", last)
	}
	broken := "audit_hashes"
	if w.Path == "" {
		broken = "audit_pending" // where entries go first on PostgreSQL
	}
	if _, err := w.Raw().Exec("DROP TABLE " + broken); err != nil {
		t.Fatal(err)
	}
	if d, err := w.Referrals.Read(t.Context(), w.Actor(storetest.Coordinator), ref, "read"); err == nil || d != nil {
		t.Error("it is shown though the trail cannot be written")
	}
}

// TestTheSchoolReadsMilestonesOnly takes what the school gets of a referral
// that went every way, and looks for what only others wrote.
func TestTheSchoolReadsMilestonesOnly(t *testing.T) {
	w := storetest.New(t)
	ref := everything(t, w)
	for _, who := range []string{storetest.Teacher, storetest.Psychologist} {
		d, err := w.Referrals.Read(t.Context(), w.Actor(who), ref, "read")
		if err != nil {
			t.Fatal(err)
		}
		if d.Content.ProposedUrgency != "" || d.Content.Drivers != nil || d.Drivers != nil || d.Colleagues != nil {
			t.Errorf("%s is told what was proposed, or to whom it could be handed", who)
		}
		var events []string
		for _, m := range d.Timeline {
			text, err := json.Marshal(m.Input)
			if err != nil {
				t.Fatal(err)
			}
			own := m.ActorRole == models.RoleTeacher || m.ActorRole == models.RolePsychologist
			asked := m.Event == models.EventAsk
			if !own && m.ActorID != "" {
				t.Errorf("%s is told that %s did %s", who, m.ActorID, m.Event)
			}
			if !own && !asked && (strings.Contains(string(text), storetest.Marker) || m.Input.Criteria != nil || m.Input.Urgency != "") {
				t.Errorf("%s reads of %s: %s", who, m.Event, text)
			}
			if m.Body != nil {
				t.Error("the sealed body is handed out")
			}
			events = append(events, string(m.Event))
		}
		want := "submit acknowledge ask answer add forward receive ask answer assess decide reconsider decide-reconsideration"
		if got := strings.Join(events, " "); got != want {
			t.Errorf("%s sees\n%s, want\n%s", who, got, want)
		}
		if d.Timeline[10].Input.Outcome != models.OutcomeNotAssessed {
			t.Error("the outcome class is hidden from the school")
		}
	}
	centre, err := w.Referrals.Read(t.Context(), w.Actor(storetest.Centre), ref, "read")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range centre.Timeline {
		if m.Event == models.EventReassign {
			t.Error("the Centre sees who handed on to whom at the desk")
		}
	}
}

func TestRoutesOfAConflict(t *testing.T) {
	w := storetest.New(t)
	ref := w.Submitted(storetest.Teacher, func(c *models.Content) { c.SchoolConflict = models.Yes })
	head := w.Head(ref)
	if head.DeskID != models.NationalDesk || head.RouteRule != "conflict" || head.RoutedTo != storetest.National || !head.Restricted || head.DistrictID != storetest.Belgrade {
		t.Errorf("%+v", head)
	}
	for who, want := range map[string]models.Code{storetest.Psychologist: models.CodeNotFound, storetest.Teacher2: models.CodeNotFound,
		storetest.Coordinator: models.CodeNotFound, storetest.National2: "", storetest.Teacher: ""} {
		_, err := w.Referrals.Read(t.Context(), w.Actor(who), ref, "read")
		code(t, who, err, want)
	}
}

func TestSearch(t *testing.T) {
	w := storetest.New(t)
	ref := w.Submitted(storetest.Teacher, func(c *models.Content) { c.Child.Name = "Ђорђе Немањић" })
	w.Submitted(storetest.TeacherFar)
	for _, q := range []string{"Nemanjić", "Nemanjic", "немањић", "DJORDJE", "đorđe nemanjic", ref, strings.ToLower(ref), strings.ReplaceAll(ref[3:], "-", "")} {
		rows, _, err := w.Referrals.List(t.Context(), w.Actor(storetest.Coordinator), listAll, q)
		if err != nil || len(rows) != 1 || rows[0].Ref != ref {
			t.Errorf("%q finds %d, %v", q, len(rows), err)
		}
	}
	for _, q := range []string{storetest.Marker, "!", "%", "Nemanj", "ZN-0000-0000"} {
		if rows, _, err := w.Referrals.List(t.Context(), w.Actor(storetest.Coordinator), listAll, q); err != nil || len(rows) != 0 {
			t.Errorf("%q finds %d, %v", q, len(rows), err)
		}
	}
	w.Settle()
	list, err := w.Store.AuditTrail(t.Context(), w.Actor(storetest.Auditor), store.AuditFilter{Action: "search"})
	if err != nil || len(list) == 0 {
		t.Fatalf("no search is on the trail: %v", err)
	}
	for _, e := range list {
		if e.Object != "" || e.Fields != "" || e.ReferralID != "" {
			t.Errorf("the trail says what was sought: %+v", e)
		}
	}
}

func TestChildHistory(t *testing.T) {
	w := storetest.New(t)
	first := w.Submitted(storetest.Teacher)
	w.Clock.Pass(time.Hour)
	second := w.Submitted(storetest.Teacher2, func(c *models.Content) { c.Child.Name = "zvezdomirka ĐURĐICA" })
	w.Clock.Pass(time.Hour)
	w.Submitted(storetest.Teacher, func(c *models.Content) { c.Child.BirthYear = 2011 })
	d, err := w.Referrals.Read(t.Context(), w.Actor(storetest.Psychologist), first, "read")
	if err != nil || d.ChildCount != 2 || d.ChildPath == "" {
		t.Fatalf("%d referrals at %q, %v", d.ChildCount, d.ChildPath, err)
	}
	list, err := w.Referrals.Child(t.Context(), w.Actor(storetest.Psychologist), d.ChildPath)
	if err != nil || len(list) != 2 || list[0].Ref != first || list[1].Ref != second {
		t.Fatalf("%d, %v", len(list), err)
	}
	for _, ref := range []string{first, second} {
		entries := trail(t, w, ref)
		if last := entries[len(entries)-1]; last.Action != "read-child" || last.Object != "child:"+d.ChildPath {
			t.Errorf("%+v", last)
		}
	}
	_, err = w.Referrals.Child(t.Context(), w.Actor(storetest.Teacher), d.ChildPath)
	code(t, "a teacher", err, models.CodeForbidden)
	_, err = w.Referrals.Child(t.Context(), w.Actor(storetest.PsychologistFar), d.ChildPath)
	code(t, "another school's psychologist", err, models.CodeNotFound)
	teacher, err := w.Referrals.Read(t.Context(), w.Actor(storetest.Teacher), first, "read")
	if err != nil || teacher.ChildPath != "" || teacher.ChildCount != 0 {
		t.Errorf("a teacher is told of the child's other referrals: %v", err)
	}
}
