package checklist_test

import (
	"reflect"
	"slices"
	"testing"

	"znak/models"
	"znak/models/checklist"
)

func load(t testing.TB) *checklist.Set {
	t.Helper()
	s, err := checklist.Load()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestGeneralChecklist(t *testing.T) {
	all := load(t).All()
	c := all[0]
	if c.ID != "general" || c.SignCount() != 65 {
		t.Fatalf("the first checklist is %s with %d signs", c.ID, c.SignCount())
	}
	steps := []string{"physical-health", "behaviour-emotional", "attendance-performance", "family-living",
		"movement-control-documents", "online-recruitment", "labour-begging-crime", "sexual-exploitation",
		"child-marriage", "migrant-unaccompanied", "disclosure"}
	if !slices.Equal(c.Steps(), steps) {
		t.Errorf("steps: %v", c.Steps())
	}
	counts := map[checklist.Strength]int{}
	for _, g := range c.Groups {
		for _, s := range g.Signs {
			counts[s.Strength]++
		}
	}
	if counts[checklist.Direct] != 15 || counts[checklist.Strong] != 35 || counts[checklist.Weak] != 15 {
		t.Errorf("strengths: %v", counts)
	}
	for _, id := range []string{"self-harm-hopelessness", "goes-missing", "threats-if-tells", "disappears-or-plans-to", "cash-cards-weapons"} {
		if s, ok := c.Sign(id); !ok || s.LeastUrgency != models.Urgent {
			t.Errorf("%s does not make a referral urgent", id)
		}
	}
	if _, ok := c.Group("disclosure"); !ok {
		t.Error("no group disclosure")
	}
	if _, ok := c.Group("review"); ok {
		t.Error("a group that is none")
	}
	if _, ok := c.Sign("nothing"); ok {
		t.Error("a sign that is none")
	}
}

// A sign means the same wherever it is asked.
func TestShorterChecklistsAreMadeOfTheSameSigns(t *testing.T) {
	all := load(t).All()
	general := all[0]
	var ids []string
	for _, c := range all[1:] {
		ids = append(ids, c.ID)
		if n := c.SignCount(); n < 12 || n > 25 || len(c.Groups) > 6 {
			t.Errorf("%s has %d signs in %d groups", c.ID, n, len(c.Groups))
		}
		if last := c.Groups[len(c.Groups)-1]; last.ID != "disclosure" || len(last.Signs) != 2 {
			t.Errorf("%s does not end with what the child or others have said", c.ID)
		}
		for _, id := range []string{"self-harm-hopelessness", "threats-if-tells"} {
			if _, ok := c.Sign(id); !ok {
				t.Errorf("%s lacks %s", c.ID, id)
			}
		}
		if !reflect.DeepEqual(c.Rules, general.Rules) {
			t.Errorf("%s has rules of its own", c.ID)
		}
		for _, g := range c.Groups {
			sameGroup(t, c, &g, general)
		}
	}
	if !slices.Equal(ids, []string{"online", "on-the-move", "child-marriage"}) {
		t.Errorf("shorter checklists: %v", ids)
	}
}

func sameGroup(t *testing.T, c *checklist.Checklist, g *checklist.Group, general *checklist.Checklist) {
	t.Helper()
	whole, ok := general.Group(g.ID)
	if !ok || whole.Title != g.Title {
		t.Errorf("%s: the group %s is another than in the general list", c.ID, g.ID)
		return
	}
	for _, s := range g.Signs {
		i := slices.IndexFunc(whole.Signs, func(o checklist.Sign) bool { return o.ID == s.ID })
		if i < 0 || !reflect.DeepEqual(whole.Signs[i], s) {
			t.Errorf("%s: %s is another than in the general list", c.ID, s.ID)
		}
		if s.Hint != "" && c.Hints[s.Hint] != general.Hints[s.Hint] {
			t.Errorf("%s: the hint %s reads differently", c.ID, s.Hint)
		}
	}
}

func TestOrderedPutsWhatAppliesFirstAndLosesNothing(t *testing.T) {
	c := mustCheck(t, `id: x
version: 1
published: 2026-01-15
order: 1
title: {sr: А, en: A}
intro: {sr: А, en: A}
when: {sr: А, en: A}
rules: [{when: danger_now, urgency: immediate}, {when: otherwise, urgency: standard}]
groups:
  - id: g
    title: {sr: А, en: A}
    signs:
      - {id: migrant, strength: weak, applies_to: [migrant], text: {sr: А, en: A}}
      - {id: any, strength: weak, applies_to: [all], text: {sr: А, en: A}}
      - {id: older, strength: weak, applies_to: [adolescent, online], text: {sr: А, en: A}}
      - {id: any-too, strength: weak, applies_to: [all, online], text: {sr: А, en: A}}
`)
	g, _ := c.Group("g")
	for _, tt := range []struct{ hints, want []string }{
		{nil, []string{"migrant", "any", "older", "any-too"}},
		{[]string{checklist.ForMigrant}, []string{"migrant", "any", "any-too", "older"}},
		{[]string{checklist.ForAdolescent}, []string{"any", "older", "any-too", "migrant"}},
		{[]string{checklist.ForYounger}, []string{"any", "any-too", "migrant", "older"}},
	} {
		var got []string
		for _, s := range g.Ordered(tt.hints) {
			got = append(got, s.ID)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%v: %v, want %v", tt.hints, got, tt.want)
		}
	}
	if g.Signs[0].ID != "migrant" {
		t.Error("ordering changed the checklist itself")
	}
}
