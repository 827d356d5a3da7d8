package store_test

import (
	"slices"
	"testing"
	"time"

	"znak/models"
	"znak/models/store"
)

var trailReader = models.Actor{ID: "a", Role: models.RoleAuditor}

// newTrail is a database with six entries, one a second, of two people.
func newTrail(t *testing.T) *accounts {
	a := newAccounts(t)
	people := []models.Actor{{ID: "u1", Role: models.RoleTeacher, SchoolID: "s"}, {ID: "u2", Role: models.RoleCentre}}
	var list []models.AuditEntry
	for i := range 6 {
		e := models.AuditBy(people[i%2], []string{"read", "search", "print"}[i%3])
		e.Seq, e.ID, e.MAC, e.At = int64(i+1), models.NewID(), []byte("mac"), models.StampOf(a.now.Add(time.Duration(i)*time.Second))
		if i > 3 {
			e.ReferralID, e.Outcome = "r1", models.AuditDenied
		}
		list = append(list, e)
	}
	a.tx(func(tx *store.Tx) error {
		return tx.AuditAppend(list, []store.AuditHash{{Idx: 0, Hash: []byte("h0")}, {Idx: 1, Hash: []byte("h1")}}, 6)
	})
	return a
}

func TestTheTrailIsFilteredAndPaged(t *testing.T) {
	a := newTrail(t)
	at := func(s int) models.Stamp { return models.StampOf(a.now.Add(time.Duration(s) * time.Second)) }
	for name, c := range map[string]struct {
		filter store.AuditFilter
		want   []int64
	}{
		"all":       {store.AuditFilter{}, []int64{6, 5, 4, 3, 2, 1}},
		"action":    {store.AuditFilter{Action: "read"}, []int64{4, 1}},
		"actor":     {store.AuditFilter{ActorID: "u1"}, []int64{5, 3, 1}},
		"role":      {store.AuditFilter{ActorRole: models.RoleCentre}, []int64{6, 4, 2}},
		"referral":  {store.AuditFilter{ReferralID: "r1"}, []int64{6, 5}},
		"outcome":   {store.AuditFilter{Outcome: models.AuditDone, ActorID: "u1"}, []int64{3, 1}},
		"times":     {store.AuditFilter{From: at(1), Until: at(3)}, []int64{3, 2}},
		"first":     {store.AuditFilter{Limit: 2}, []int64{6, 5}},
		"older":     {store.AuditFilter{Limit: 2, Before: 5}, []int64{4, 3}},
		"newer":     {store.AuditFilter{Limit: 2, After: 2}, []int64{4, 3}},
		"no such":   {store.AuditFilter{Action: "' OR 1=1 --"}, nil},
		"last page": {store.AuditFilter{Before: 1}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			list, err := a.AuditTrail(t.Context(), trailReader, c.filter)
			if err != nil {
				t.Fatal(err)
			}
			var got []int64
			for _, e := range list {
				got = append(got, e.Seq)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("entries %v, want %v", got, c.want)
			}
		})
	}
}

func TestTheTrailAnswersAuditorsOnly(t *testing.T) {
	a := newTrail(t)
	may := []models.Role{models.RoleAuditor, models.RoleSystem, models.RoleOperator}
	for _, role := range append(slices.Clone(models.Roles), models.RoleSystem, models.RoleOperator, "") {
		actor := models.Actor{ID: "u1", Role: role}
		trail, err1 := a.AuditTrail(t.Context(), actor, store.AuditFilter{})
		of, err2 := a.AuditOf(t.Context(), actor, "r1", 6)
		scan, err3 := a.AuditScan(t.Context(), actor, 0, 10)
		_, err4 := a.AuditReferral(t.Context(), actor, "ZN-0000-0000")
		_, err5 := a.AuditReference(t.Context(), actor, "r1")
		_, err6 := a.AuditBundles(t.Context(), actor, "", 10)
		if slices.Contains(may, role) {
			if len(trail) != 6 || len(of) != 2 || len(scan) != 6 || models.CodeOf(err4) != models.CodeNotFound || models.CodeOf(err5) != models.CodeNotFound {
				t.Errorf("%s: %d %d %d, %v %v", role, len(trail), len(of), len(scan), err4, err5)
			}
		} else {
			for _, err := range []error{err1, err2, err3, err4, err5} {
				if models.CodeOf(err) != models.CodeForbidden {
					t.Errorf("%s: %v", role, err)
				}
			}
			if len(trail)+len(of)+len(scan) > 0 {
				t.Errorf("%s: got entries", role)
			}
		}
		if bundles := role == models.RoleSystem || role == models.RoleOperator; (err6 == nil) != bundles {
			t.Errorf("%s: bundles: %v", role, err6)
		}
	}
}

func TestHashesComeInTheOrderAskedFor(t *testing.T) {
	a := newTrail(t)
	got, err := a.AuditHashes(t.Context(), []int64{1, 0})
	if err != nil || len(got) != 2 || string(got[0]) != "h1" || string(got[1]) != "h0" {
		t.Errorf("hashes %q, %v", got, err)
	}
	if _, err := a.AuditHashes(t.Context(), []int64{0, 7}); models.CodeOf(err) != models.CodeInternal {
		t.Errorf("a hash that is not there: %v", err)
	}
	scan, err := a.AuditHashScan(t.Context(), 0, 3)
	if err != nil || len(scan) != 3 || scan[2] != nil || string(scan[1]) != "h1" {
		t.Errorf("scan %q, %v", scan, err)
	}
	if size, err := a.AuditSize(t.Context()); size != 6 || err != nil {
		t.Errorf("size %d, %v", size, err)
	}
}
