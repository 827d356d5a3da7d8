package models_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"znak/models"
)

// TestLifecycleIsDocumented holds docs/lifecycle.md to the table, row by row
// and in its order.
func TestLifecycleIsDocumented(t *testing.T) {
	page, err := os.ReadFile("../docs/lifecycle.md")
	if err != nil {
		t.Fatal(err)
	}
	got, want := documentedRows(t, string(page)), lifecycleRows()
	for i := range max(len(got), len(want)) {
		switch {
		case i >= len(got):
			t.Errorf("docs/lifecycle.md lacks the row\n%s", want[i])
		case i >= len(want):
			t.Errorf("docs/lifecycle.md has a row that the table has not:\n%s", got[i])
		case got[i] != want[i]:
			t.Errorf("row %d of docs/lifecycle.md is\n%s\nand the table says\n%s", i+1, got[i], want[i])
		}
	}
}

// documentedRows are the rows of the page's table whose head names the
// columns of the lifecycle table.
func documentedRows(t *testing.T, page string) (rows []string) {
	t.Helper()
	_, table, ok := strings.Cut(page, "| from | event | to | who | needs |\n|---|---|---|---|---|\n")
	if !ok {
		t.Fatal("docs/lifecycle.md has no table with the columns from, event, to, who, needs")
	}
	for line := range strings.Lines(table) {
		if !strings.HasPrefix(line, "|") {
			break
		}
		rows = append(rows, strings.TrimSpace(line))
	}
	return rows
}

func lifecycleRows() (rows []string) {
	code := func(words []string) string {
		if len(words) == 0 {
			return "–"
		}
		return "`" + strings.Join(words, "` `") + "`"
	}
	for _, r := range models.Lifecycle {
		var from, needs []string
		for _, s := range r.From {
			from = append(from, string(s))
		}
		for _, n := range r.Needs {
			needs = append(needs, string(n))
		}
		to := "stays"
		if r.To != "" {
			to = code([]string{string(r.To)})
		}
		rows = append(rows, "| "+strings.Join([]string{code(from), code([]string{string(r.Event)}), to, code([]string{string(r.Who)}), code(needs)}, " | ")+" |")
	}
	return rows
}

func TestLifecycleNamesOnlyWhatThereIs(t *testing.T) {
	for _, r := range models.Lifecycle {
		if !models.KnownEvent(r.Event) {
			t.Errorf("%s is no event", r.Event)
		}
		for _, s := range append(slices.Clone(r.From), r.To) {
			if !slices.Contains(models.States, s) && s != "" && s != models.StateReturn {
				t.Errorf("%s: %q is no state", r.Event, s)
			}
		}
		if len(r.From) == 0 {
			t.Errorf("%s starts nowhere", r.Event)
		}
	}
	for _, e := range models.Events {
		if !slices.ContainsFunc(models.Lifecycle, func(r models.Transition) bool { return r.Event == e }) {
			t.Errorf("%s is offered, and no row has it", e)
		}
	}
}
