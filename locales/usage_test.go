package locales

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// The messages and the rest of the portal must fit each other: nothing asks
// for a message that does not exist, and no message is left that nothing asks
// for.
func TestMessagesAndTheirUse(t *testing.T) {
	m, err := scan("..")
	if err != nil {
		t.Fatal(err)
	}
	for _, fault := range faults(loaded(t), m) {
		t.Error(fault)
	}
}

func faults(b *Bundle, m *mentions) []string {
	var found []string
	for _, id := range slices.Sorted(maps.Keys(m.messages)) {
		if !b.Has(id) {
			found = append(found, m.messages[id]+": no message "+id)
		} else if _, plural := m.plurals[id]; !plural && isPlural(b.catalogues[Cyrillic].messages[id]) {
			found = append(found, m.messages[id]+": the plural "+id+" needs N")
		}
	}
	for _, id := range slices.Sorted(maps.Keys(m.plurals)) {
		if b.Has(id) && !isPlural(b.catalogues[Cyrillic].messages[id]) {
			found = append(found, m.plurals[id]+": "+id+" has no plural forms")
		}
	}
	ids := b.IDs()
	for _, prefix := range slices.Sorted(maps.Keys(m.prefixes)) {
		if !slices.ContainsFunc(ids, func(id string) bool { return strings.HasPrefix(id, prefix) }) {
			found = append(found, m.prefixes[prefix]+": no message begins with "+prefix)
		}
	}
	for _, id := range ids {
		if !m.uses(id) {
			found = append(found, "nothing mentions "+id)
		}
	}
	return found
}

func TestScanSees(t *testing.T) {
	b := sample(t)
	tests := map[string]struct {
		template string
		want     []string
	}{
		"all used": {`{{T "a.hello" "Name" .X}} {{$.T "a.plain"}} {{N "a.count" 2 "Place" "x"}}`, nil},
		"dynamic":  {`{{T (print "a." .State)}}`, nil},
		"format":   {"{{T (printf `a.%s` .State)}}", nil},
		"missing":  {`{{T (print "a." .X)}} {{if .Y}}{{ .T "a.gone" }}{{end}}`, []string{"p.html: no message a.gone"}},
		"no such prefix": {`{{T (print "a." .X)}} {{T (print "b." .X)}}`,
			[]string{"p.html: no message begins with b."}},
		"plural by T":  {`{{T (print "a." .X)}} {{T "a.count"}}`, []string{"p.html: the plural a.count needs N"}},
		"plain by N":   {`{{T (print "a." .X)}} {{N "a.plain" 1}}`, []string{"p.html: a.plain has no plural forms"}},
		"unused":       {`{{T "a.hello"}} {{N "a.count" 2}} a.plain`, []string{"nothing mentions a.plain"}},
		"comment only": {`{{T "a.hello"}} {{N "a.count" 2}} {{/* T "a.plain" */}}`, []string{"nothing mentions a.plain"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			m := newMentions()
			m.template("p.html", tt.template)
			got := slices.DeleteFunc(faults(b, m), func(s string) bool { return strings.Contains(s, "a.only_") })
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// The scan reads this package's own code: a change that blinds it would show
// here.
func TestScanReadsGo(t *testing.T) {
	m, err := scan(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"time.moment", "time.in", "time.overdue", "time.now"} {
		if m.messages[id] == "" {
			t.Errorf("the call of %s in the code goes unseen", id)
		}
	}
	if !m.uses("time.hours_ago") || m.uses("time.centuries") {
		t.Error("ids in data are not told from others")
	}
}
