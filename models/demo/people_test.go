package demo

import (
	"context"
	"slices"
	"strings"
	"testing"

	"znak/models"
	"znak/models/directory"
	"znak/models/store"
)

func TestEverySchoolAdministrationHasASchool(t *testing.T) {
	w := newWorld(t, morning(t))
	schools, err := w.store.Schools(context.Background())
	w.must(err)
	districts, err := directory.Districts()
	w.must(err)
	have := map[string]int{}
	for _, s := range schools {
		have[s.DistrictID]++
	}
	for _, d := range districts {
		if (have[d.ID] > 0) == (d.ID == models.NationalDesk) {
			t.Errorf("%s has %d schools", d.ID, have[d.ID])
		}
	}
	if len(districts) != 19 || len(schools) != 40 {
		t.Errorf("%d districts and %d schools", len(districts), len(schools))
	}
}

// Real schools are named after people, dates and ideals; invented ones after
// plants and things.
func TestSchoolsArePlainlyInvented(t *testing.T) {
	lib, err := load()
	if err != nil {
		t.Fatal(err)
	}
	places, err := directory.Places()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, s := range lib.schools {
		for _, real := range []string{"Свети", "Вук", "Караџић", "Доситеј", "Обрадовић", "Тесла", "Његош", "Змај", "Кнез", "Краљ",
			"Сава", "Десанка", "Андрић", "Бранко", "октобар", "мај", "Слобода", "Братство", "Младост", "Пупин", "Јован"} {
			if strings.Contains(s.name, real) {
				t.Errorf("%s could be a real school: %q", s.name, real)
			}
		}
		if seen[s.name] {
			t.Errorf("%s is there twice", s.name)
		}
		seen[s.name] = true
		if !slices.ContainsFunc(places, func(p directory.Place) bool { return p.Name == s.municipality }) {
			t.Errorf("%s is in %q, which the directory does not know", s.name, s.municipality)
		}
	}
}

func TestOnlyTheAccountsCanSignIn(t *testing.T) {
	w := newWorld(t, morning(t))
	users, err := w.store.Users(context.Background(), models.Actor{Role: models.RoleAdmin}, "", 1000)
	w.must(err)
	var open []string
	for _, u := range users {
		full, err := w.store.UserByID(context.Background(), u.ID)
		w.must(err)
		if full.PasswordHash != "" {
			open = append(open, u.Email)
		}
		if len(u.ID) != len(models.NewID()) || strings.Trim(u.ID, "0123456789abcdefghjkmnpqrstvwxyz") != "" {
			t.Errorf("%s has the id %q", u.Email, u.ID)
		}
	}
	var want []string
	for _, a := range Accounts() {
		want = append(want, a.Email)
	}
	slices.Sort(open)
	slices.Sort(want)
	if !slices.Equal(open, want) {
		t.Errorf("these can sign in: %v", open)
	}
	if one, two := w.as("teacher@demo.znak"), w.as("psychologist@demo.znak"); one.SchoolID != two.SchoolID || one.DistrictID != "beograd" {
		t.Errorf("teacher at %v, psychologist at %v", one, two)
	}
}

func TestRoutesDiffer(t *testing.T) {
	w := newWorld(t, morning(t))
	dir := directory.Directory{Location: belgrade(t)}
	for district, want := range map[string]string{"beograd": directory.RulePrimary, awayNow: directory.RuleDeputy, "novi-pazar": directory.RuleNational} {
		w.must(w.store.Tx(context.Background(), func(tx *store.Tx) error {
			r, err := dir.Route(context.Background(), tx, district, false, w.now)
			if r.Rule != want || r.UserID == "" {
				t.Errorf("%s is routed by %+v, want %s", district, r, want)
			}
			return err
		}))
	}
}
