package directory_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"znak/models"
	"znak/models/directory"
	"znak/models/store"
	"znak/models/store/storetest"
)

// route finds the way of a submission now.
func route(t testing.TB, w *storetest.World, district string, conflict bool) directory.Route {
	t.Helper()
	var out directory.Route
	w.Tx(func(tx *store.Tx) (err error) {
		out, err = w.Directory.Route(t.Context(), tx, district, conflict, w.Clock.Now())
		return err
	})
	return out
}

// away puts an absence into the directory.
func away(w *storetest.World, user, from, to string) {
	w.Tx(func(tx *store.Tx) error {
		return tx.Put([]models.Absence{{ID: models.NewID(), UserID: user, FromDay: from, ToDay: to}})
	})
}

func disabled(w *storetest.World, user string) {
	w.Tx(func(tx *store.Tx) error { return tx.SetDisabled(user, true) })
}

// becomes gives somebody another role and place.
func becomes(w *storetest.World, id string, role models.Role, school, district string) {
	for _, u := range storetest.People() {
		if u.ID == id {
			u.Role, u.SchoolID, u.DistrictID = role, school, district
			w.Tx(func(tx *store.Tx) error { return tx.PutUser(u) })
		}
	}
}

func TestRoutes(t *testing.T) {
	const bg, rs = storetest.Belgrade, models.NationalDesk
	const today = "2026-03-02"
	primary := directory.Route{DeskID: bg, UserID: storetest.Coordinator, Rule: directory.RulePrimary}
	deputy := directory.Route{DeskID: bg, UserID: storetest.Deputy, Rule: directory.RuleDeputy}
	national := directory.Route{DeskID: rs, UserID: storetest.National, Rule: directory.RuleNational}
	conflict := directory.Route{DeskID: rs, UserID: storetest.National, Rule: directory.RuleConflict}
	for _, tt := range []struct {
		name     string
		arrange  func(*storetest.World)
		district string
		conflict bool
		want     directory.Route
	}{
		{"everybody is there", func(*storetest.World) {}, bg, false, primary},
		{"the primary is away", func(w *storetest.World) { away(w, storetest.Coordinator, today, today) }, bg, false, deputy},
		{"away yesterday", func(w *storetest.World) { away(w, storetest.Coordinator, "2026-02-01", "2026-03-01") }, bg, false, primary},
		{"away tomorrow", func(w *storetest.World) { away(w, storetest.Coordinator, "2026-03-03", "2026-03-09") }, bg, false, primary},
		{"the primary's account is closed", func(w *storetest.World) { disabled(w, storetest.Coordinator) }, bg, false, deputy},
		{"the primary works elsewhere now", func(w *storetest.World) { becomes(w, storetest.Coordinator, models.RoleTeacher, storetest.School1, "") }, bg, false, deputy},
		{"the primary moved to Niš", func(w *storetest.World) {
			becomes(w, storetest.Coordinator, models.RoleCoordinator, "", storetest.Nis)
		}, bg, false, deputy},
		{"nobody is there", func(w *storetest.World) {
			away(w, storetest.Coordinator, "2026-02-20", "2026-03-20")
			disabled(w, storetest.Deputy)
		}, bg, false, national},
		{"a district without contacts", func(*storetest.World) {}, "kragujevac", false, national},
		{"a district that does not exist", func(*storetest.World) {}, "atlantis", false, national},
		{"no district", func(*storetest.World) {}, "", false, national},
		{"somebody at the school is involved", func(*storetest.World) {}, bg, true, conflict},
		{"involved, and the desk's first is away", func(w *storetest.World) { away(w, storetest.National, today, today) }, bg, true,
			directory.Route{DeskID: rs, UserID: storetest.National2, Rule: directory.RuleConflict}},
		{"nobody at all is there", func(w *storetest.World) {
			for _, c := range storetest.Contacts() {
				disabled(w, c.UserID)
			}
		}, bg, false, directory.Route{DeskID: rs, Rule: directory.RuleNational}},
		{"the national desk's own", func(*storetest.World) {}, rs, false, directory.Route{DeskID: rs, UserID: storetest.National, Rule: directory.RulePrimary}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := storetest.New(t)
			tt.arrange(w)
			if got := route(t, w, tt.district, tt.conflict); got != tt.want {
				t.Errorf("%+v, want %+v", got, tt.want)
			}
		})
	}
}

// TestDaysOfAbsenceAreBelgrades: at half past eleven in the evening in London
// the absence that begins tomorrow has begun in Belgrade.
func TestDaysOfAbsenceAreBelgrades(t *testing.T) {
	w := storetest.New(t)
	away(w, storetest.Coordinator, "2026-03-03", "2026-03-03")
	w.Clock.Set(time.Date(2026, 3, 2, 23, 30, 0, 0, time.UTC))
	if got := route(t, w, storetest.Belgrade, false); got.UserID != storetest.Deputy {
		t.Errorf("%+v", got)
	}
}

// TestEverySubmissionEndsAtADesk: whatever the directory looks like, a
// submission is taken, held by a desk, and named to somebody who can act, or
// to nobody when there is nobody.
func TestEverySubmissionEndsAtADesk(t *testing.T) {
	w := storetest.New(t)
	w.Store.Rehearse(false) // what is drawn is drawn once
	desks := []string{storetest.Belgrade, storetest.Nis, models.NationalDesk}
	rapid.Check(t, func(rt *rapid.T) {
		able := map[string]string{} // who can act, and at which desk
		if _, err := w.Raw().Exec("DELETE FROM contacts; DELETE FROM absences"); err != nil {
			t.Fatal(err)
		}
		var contacts []models.Contact
		w.Tx(func(tx *store.Tx) (err error) {
			contacts, err = anyDirectory(rt, tx, desks, able)
			return err
		})
		school := rapid.SampledFrom([]string{storetest.Teacher, storetest.TeacherFar}).Draw(rt, "author")
		ref := w.Submitted(school, func(c *models.Content) {
			c.SchoolConflict = rapid.SampledFrom([]models.Ternary{models.Yes, models.No, models.Unknown}).Draw(rt, "conflict")
		})
		judge(rt, w.Head(ref), contacts, able)
	})
}

// anyDirectory changes who works where, who is away, whose account is closed,
// and who is whose contact. It notes who can act.
func anyDirectory(t *rapid.T, tx *store.Tx, desks []string, able map[string]string) (contacts []models.Contact, err error) {
	var absences []models.Absence
	for _, u := range storetest.People() {
		if u.Role != models.RoleCoordinator && u.Role != models.RoleMinistry {
			continue
		}
		u.Role, u.DistrictID = models.RoleCoordinator, rapid.SampledFrom(desks).Draw(t, u.ID+" works at")
		if rapid.IntRange(0, 4).Draw(t, u.ID+" changed") == 0 {
			u.Role, u.DistrictID = models.RoleMinistry, ""
		}
		u.Disabled = rapid.Bool().Draw(t, u.ID+" is closed")
		if err := tx.PutUser(u); err != nil {
			return nil, err
		}
		if rapid.Bool().Draw(t, u.ID+" is away") {
			absences = append(absences, models.Absence{ID: u.ID, UserID: u.ID, FromDay: "2026-03-01", ToDay: "2026-03-02"})
		} else if u.Role == models.RoleCoordinator && !u.Disabled {
			able[u.ID] = u.DistrictID
		}
		for _, d := range desks {
			if rapid.Bool().Draw(t, u.ID+" is a contact of "+d) {
				contacts = append(contacts, models.Contact{DistrictID: d, UserID: u.ID, Position: rapid.IntRange(0, 3).Draw(t, "place")})
			}
		}
	}
	if len(absences) > 0 {
		if err := tx.Put(absences); err != nil {
			return nil, err
		}
	}
	if len(contacts) == 0 {
		return nil, nil
	}
	return contacts, tx.Put(contacts)
}

func judge(t *rapid.T, r *models.Referral, contacts []models.Contact, able map[string]string) {
	hasAble := func(desk string) bool {
		return slices.ContainsFunc(contacts, func(c models.Contact) bool { return c.DistrictID == desk && able[c.UserID] == desk })
	}
	want := r.DistrictID
	if r.Restricted || !hasAble(want) {
		want = models.NationalDesk
	}
	if r.State != models.StateSubmitted || r.DeskID != want || r.RouteRule == "" {
		t.Fatalf("it stands at desk %q, want %q: %+v", r.DeskID, want, r)
	}
	if r.RoutedTo == "" && hasAble(r.DeskID) || r.RoutedTo != "" && able[r.RoutedTo] != r.DeskID {
		t.Fatalf("it is named to %q at desk %s; able are %v", r.RoutedTo, r.DeskID, able)
	}
}

func TestTheDirectoryIsWhole(t *testing.T) {
	districts, err := directory.Districts()
	if err != nil || len(districts) != 19 || districts[18].ID != models.NationalDesk {
		t.Fatalf("%d districts, %v", len(districts), err)
	}
	places, err := directory.Places()
	if err != nil || len(places) < 150 {
		t.Fatalf("%d places, %v", len(places), err)
	}
	known, seen := map[string]bool{}, map[string]bool{}
	for _, d := range districts {
		if d.NameSr == "" || d.NameEn == "" || known[d.ID] {
			t.Errorf("district %+v", d)
		}
		known[d.ID] = true
	}
	for _, p := range places {
		if !known[p.DistrictID] || seen[p.Name] || p.Name == "" || p.Pupils < 0 || p.DistrictID == models.NationalDesk {
			t.Errorf("place %+v", p)
		}
		seen[p.Name] = true
	}
}
