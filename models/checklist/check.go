package checklist

import (
	"cmp"
	"net/url"
	"slices"

	"go.yaml.in/yaml/v3"

	"znak/models"
)

// reserved are the steps of a referral that are no sign group.
var reserved = []string{"danger", "child", "account", "review"}

// Check reads a checklist definition and checks everything about it. Anybody
// may call it with any bytes. name stands in the messages only. The error is of
// type Problems and names every fault with its file, line and field.
func Check(name string, data []byte) (*Checklist, error) {
	r := &reader{file: name, groups: map[string]int{}, signs: map[string]int{}}
	root := r.parse(data)
	if root == nil {
		return nil, r.problems
	}
	c := r.checklist(root)
	if len(r.problems) > 0 {
		slices.SortStableFunc(r.problems, func(a, b Problem) int {
			return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Path, b.Path))
		})
		return nil, r.problems
	}
	d, err := digest(root)
	if err != nil {
		return nil, Problems{about(name, "no digest: %v", err)}
	}
	c.Digest = d
	return c, nil
}

func (r *reader) checklist(n *yaml.Node) *Checklist {
	f := r.fields(n, "", []string{"id", "version", "published", "order", "title", "intro", "when", "rules", "groups"},
		"hints", "sources")
	c := &Checklist{
		ID: r.id(f["id"], "id"), Version: r.number(f["version"], "version"),
		Published: r.date(f["published"], "published"), Order: r.number(f["order"], "order"),
		Title: r.text(f["title"], "title"), Intro: r.text(f["intro"], "intro"), When: r.text(f["when"], "when"),
	}
	c.Hints = r.hints(f["hints"])
	c.Sources = r.sources(f["sources"])
	for i, g := range r.list(f["groups"], "groups") {
		c.Groups = append(c.Groups, r.group(g, at("groups", i), c))
	}
	c.Rules = r.rules(f["rules"], c)
	return c
}

func (r *reader) hints(n *yaml.Node) map[string]Text {
	var hints map[string]Text
	for key, v := range r.entries(n, "hints") {
		path := join("hints", quoteKey(key))
		r.idShape(v, path, key)
		if hints == nil {
			hints = map[string]Text{}
		}
		hints[key] = r.text(v, path)
	}
	return hints
}

func (r *reader) sources(n *yaml.Node) map[string]Source {
	var sources map[string]Source
	for key, v := range r.entries(n, "sources") {
		path := join("sources", quote(key))
		if fault := faultOfLine(key); fault != "" {
			r.bad(v, path, "the name %s", fault)
		}
		f := r.fields(v, path, []string{"title"}, "url")
		s := Source{Title: r.str(f["title"], join(path, "title")), URL: r.str(f["url"], join(path, "url"))}
		if u, err := url.Parse(s.URL); s.URL != "" && (err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http") {
			r.bad(f["url"], join(path, "url"), "an address with http or https is expected")
		}
		if sources == nil {
			sources = map[string]Source{}
		}
		sources[key] = s
	}
	return sources
}

func (r *reader) group(n *yaml.Node, path string, c *Checklist) Group {
	f := r.fields(n, path, []string{"id", "title", "signs"})
	g := Group{ID: r.id(f["id"], join(path, "id")), Title: r.text(f["title"], join(path, "title"))}
	if slices.Contains(reserved, g.ID) {
		r.bad(f["id"], join(path, "id"), "%s is the name of another step of a referral", quote(g.ID))
	}
	r.once(f["id"], join(path, "id"), g.ID, r.groups)
	for i, s := range r.list(f["signs"], join(path, "signs")) {
		g.Signs = append(g.Signs, r.sign(s, at(join(path, "signs"), i), c))
	}
	return g
}

func (r *reader) sign(n *yaml.Node, path string, c *Checklist) Sign {
	f := r.fields(n, path, []string{"id", "strength", "applies_to", "text"},
		"least_urgency", "asks_danger_again", "hint", "sources")
	s := Sign{
		ID: r.id(f["id"], join(path, "id")), Strength: oneOf(r, f["strength"], join(path, "strength"), Strengths),
		Text:            r.text(f["text"], join(path, "text")),
		LeastUrgency:    oneOf(r, f["least_urgency"], join(path, "least_urgency"), models.Urgencies),
		AsksDangerAgain: r.flag(f["asks_danger_again"], join(path, "asks_danger_again")),
		Hint:            r.str(f["hint"], join(path, "hint")),
	}
	r.once(f["id"], join(path, "id"), s.ID, r.signs)
	for i, a := range r.list(f["applies_to"], join(path, "applies_to")) {
		s.AppliesTo = append(s.AppliesTo, oneOf(r, a, at(join(path, "applies_to"), i), audiences))
	}
	if _, ok := c.Hints[s.Hint]; s.Hint != "" && !ok {
		r.bad(f["hint"], join(path, "hint"), "unknown hint %s: it is not among hints", quote(s.Hint))
	}
	for i, v := range r.list(f["sources"], join(path, "sources")) {
		code := r.str(v, at(join(path, "sources"), i))
		if _, ok := c.Sources[code]; code != "" && !ok {
			r.bad(v, at(join(path, "sources"), i), "unknown source %s: it is not among sources", quote(code))
		}
		s.Sources = append(s.Sources, code)
	}
	return s
}

// once reports an id that was there before.
func (r *reader) once(n *yaml.Node, path, id string, seen map[string]int) {
	if id == "" {
		return
	}
	if line, ok := seen[id]; ok {
		r.bad(n, path, "%s stands already on line %d", quote(id), line)
		return
	}
	seen[id] = n.Line
}
