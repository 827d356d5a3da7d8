package checklist

import (
	"slices"

	"go.yaml.in/yaml/v3"

	"znak/models"
)

// ruleFields says which fields each kind of rule takes beside when; those that
// end in ? may be left out.
var ruleFields = map[string][]string{
	WhenDanger:    {"urgency"},
	WhenNoticed:   {"strength", "urgency", "at_least?"},
	WhenLeast:     {},
	WhenOtherwise: {"urgency"},
}

var ruleKinds = []string{WhenDanger, WhenNoticed, WhenLeast, WhenOtherwise}

// rules reads the urgency rules and checks that together they always give an
// urgency, that danger now is always immediate, and that no sign's own least
// urgency is lost.
func (r *reader) rules(n *yaml.Node, c *Checklist) []Rule {
	var rules []Rule
	items := r.list(n, "rules")
	for i, item := range items {
		rule := r.rule(item, at("rules", i))
		if rule.When == WhenOtherwise && i < len(items)-1 {
			r.bad(item, at("rules", i), "the rule otherwise stands last")
		}
		if slices.ContainsFunc(rules, func(o Rule) bool { return sameCase(o, rule) }) {
			r.bad(item, at("rules", i), "a rule for the same case stands above")
		}
		rules = append(rules, rule)
	}
	if len(items) == 0 {
		return rules
	}
	for _, when := range []string{WhenDanger, WhenOtherwise} {
		if !has(rules, when) {
			r.bad(n, "rules", "a rule with when: %s is missing", when)
		}
	}
	if !has(rules, WhenLeast) && c.carriesLeast() {
		r.bad(n, "rules", "a rule with when: %s is missing, though a sign has a least_urgency", WhenLeast)
	}
	return rules
}

func (r *reader) rule(n *yaml.Node, path string) Rule {
	f := r.fields(n, path, []string{"when"}, "strength", "at_least", "urgency")
	rule := Rule{
		When:     oneOf(r, f["when"], join(path, "when"), ruleKinds),
		Strength: oneOf(r, f["strength"], join(path, "strength"), Strengths),
		Urgency:  oneOf(r, f["urgency"], join(path, "urgency"), models.Urgencies),
	}
	rule.AtLeast = r.number(f["at_least"], join(path, "at_least"))
	takes, known := ruleFields[rule.When]
	if !known {
		return rule
	}
	for _, name := range []string{"strength", "at_least", "urgency"} {
		needed := slices.Contains(takes, name)
		switch {
		case needed && f[name] == nil:
			r.bad(n, join(path, name), "missing")
		case f[name] != nil && !needed && !slices.Contains(takes, name+"?"):
			r.bad(f[name], join(path, name), "has no meaning with when: %s", rule.When)
		}
	}
	if rule.When == WhenDanger && rule.Urgency.Valid() && rule.Urgency != models.Immediate {
		r.bad(f["urgency"], join(path, "urgency"), "danger now is always %s", models.Immediate)
	}
	return rule
}

func sameCase(a, b Rule) bool {
	return a.When != "" && a.When == b.When && a.Strength == b.Strength && max(a.AtLeast, 1) == max(b.AtLeast, 1)
}

func has(rules []Rule, when string) bool {
	return slices.ContainsFunc(rules, func(r Rule) bool { return r.When == when })
}

// carriesLeast says whether any sign has a least urgency of its own.
func (c *Checklist) carriesLeast() bool {
	return slices.ContainsFunc(c.Groups, func(g Group) bool {
		return slices.ContainsFunc(g.Signs, func(s Sign) bool { return s.LeastUrgency != "" })
	})
}
