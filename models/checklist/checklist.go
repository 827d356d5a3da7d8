// Package checklist holds the warning-sign checklists as versioned data, in
// both languages item by item, and proposes an urgency from the answers. A
// checklist is a file under data/; nothing here knows a sign by its name. A
// published version never changes, and a referral stays bound to the version
// that it was begun with.
package checklist

import (
	"slices"

	"znak/models"
)

// Text is one text in both languages: Serbian in Cyrillic, from which the
// Latin script is derived, and English.
type Text struct {
	Sr string `yaml:"sr"`
	En string `yaml:"en"`
}

// Strength says how plainly a sign points to exploitation.
type Strength string

const (
	Direct Strength = "direct"
	Strong Strength = "strong"
	Weak   Strength = "weak"
)

// Strengths lists the strengths, the plainest first.
var Strengths = []Strength{Direct, Strong, Weak}

// Whom a sign fits best. It is a hint to the reader, which orders and filters
// signs, and never a bar to answering one.
const (
	ForAll        = "all"
	ForYounger    = "younger"
	ForAdolescent = "adolescent"
	ForOnline     = "online"
	ForMigrant    = "migrant"
)

var audiences = []string{ForAll, ForYounger, ForAdolescent, ForOnline, ForMigrant}

// Sign is one warning sign.
type Sign struct {
	ID        string   `yaml:"id"`
	Strength  Strength `yaml:"strength"`
	AppliesTo []string `yaml:"applies_to,flow"`
	Text      Text     `yaml:"text"`
	// LeastUrgency is the least urgency that the sign gives once it is noticed;
	// empty when only its strength counts.
	LeastUrgency models.Urgency `yaml:"least_urgency,omitempty"`
	// AsksDangerAgain: the danger question comes back when the sign is noticed.
	AsksDangerAgain bool     `yaml:"asks_danger_again,omitempty"`
	Hint            string   `yaml:"hint,omitempty"` // a key of Checklist.Hints, or empty
	Sources         []string `yaml:"sources,omitempty,flow"`
}

// Applies says whether the sign fits everybody or one of the hints.
func (s *Sign) Applies(hints []string) bool {
	return slices.ContainsFunc(s.AppliesTo, func(a string) bool {
		return a == ForAll || slices.Contains(hints, a)
	})
}

// Group is one step of the checklist.
type Group struct {
	ID    string `yaml:"id"`
	Title Text   `yaml:"title"`
	Signs []Sign `yaml:"signs"`
}

// Ordered returns every sign of the group, those that fit the hints (younger,
// adolescent, online, migrant) first, otherwise in the list's own order.
// Without hints nothing is known about the child, and the order stays.
func (g *Group) Ordered(hints []string) []Sign {
	signs := slices.Clone(g.Signs)
	if len(hints) == 0 {
		return signs
	}
	slices.SortStableFunc(signs, func(a, b Sign) int {
		return later(a.Applies(hints)) - later(b.Applies(hints))
	})
	return signs
}

func later(applies bool) int {
	if applies {
		return 0
	}
	return 1
}

// Source is where the wording of a sign was found.
type Source struct {
	Title string `yaml:"title"`
	URL   string `yaml:"url,omitempty"`
}

// Checklist is one version of one checklist. It is shared by everybody who
// asks for it: read it, never change it.
type Checklist struct {
	ID        string            `yaml:"id"`
	Version   int               `yaml:"version"`
	Published string            `yaml:"published"` // YYYY-MM-DD
	Order     int               `yaml:"order"`     // its place among the checklists, 1 first
	Title     Text              `yaml:"title"`
	Intro     Text              `yaml:"intro"`
	When      Text              `yaml:"when"` // when to choose this checklist
	Rules     []Rule            `yaml:"rules"`
	Hints     map[string]Text   `yaml:"hints,omitempty"`
	Groups    []Group           `yaml:"groups"`
	Sources   map[string]Source `yaml:"sources,omitempty"`
	// Digest is the SHA-256 of the content in hexadecimal. Comments, layout and
	// the order of fields do not count.
	Digest string `yaml:"-"`
}

// Sign returns the sign with the id, or false when the checklist has none.
func (c *Checklist) Sign(id string) (*Sign, bool) {
	for g := range c.Groups {
		for s := range c.Groups[g].Signs {
			if sign := &c.Groups[g].Signs[s]; sign.ID == id {
				return sign, true
			}
		}
	}
	return nil, false
}

// Group returns the group with the id, or false when the checklist has none.
func (c *Checklist) Group(id string) (*Group, bool) {
	i := slices.IndexFunc(c.Groups, func(g Group) bool { return g.ID == id })
	if i < 0 {
		return nil, false
	}
	return &c.Groups[i], true
}

// SignCount returns the number of signs in all groups.
func (c *Checklist) SignCount() int {
	n := 0
	for _, g := range c.Groups {
		n += len(g.Signs)
	}
	return n
}

// Steps returns the ids of the groups, in the order in which they are asked.
func (c *Checklist) Steps() []string {
	steps := make([]string, len(c.Groups))
	for i, g := range c.Groups {
		steps[i] = g.ID
	}
	return steps
}
