package directory_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"znak/models"
	"znak/models/directory"
	"znak/models/store"
	"znak/models/store/storetest"
)

// place is a contact as a test draws it.
type place struct {
	desk     string // whose contact they are
	position int
	works    string // the desk where their account is, which may be another
	disabled bool
	away     bool
}

// acts says whether the contact can act for the desk.
func (p place) acts() bool { return !p.disabled && !p.away && p.works == p.desk }

var desks = []string{storetest.Belgrade, storetest.Nis, models.NationalDesk}

// drawPlaces draws who is where: desks without anybody are among them.
func drawPlaces(t *rapid.T) map[string]place {
	out := map[string]place{}
	for _, desk := range desks {
		for i := range rapid.IntRange(0, 4).Draw(t, "contacts of "+desk) {
			id := fmt.Sprintf("%s-%d", desk, i)
			out[id] = place{desk: desk, position: i, works: rapid.SampledFrom(append([]string{desk, desk, desk}, desks...)).Draw(t, id+" works at"),
				disabled: rapid.IntRange(0, 3).Draw(t, id+" disabled") == 0, away: rapid.Bool().Draw(t, id+" away")}
		}
	}
	return out
}

// write makes the database's directory the drawn one.
func write(t *rapid.T, w *storetest.World, places map[string]place) {
	for _, table := range []string{"absences", "contacts"} {
		if _, err := w.Raw().Exec("DELETE FROM " + table); err != nil {
			t.Fatal(err)
		}
	}
	today := w.Clock.Now().In(w.Location)
	err := w.Store.Tx(t.Context(), func(tx *store.Tx) error {
		for id, p := range places {
			if err := tx.PutUser(models.User{ID: id, Email: id + "@route.test", Name: "x", Role: models.RoleCoordinator, DistrictID: p.works, Disabled: p.disabled}); err != nil {
				return err
			}
			if err := tx.Put([]models.Contact{{DistrictID: p.desk, UserID: id, Position: p.position}}); err != nil {
				return err
			}
			// Somebody who is here may have been away until yesterday, or be from tomorrow on.
			from, to := today.AddDate(0, 0, -9), today.AddDate(0, 0, -1)
			if rapid.Bool().Draw(t, id+" later") {
				from, to = today.AddDate(0, 0, 1), today.AddDate(0, 0, 9)
			}
			if p.away {
				from, to = today.AddDate(0, 0, -rapid.IntRange(0, 2).Draw(t, id+" since")), today.AddDate(0, 0, rapid.IntRange(0, 2).Draw(t, id+" until"))
			}
			row := models.Absence{ID: models.NewID(), UserID: id, FromDay: from.Format(time.DateOnly), ToDay: to.Format(time.DateOnly)}
			if err := tx.Put([]models.Absence{row}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// firstOf is who acts first for the desk, by the rule as it is written.
func firstOf(places map[string]place, desk string) (id string, position int) {
	var able []string
	for id, p := range places {
		if p.desk == desk && p.acts() {
			able = append(able, id)
		}
	}
	if len(able) == 0 {
		return "", 0
	}
	id = slices.MinFunc(able, func(a, b string) int { return places[a].position - places[b].position })
	return id, places[id].position
}

// Whatever the directory looks like, a submission has a desk, and whoever it is
// routed to is the first of that desk who can act.
func TestEverySubmissionHasARoute(t *testing.T) {
	w := storetest.New(t)
	rapid.Check(t, func(t *rapid.T) {
		places := drawPlaces(t)
		write(t, w, places)
		district := rapid.SampledFrom([]string{storetest.Belgrade, storetest.Nis, "raska"}).Draw(t, "district")
		conflict := rapid.Bool().Draw(t, "conflict")
		var got directory.Route
		err := w.Store.Tx(t.Context(), func(tx *store.Tx) (err error) {
			got, err = w.Directory.Route(t.Context(), tx, district, conflict, w.Clock.Now())
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		national, _ := firstOf(places, models.NationalDesk)
		want := directory.Route{DeskID: models.NationalDesk, UserID: national, Rule: directory.RuleNational}
		if conflict {
			want.Rule = directory.RuleConflict
		} else if id, position := firstOf(places, district); id != "" {
			want = directory.Route{DeskID: district, UserID: id, Rule: directory.RuleDeputy}
			if position == 0 {
				want.Rule = directory.RulePrimary
			}
		}
		if got != want {
			t.Fatalf("routed %+v, want %+v", got, want)
		}
	})
}
