package checklist

import (
	"slices"

	"znak/models"
)

// What makes a rule apply.
const (
	WhenDanger    = "danger_now" // somebody is in danger right now
	WhenNoticed   = "noticed"    // enough signs of the rule's strength were noticed
	WhenLeast     = "least"      // a noticed sign carries its own least urgency
	WhenOtherwise = "otherwise"  // always
)

// Rule is one urgency rule of a checklist. Of all the rules that apply, the
// most urgent one counts.
type Rule struct {
	When     string         `yaml:"when"`
	Strength Strength       `yaml:"strength,omitempty"` // noticed only
	AtLeast  int            `yaml:"at_least,omitempty"` // noticed only: how many signs it takes; 0 counts as 1
	Urgency  models.Urgency `yaml:"urgency,omitempty"`  // empty for least: each sign says it
}

// Driver is a sign that raised the proposed urgency.
type Driver struct {
	SignID   string
	Strength Strength
	Answer   models.Answer
	Rule     string // the When of the rule that it met
}

// Proposal is the urgency that the rules propose to the triage; a person
// decides. It is never shown to the reporter.
type Proposal struct {
	Urgency models.Urgency
	// Drivers are the signs that raised the urgency to what is proposed, direct
	// ones first; none when nothing raised it.
	Drivers []Driver
	Danger  bool // danger now raised it
}

// SignIDs returns the ids of the drivers in their order.
func (p Proposal) SignIDs() []string {
	ids := make([]string, len(p.Drivers))
	for i, d := range p.Drivers {
		ids[i] = d.SignID
	}
	return ids
}

// raise is one reason for an urgency: a sign, or danger now.
type raise struct {
	urgency models.Urgency
	driver  Driver
	danger  bool
}

// Propose applies the checklist's rules to what was answered. Answers to signs
// that the checklist does not have count for nothing.
func (c *Checklist) Propose(danger models.Ternary, answers map[string]models.SignAnswer) Proposal {
	noticed := c.noticed(answers)
	var p Proposal
	var raises []raise
	for _, r := range c.Rules {
		if r.When == WhenOtherwise {
			p.Urgency = r.Urgency
			continue
		}
		raises = append(raises, r.raises(danger, noticed, answers)...)
	}
	usual := p.Urgency.Rank()
	for _, r := range raises {
		if r.urgency.Rank() < p.Urgency.Rank() {
			p.Urgency = r.urgency
		}
	}
	if p.Urgency.Rank() == usual {
		return p
	}
	for _, r := range raises {
		if r.urgency == p.Urgency {
			p.add(r)
		}
	}
	slices.SortStableFunc(p.Drivers, func(a, b Driver) int {
		return slices.Index(Strengths, a.Strength) - slices.Index(Strengths, b.Strength)
	})
	return p
}

// add takes a reason into the proposal; a sign that met two rules stands once.
func (p *Proposal) add(r raise) {
	if r.danger {
		p.Danger = true
		return
	}
	if !slices.ContainsFunc(p.Drivers, func(d Driver) bool { return d.SignID == r.driver.SignID }) {
		p.Drivers = append(p.Drivers, r.driver)
	}
}

// noticed returns the signs that were noticed, in the checklist's order.
func (c *Checklist) noticed(answers map[string]models.SignAnswer) []*Sign {
	var signs []*Sign
	for g := range c.Groups {
		for s := range c.Groups[g].Signs {
			if sign := &c.Groups[g].Signs[s]; answers[sign.ID].Answer.Noticed() {
				signs = append(signs, sign)
			}
		}
	}
	return signs
}

// raises returns what the rule gives, nothing when it does not apply.
func (r Rule) raises(danger models.Ternary, noticed []*Sign, answers map[string]models.SignAnswer) []raise {
	if r.When == WhenDanger {
		if danger != models.Yes {
			return nil
		}
		return []raise{{urgency: r.Urgency, danger: true}}
	}
	var out []raise
	for _, s := range noticed {
		u, ok := r.forSign(s)
		if ok {
			d := Driver{SignID: s.ID, Strength: s.Strength, Answer: answers[s.ID].Answer, Rule: r.When}
			out = append(out, raise{urgency: u, driver: d})
		}
	}
	if r.When == WhenNoticed && len(out) < r.AtLeast {
		return nil
	}
	return out
}

// forSign returns the urgency that the rule gives a noticed sign, if any.
func (r Rule) forSign(s *Sign) (models.Urgency, bool) {
	if r.When == WhenLeast {
		return s.LeastUrgency, s.LeastUrgency != ""
	}
	return r.Urgency, r.When == WhenNoticed && s.Strength == r.Strength
}
