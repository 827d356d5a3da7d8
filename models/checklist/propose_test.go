package checklist_test

import (
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"znak/models"
	"znak/models/checklist"
)

// say answers signs: say("marks", seen, "tired", no).
func say(pairs ...string) map[string]models.SignAnswer {
	m := map[string]models.SignAnswer{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = models.SignAnswer{Answer: models.Answer(pairs[i+1])}
	}
	return m
}

func TestPropose(t *testing.T) {
	c := mustCheck(t, small)
	tests := []struct {
		name    string
		danger  models.Ternary
		answers map[string]models.SignAnswer
		urgency models.Urgency
		drivers []string
		inDangr bool
	}{
		{"nothing", "", nil, models.Standard, nil, false},
		{"all no or unknown", models.No, say("marks", "no", "tired", "unknown", "says", ""), models.Standard, nil, false},
		{"danger alone", models.Yes, nil, models.Immediate, nil, true},
		{"danger outweighs a direct sign", models.Yes, say("marks", "seen"), models.Immediate, nil, true},
		{"danger unknown", models.Unknown, nil, models.Standard, nil, false},
		{"direct seen", models.No, say("marks", "seen"), models.Urgent, []string{"marks"}, false},
		{"direct told", models.No, say("marks", "told"), models.Urgent, []string{"marks"}, false},
		{"direct suspected", models.No, say("marks", "suspected"), models.Urgent, []string{"marks"}, false},
		{"weak with its own least urgency", models.No, say("tired", "told"), models.Urgent, []string{"tired"}, false},
		{"one strong is not enough here", models.No, say("says", "seen"), models.Standard, nil, false},
		{"two strong are", models.No, say("says", "seen", "peer", "told"), models.Urgent, []string{"says", "peer"}, false},
		{"direct first, then strong, then weak", models.No, say("tired", "seen", "says", "seen", "peer", "seen", "marks", "seen"),
			models.Urgent, []string{"marks", "says", "peer", "tired"}, false},
		{"a sign of another checklist", models.No, say("elsewhere", "seen"), models.Standard, nil, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := c.Propose(tt.danger, tt.answers)
			if p.Urgency != tt.urgency || p.Danger != tt.inDangr || !slices.Equal(p.SignIDs(), tt.drivers) {
				t.Errorf("got %s %v danger=%v, want %s %v danger=%v", p.Urgency, p.SignIDs(), p.Danger, tt.urgency, tt.drivers, tt.inDangr)
			}
		})
	}
}

func TestADriverSaysWhyItCounts(t *testing.T) {
	p := mustCheck(t, small).Propose(models.No, say("marks", "suspected", "tired", "told"))
	want := []checklist.Driver{
		{SignID: "marks", Strength: checklist.Direct, Answer: models.AnswerSuspected, Rule: checklist.WhenNoticed},
		{SignID: "tired", Strength: checklist.Weak, Answer: models.AnswerTold, Rule: checklist.WhenLeast},
	}
	if !reflect.DeepEqual(p.Drivers, want) {
		t.Errorf("got %+v", p.Drivers)
	}
}

func TestASignThatMeetsTwoRulesDrivesOnce(t *testing.T) {
	c := mustCheck(t, replace(t, small, "strength: weak", "strength: direct"))
	if p := c.Propose(models.No, say("tired", "seen")); len(p.Drivers) != 1 || p.Drivers[0].Rule != checklist.WhenNoticed {
		t.Errorf("got %+v", p.Drivers)
	}
}

func TestALeastUrgencyMayBeImmediate(t *testing.T) {
	c := mustCheck(t, replace(t, small, "least_urgency: urgent", "least_urgency: immediate"))
	p := c.Propose(models.Yes, say("tired", "seen", "marks", "seen"))
	if p.Urgency != models.Immediate || !p.Danger || !slices.Equal(p.SignIDs(), []string{"tired"}) {
		t.Errorf("got %+v", p)
	}
}

// The rules that protect a child hold in every checklist that is published.
func TestProposalsOfThePublishedChecklists(t *testing.T) {
	for _, c := range load(t).Versions() {
		for _, g := range c.Groups {
			for _, s := range g.Signs {
				want := models.Standard
				if s.Strength == checklist.Direct || s.LeastUrgency == models.Urgent {
					want = models.Urgent
				}
				for _, a := range []string{"seen", "told", "suspected"} {
					if p := c.Propose(models.No, say(s.ID, a)); p.Urgency != want {
						t.Errorf("%s %d: %s %s proposes %s", c.ID, c.Version, s.ID, a, p.Urgency)
					}
				}
			}
		}
	}
}

func TestProposeProperties(t *testing.T) {
	lists := append(load(t).Versions(), mustCheck(t, small))
	rapid.Check(t, func(t *rapid.T) {
		c := rapid.SampledFrom(lists).Draw(t, "checklist")
		danger := rapid.SampledFrom([]models.Ternary{"", models.Yes, models.No, models.Unknown}).Draw(t, "danger")
		var ids []string
		answers := map[string]models.SignAnswer{}
		for _, g := range c.Groups {
			for _, s := range g.Signs {
				ids = append(ids, s.ID)
			}
		}
		answer := rapid.SampledFrom(models.Answers)
		for _, id := range rapid.SliceOfDistinct(rapid.SampledFrom(ids), rapid.ID).Draw(t, "answered") {
			answers[id] = models.SignAnswer{Answer: answer.Draw(t, id)}
		}
		before := c.Propose(danger, answers)
		checkProposal(t, before, answers)

		more := rapid.SampledFrom(ids).Draw(t, "noticed as well")
		answers[more] = models.SignAnswer{Answer: rapid.SampledFrom(models.Answers[:3]).Draw(t, "how")}
		after := c.Propose(danger, answers)
		if after.Urgency.Rank() > before.Urgency.Rank() {
			t.Fatalf("noticing %s lowers %s to %s", more, before.Urgency, after.Urgency)
		}
		if p := c.Propose(models.Yes, answers); p.Urgency != models.Immediate || !p.Danger {
			t.Fatalf("danger now proposes %s", p.Urgency)
		}
	})
}

// checkProposal fails on a driver that was not noticed, stands twice or drives
// the usual urgency, and on a raised urgency that nothing explains.
func checkProposal(t *rapid.T, p checklist.Proposal, answers map[string]models.SignAnswer) {
	seen := map[string]bool{}
	for _, d := range p.Drivers {
		if seen[d.SignID] || !d.Answer.Noticed() || answers[d.SignID].Answer != d.Answer {
			t.Fatalf("driver %+v", d)
		}
		seen[d.SignID] = true
	}
	if raised := p.Urgency != models.Standard; raised != (p.Danger || len(p.Drivers) > 0) {
		t.Fatalf("%s with danger=%v and drivers %v", p.Urgency, p.Danger, p.Drivers)
	}
}
