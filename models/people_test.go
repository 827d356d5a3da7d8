package models_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"znak/models"
)

// TestPermissions is written from the domain's table of roles.
func TestPermissions(t *testing.T) {
	const te, ps, co, ce, mi, au, ad = models.RoleTeacher, models.RolePsychologist, models.RoleCoordinator, models.RoleCentre,
		models.RoleMinistry, models.RoleAuditor, models.RoleAdmin
	want := map[models.Permission][]models.Role{
		models.PermPublic:   roles("", te, ps, co, ce, mi, au, ad, models.RoleSystem, models.RoleOperator),
		models.PermSignedIn: roles(te, ps, co, ce, mi, au, ad),
		models.PermWrite:    roles(te, ps),
		models.PermRead:     roles(te, ps, co, ce),
		models.PermChild:    roles(ps, co),
		models.PermAudit:    roles(au),
		models.PermAdmin:    roles(ad),
		models.PermEnrol:    roles(te, ps, co, ce, mi, au, ad),
		models.PermApprove:  roles(co, ce),
		"":                  nil,
		"everything":        nil,
	}
	for p, who := range want {
		for _, r := range want[models.PermPublic] {
			if r.May(p) != slices.Contains(who, r) {
				t.Errorf("%q may %q: %v", r, p, r.May(p))
			}
		}
		if p.Valid() != (len(who) > 0) {
			t.Errorf("permission %q is valid: %v", p, p.Valid())
		}
	}
}

func TestSubmittable(t *testing.T) {
	sign := func(a models.Answer) models.Content {
		return models.Content{Signs: map[string]models.SignAnswer{"x": {Answer: a, Note: "note"}}}
	}
	for _, tt := range []struct {
		name string
		c    models.Content
		want bool
	}{
		{"nothing", models.Content{}, false},
		{"danger", models.Content{DangerNow: models.Yes}, true},
		{"no danger", models.Content{DangerNow: models.No}, false},
		{"seen", sign(models.AnswerSeen), true},
		{"told", sign(models.AnswerTold), true},
		{"suspected", sign(models.AnswerSuspected), true},
		{"no", sign(models.AnswerNo), false},
		{"unknown", sign(models.AnswerUnknown), false},
		{"not answered", sign(""), false},
		{"account", models.Content{Account: models.Account{Told: "x"}}, true},
		{"a name alone", models.Content{Child: models.Child{Name: "x"}}, false},
	} {
		if got := tt.c.Submittable(); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}

func TestErrors(t *testing.T) {
	cause := errors.New("cause")
	err := fmt.Errorf("around: %w", models.Errorf(models.CodeConflict, "error.stale", "inner: %w", cause))
	if models.CodeOf(err) != models.CodeConflict || !errors.Is(err, cause) {
		t.Errorf("%v lost its code or cause", err)
	}
	if models.CodeOf(nil) != "" || models.CodeOf(cause) != models.CodeInternal {
		t.Error("codes of nothing and of a stranger")
	}
	bad := models.Invalid(models.FieldError{Field: "text", Key: "error.text_needed"})
	if models.CodeOf(bad) != models.CodeInvalid || !strings.Contains(bad.Error(), "text error.text_needed") {
		t.Errorf("%v", bad)
	}
}

func TestOrganisationHoldsIDsOnly(t *testing.T) {
	for want, a := range map[string]models.Actor{
		"school:s":   {Role: models.RoleTeacher, SchoolID: "s", DistrictID: "d"},
		"district:d": {Role: models.RoleCoordinator, DistrictID: "d"},
		"centre":     {Role: models.RoleCentre},
		"system":     {Role: models.RoleSystem},
		"auditor":    {Role: models.RoleAuditor},
	} {
		if got := a.Organisation(); got != want {
			t.Errorf("%s acts for %q", a.Role, got)
		}
	}
}

func TestIDsDoNotRepeat(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		id := models.NewID()
		if len(id) != 26 || seen[id] {
			t.Fatalf("id %q", id)
		}
		seen[id] = true
	}
}

func TestUrgenciesRank(t *testing.T) {
	if !(models.Immediate.Rank() < models.Urgent.Rank() && models.Urgent.Rank() < models.Standard.Rank()) || models.Urgency("x").Valid() {
		t.Error("urgencies are out of order")
	}
}
