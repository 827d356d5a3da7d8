package handlers

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"znak/models"
	"znak/models/referral"
	"znak/models/store"
	"znak/models/store/storetest"
	"znak/models/store/testdb"
	"znak/models/trends"
)

// writtenMonthly is how many referrals each district has in every month of the
// crawl's history. Most sums of it are no multiples of the base: a true count
// cannot be taken for a rounded one.
var writtenMonthly = map[string]int{"beograd": 61, "novi-sad": 33, "zrenjanin": 19, "sombor": 11, "nis": 13, "leskovac": 7, "zajecar": 1,
	"valjevo": 14, "kragujevac": 9, "kraljevo": 12, "uzice": 3, "ranilug": 1}

// crawled is a site whose figures are real releases of a history with many small
// counts. Whatever a page of figures has no business with is put out of reach:
// a page that reads it fails.
func crawled(t *testing.T) *site {
	t.Helper()
	testdb.NeedSQLite(t) // what is read is proven on both databases where it is read
	s := newSite(t)
	for _, month := range []string{"2026-03", "2026-04", "2026-05"} {
		s.facts(month)
	}
	s.Clock.Set(time.Date(2026, time.March, 5, 10, 0, 0, 0, time.UTC))
	for range 13 {
		s.Submitted(storetest.TeacherFar)
	}
	for range 7 {
		s.Submitted(storetest.Teacher)
	}
	s.Clock.Set(time.Date(2026, time.June, 29, 12, 0, 0, 0, time.UTC))
	var groups []string
	for _, list := range s.Checklists.Versions() {
		for _, g := range list.Groups {
			if !slices.Contains(groups, g.ID) {
				groups = append(groups, g.ID)
			}
		}
	}
	r := &trends.Releaser{Store: s.Store, Keys: s.Vault, Log: s.Audit, Location: s.Location, Rule: trends.DefaultRule, Groups: groups, Now: s.Clock.Now}
	s.must(r.Start())
	made, err := r.Close(t.Context(), false)
	s.must(err)
	if len(made) < 4 {
		t.Fatalf("%d releases", len(made))
	}
	f, err := trends.NewFigures(s.Store, groups)
	s.must(err)
	s.h.Figures, s.h.Silence = f, f
	for range 3 { // referrals of a month that is not over
		s.Submitted(storetest.Teacher)
	}
	_, err = s.h.Working.Look(t.Context(), models.System()) // as the portal does by itself
	s.must(err)
	return s
}

// facts writes the rows behind the figures of a month, as submissions do.
func (s *site) facts(month string) {
	s.Tx(func(tx *store.Tx) error {
		for district, n := range writtenMonthly {
			for i := range n {
				f := referral.Fact{District: district, Level: []string{"primary", "secondary", "primary", "special"}[i%4], AgeBand: []string{"10-13", "14-15", "16-17"}[i%3],
					Sex: []string{"f", "f", "m", "unknown"}[i%4], Urgency: models.Urgencies[i%3], Role: []models.Role{models.RoleTeacher, models.RolePsychologist}[i%2],
					Groups: []string{"family-living", "disclosure"}[:1+i%2]}
				if i%4 == 0 {
					f.Outcome, f.OutcomeMonth = models.Outcomes[i/4%3], month
				}
				if err := storetest.InsertFact(tx, s.Vault, month, f); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// readable are the tables that a visit may touch: releases, what is made of the
// working of the system once a day, accounts, the directory and the trail.
var readable = []string{"releases", "release_cells", "working_days", "users", "sessions", "throttles", "districts", "schools", "municipalities",
	"contacts", "absences", "api_tokens", "audit_entries", "audit_hashes", "audit_head"}

// outOfReach renames every other table, and the sealed counts of releases: no
// statement finds them under their names. It returns the names.
func (s *site) outOfReach() (gone []string) {
	s.t.Helper()
	rows, err := s.Raw().Query("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
	s.must(err)
	var tables []string
	for rows.Next() {
		var name string
		s.must(rows.Scan(&name))
		if !slices.Contains(readable, name) {
			tables = append(tables, name)
		}
	}
	s.must(rows.Err())
	s.must(rows.Close())
	for _, name := range tables {
		_, err := s.Raw().Exec(fmt.Sprintf("ALTER TABLE %q RENAME TO %q", name, "away_"+name))
		s.must(err)
	}
	_, err = s.Raw().Exec("ALTER TABLE releases RENAME COLUMN truth TO away_truth")
	s.must(err)
	return tables
}
