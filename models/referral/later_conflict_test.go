package referral_test

import (
	"testing"
	"time"

	"znak/models"
	"znak/models/store/storetest"
)

// A danger inside the school that comes to light later hides the referral at
// the school at once, and takes it past the district.
func TestConflictThatComesToLightLater(t *testing.T) {
	w := storetest.New(t)
	ref := w.Submitted(storetest.Teacher)
	read := func(who string) error {
		_, err := w.Referrals.Read(t.Context(), w.Actor(who), ref, "read")
		return err
	}
	if err := read(storetest.Psychologist); err != nil {
		t.Fatal(err)
	}
	add := models.Input{Text: "Видела сам ко га одводи.", SchoolConflict: models.Yes}
	w.Do(ref, storetest.Psychologist, models.EventAdd, add)
	if w.Head(ref).Restricted {
		t.Error("somebody other than the author hides the referral from others")
	}
	w.Do(ref, storetest.Teacher, models.EventAdd, add)
	r := w.Head(ref)
	if !r.Restricted || r.DeskID != models.NationalDesk || r.RouteRule != "conflict" {
		t.Errorf("after the addition: restricted %v, desk %s, rule %s", r.Restricted, r.DeskID, r.RouteRule)
	}
	for who, want := range map[string]models.Code{storetest.Teacher: "", storetest.National: "",
		storetest.Psychologist: models.CodeNotFound, storetest.Coordinator: models.CodeNotFound} {
		if got := models.CodeOf(read(who)); got != want {
			t.Errorf("%s reads it: %q, want %q", who, got, want)
		}
	}
}

// Whoever can write to the database but has no keys cannot make the portal open
// a referral for somebody by changing its row.
func TestAChangedRowOpensForNobody(t *testing.T) {
	for name, change := range map[string]string{
		"author":     "UPDATE referrals SET author_id = 'teacher2'",
		"school":     "UPDATE referrals SET school_id = 'school-2'",
		"restricted": "UPDATE referrals SET restricted = FALSE",
	} {
		t.Run(name, func(t *testing.T) {
			w := storetest.New(t)
			ref := w.Submitted(storetest.Teacher, func(c *models.Content) { c.SchoolConflict = models.Yes })
			if _, err := w.Raw().Exec(change); err != nil {
				t.Fatal(err)
			}
			for _, who := range []string{storetest.Teacher2, storetest.Psychologist, storetest.National} {
				if _, err := w.Referrals.Read(t.Context(), w.Actor(who), ref, "read"); err == nil {
					t.Errorf("%s reads a referral whose row was changed", who)
				}
			}
		})
	}
}

// Raising the urgency late makes nobody late at once.
func TestRaisingTheUrgencyStartsTheStricterClockNow(t *testing.T) {
	w := storetest.New(t)
	ref := w.Submitted(storetest.Teacher, func(c *models.Content) { c.DangerNow, c.Signs = models.No, nil })
	w.Clock.Pass(time.Hour)
	w.Do(ref, storetest.Coordinator, models.EventAcknowledge, models.Input{})
	w.Clock.Pass(23 * time.Hour)
	w.Do(ref, storetest.Coordinator, models.EventUrgency, models.Input{Urgency: models.Immediate, Reason: "Ново сазнање."})
	r := w.Head(ref)
	if want := models.StampOf(w.Clock.Now().Add(4 * time.Hour)); r.DecideDue != want {
		t.Errorf("decision due %v, want four hours from now, %v", r.DecideDue.Time(), want.Time())
	}
}
