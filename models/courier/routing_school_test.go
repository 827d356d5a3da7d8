package courier_test

import (
	"testing"
	"time"

	"znak/models"
	"znak/models/store"
	"znak/models/store/storetest"
)

// moveSchool gives the teacher's school to Niš, as an import of schools does.
func (p *post) moveSchool() {
	p.T.Helper()
	p.Tx(func(tx *store.Tx) error {
		school, err := tx.School(p.T.Context(), storetest.School1)
		if err != nil {
			return err
		}
		school.DistrictID = storetest.Nis
		return tx.Put([]models.School{*school})
	})
}

// sees says whether somebody can open the referral.
func (p *post) sees(who, ref string) bool {
	p.T.Helper()
	_, err := p.Referrals.Read(p.T.Context(), p.Actor(who), ref, "read")
	if err != nil && models.CodeOf(err) != models.CodeNotFound {
		p.T.Fatal(err)
	}
	return err == nil
}

// A school changes its district. What it had sent stays with the desk that knows
// it, which goes on hearing of it; what it sends from then on, also a draft that
// was begun before, goes to the new one; and each desk sees its own alone.
func TestSchoolThatChangesDistrict(t *testing.T) {
	p := newPost(t)
	open, asked, draft := p.Submitted(teacher), p.Submitted(teacher), p.Draft(teacher, p.Full)
	p.Do(asked, coordinator, models.EventAcknowledge, models.Input{})
	p.Do(asked, coordinator, models.EventAsk, p.Input(models.EventAsk))
	p.letters()
	p.moveSchool()
	p.Do(asked, teacher, models.EventAnswer, p.Input(models.EventAnswer))
	p.gets("answered after the move", "answer to "+coordinator)
	if _, err := p.Referrals.Submit(t.Context(), p.Actor(teacher), draft); err != nil {
		t.Fatal(err)
	}
	p.gets("a draft from before the move", "new to "+storetest.CoordinatorFar)
	fresh := p.Submitted(teacher)
	p.gets("sent after the move", "new to "+storetest.CoordinatorFar)
	for ref, desk := range map[string]string{open: storetest.Belgrade, asked: storetest.Belgrade, draft: storetest.Nis, fresh: storetest.Nis} {
		if r := p.Head(ref); r.DeskID != desk || r.DistrictID != desk {
			t.Errorf("it is at the desk %s, counted in %s, want %s", r.DeskID, r.DistrictID, desk)
		}
		for who, want := range map[string]bool{coordinator: desk == storetest.Belgrade, storetest.CoordinatorFar: desk == storetest.Nis, teacher: true, psychologist: true} {
			if got := p.sees(who, ref); got != want {
				t.Errorf("%s sees what is at %s: %v", who, desk, got)
			}
		}
	}
	p.Clock.Pass(30 * 24 * time.Hour)
	p.tick()
	for _, ref := range []string{open, asked, draft, fresh} {
		if r := p.Head(ref); r.State != models.StateForwarded {
			t.Errorf("after a month that of %s is %s", r.DeskID, r.State)
		}
	}
}

// A school moves at the very moment of a submission: it goes to one of the two
// desks, whole.
func TestSchoolThatMovesAtThatVeryMoment(t *testing.T) {
	p := newPost(t)
	for range 10 {
		ref := p.Draft(teacher, p.Full)
		moved := make(chan error)
		go func() {
			moved <- p.Store.Tx(t.Context(), func(tx *store.Tx) error {
				school, err := tx.School(t.Context(), storetest.School1)
				if err != nil {
					return err
				}
				school.DistrictID = map[string]string{storetest.Belgrade: storetest.Nis, storetest.Nis: storetest.Belgrade}[school.DistrictID]
				return tx.Put([]models.School{*school})
			})
		}()
		if _, err := p.Referrals.Submit(t.Context(), p.Actor(teacher), ref); err != nil {
			t.Fatal(err)
		}
		if err := <-moved; err != nil {
			t.Fatal(err)
		}
		r := p.Head(ref)
		want := map[string]string{storetest.Belgrade: coordinator, storetest.Nis: storetest.CoordinatorFar}[r.DeskID]
		if r.DistrictID != r.DeskID || r.RoutedTo != want {
			t.Errorf("it is counted in %s, at the desk %s, with %s", r.DistrictID, r.DeskID, r.RoutedTo)
		}
		p.gets("submitted", "new to "+want)
	}
}

// Deputies are asked in their order while those before them are away, day by
// day; when all are, the national desk is; and the first one back is first again.
func TestDeputiesInOrderOverDaysOfAbsence(t *testing.T) {
	p := newPost(t)
	day := func(n int) string { return p.Clock.Now().In(p.Location).AddDate(0, 0, n).Format(time.DateOnly) }
	p.Tx(func(tx *store.Tx) error {
		third := models.User{ID: "third", Email: "third@znak.test", Name: "Трећа", Role: models.RoleCoordinator, DistrictID: storetest.Belgrade, Lang: "sr"}
		if err := tx.PutUser(third); err != nil {
			return err
		}
		if err := tx.AppendContact(storetest.Belgrade, "third"); err != nil {
			return err
		}
		return tx.Put([]models.Absence{{ID: "1", UserID: coordinator, FromDay: day(1), ToDay: day(3)}, {ID: "2", UserID: deputy, FromDay: day(2), ToDay: day(3)},
			{ID: "3", UserID: "third", FromDay: day(3), ToDay: day(3)}})
	})
	for n, want := range []string{coordinator, deputy, "third", national, coordinator} {
		p.Submitted(teacher)
		if got := p.letters(); len(got) == 0 || got[len(got)-1] != "new to "+want {
			t.Errorf("on day %d: %q, want %s", n, got, want)
		}
		p.Clock.Pass(24 * time.Hour)
	}
}
