package demo

import (
	"embed"
	"encoding/csv"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
)

//go:embed data
var files embed.FS

// sections are lines of text under a heading each.
type sections map[string][]string

// library is everything that the demo's people can be and write.
type library struct {
	signs    sections // by sign: what is written about it
	phrases  sections // by occasion
	names    sections
	profiles []profile
	schools  []plot
}

// profile is one kind of concern: the signs that go with it, and which
// children it concerns.
type profile struct {
	id        string
	weight    float64
	checklist string
	moves     bool    // it concerns children on the move
	from, to  int     // age
	girls     float64 // share, 0 to 1
	core      []string
	others    []string
}

// plot is an invented school.
type plot struct{ district, level, municipality, name string }

// load reads the library that is built into the program.
func load() (*library, error) {
	lib := &library{}
	var err error
	for name, to := range map[string]*sections{"signs.txt": &lib.signs, "phrases.txt": &lib.phrases, "names.txt": &lib.names} {
		if *to, err = readSections(name); err != nil {
			return nil, err
		}
	}
	rows, err := readTable("schools.tsv", 4)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		lib.schools = append(lib.schools, plot{r[0], r[1], r[2], r[3]})
	}
	if rows, err = readTable("profiles.tsv", 9); err != nil {
		return nil, err
	}
	for _, r := range rows {
		p := profile{id: r[0], checklist: r[2], moves: r[3] == "yes", core: strings.Fields(r[7]), others: strings.Fields(r[8])}
		var n [4]int
		for i, column := range []int{1, 4, 5, 6} {
			if n[i], err = strconv.Atoi(r[column]); err != nil {
				return nil, fmt.Errorf("demo: profile %s: %w", p.id, err)
			}
		}
		p.weight, p.from, p.to, p.girls = float64(n[0]), n[1], n[2], float64(n[3])/100
		lib.profiles = append(lib.profiles, p)
	}
	return lib, nil
}

// readSections reads lines under [headings]; # begins a comment.
func readSections(name string) (sections, error) {
	data, err := fs.ReadFile(files, "data/"+name)
	if err != nil {
		return nil, err
	}
	out, at := sections{}, ""
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		heading, isHeading := strings.CutPrefix(line, "[")
		heading, closed := strings.CutSuffix(heading, "]")
		switch {
		case line == "" || line[0] == '#':
		case isHeading && closed && !strings.ContainsAny(heading, "|]"):
			at = heading
		case at == "":
			return nil, fmt.Errorf("demo: %s: a line before the first heading", name)
		default:
			out[at] = append(out[at], line)
		}
	}
	return out, nil
}

func readTable(name string, columns int) ([][]string, error) {
	data, err := fs.ReadFile(files, "data/"+name)
	if err != nil {
		return nil, err
	}
	r := csv.NewReader(strings.NewReader(string(data)))
	r.Comma, r.FieldsPerRecord, r.LazyQuotes = '\t', columns, true
	rows, err := r.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("demo: %s: %w", name, err)
	}
	return rows[1:], nil
}

// profile returns the profile with the id.
func (l *library) profile(id string) (profile, bool) {
	for _, p := range l.profiles {
		if p.id == id {
			return p, true
		}
	}
	return profile{}, false
}
