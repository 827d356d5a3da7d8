package checklist

import (
	"cmp"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"
)

//go:embed data
var files embed.FS

// Set is every published checklist in every version. It never changes once it
// is loaded and may be used by many at once.
type Set struct {
	lists   []*Checklist          // every version, by place, id and version
	current map[string]*Checklist // the newest version that is offered, by id
}

// Load reads the checklists that are built into the program. It is called once
// at start, which fails on any fault.
func Load() (*Set, error) {
	sub, err := fs.Sub(files, "data")
	if err != nil {
		return nil, fmt.Errorf("checklists: %w", err)
	}
	return LoadFS(sub)
}

// LoadFS reads the checklists (*.yaml) and the list of published versions
// (published.tsv) from the top folder of fsys. The error is of type Problems
// when a file breaks a rule of Check, has another name than its id and version
// give it, is not published, differs from what was published, or is gone.
func LoadFS(fsys fs.FS) (*Set, error) {
	published, err := readPublished(fsys)
	if err != nil {
		return nil, err
	}
	names, err := fs.Glob(fsys, "*.yaml")
	if err != nil {
		return nil, fmt.Errorf("checklists: %w", err)
	}
	s := &Set{current: map[string]*Checklist{}}
	var problems Problems
	for _, name := range names {
		c, err := readFile(fsys, name, published)
		var found Problems
		switch {
		case errors.As(err, &found):
			problems = append(problems, found...)
		case err != nil:
			return nil, fmt.Errorf("checklists: %w", err)
		default:
			problems = append(problems, s.add(name, c)...)
		}
	}
	for key := range published {
		if !slices.Contains(names, key.file()) {
			problems = append(problems, about(key.file(), "is published, but the file is gone"))
		}
	}
	if len(problems) > 0 {
		slices.SortStableFunc(problems, func(a, b Problem) int { return cmp.Compare(a.File, b.File) })
		return nil, problems
	}
	s.settle(published)
	if len(s.current) == 0 {
		return nil, Problems{about(publishedFile, "offers no checklist")}
	}
	return s, nil
}

// readFile reads one checklist and holds it against what was published.
func readFile(fsys fs.FS, name string, published map[key]entry) (*Checklist, error) {
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, err
	}
	c, err := Check(name, data)
	if err != nil {
		return nil, err
	}
	k := key{c.ID, c.Version}
	e, ok := published[k]
	switch {
	case !ok:
		return c, Problems{about(name, "is not published: add its line to %s", publishedFile)}
	case e.digest != c.Digest:
		return c, Problems{about(name, "differs from what was published: never edit a published version, add a new one")}
	}
	return c, nil
}

// add takes a checklist into the set.
func (s *Set) add(name string, c *Checklist) Problems {
	var problems Problems
	if _, twice := s.Get(c.ID, c.Version); twice {
		problems = append(problems, about(name, "version %d of %s is there twice", c.Version, c.ID))
	}
	if want := (key{c.ID, c.Version}).file(); name != want {
		problems = append(problems, about(name, "must be called %s", want))
	}
	s.lists = append(s.lists, c)
	return problems
}

// settle orders the checklists and finds the current ones.
func (s *Set) settle(published map[key]entry) {
	slices.SortFunc(s.lists, func(a, b *Checklist) int {
		return cmp.Or(cmp.Compare(a.Order, b.Order), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Version, b.Version))
	})
	for _, c := range s.lists {
		newer := s.current[c.ID] == nil || s.current[c.ID].Version < c.Version
		if published[key{c.ID, c.Version}].offered && newer {
			s.current[c.ID] = c
		}
	}
}

// Get returns the version of a checklist that a referral was begun with, or
// false when it was never published.
func (s *Set) Get(id string, version int) (*Checklist, bool) {
	i := slices.IndexFunc(s.lists, func(c *Checklist) bool { return c.ID == id && c.Version == version })
	if i < 0 {
		return nil, false
	}
	return s.lists[i], true
}

// Current returns the newest offered version of a checklist, with which a new
// referral begins; false when there is none.
func (s *Set) Current(id string) (*Checklist, bool) {
	c, ok := s.current[id]
	return c, ok
}

// All returns the current version of every checklist that is offered, in the
// order that their files give; the first is the one for every pupil.
func (s *Set) All() []*Checklist {
	var all []*Checklist
	for _, c := range s.lists {
		if s.current[c.ID] == c {
			all = append(all, c)
		}
	}
	return all
}

// Versions returns every version of every checklist, also those that are no
// longer offered.
func (s *Set) Versions() []*Checklist { return slices.Clone(s.lists) }
