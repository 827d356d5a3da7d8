package htcds

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"slices"
	"strings"
)

// CSV writes the cases as UTF-8 with a line of field names. A cell that a
// spreadsheet would take for a formula is defused by an apostrophe.
func CSV(w io.Writer, rows []Row) error {
	out := csv.NewWriter(w)
	fields := Fields()
	if err := out.Write(fields); err != nil {
		return err
	}
	for _, r := range sorted(rows) {
		line := make([]string, len(fields))
		for i, f := range fields {
			line[i] = defused(r[f])
		}
		if err := out.Write(line); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// document is the JSON form.
type document struct {
	Standard string `json:"standard"`
	Version  string `json:"version"`
	Cases    []Row  `json:"cases"` // fields without a value are left out
}

// JSON writes the cases as one JSON document.
func JSON(w io.Writer, rows []Row) error {
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	out.SetEscapeHTML(false)
	return out.Encode(document{"HTCDS", Version, sorted(rows)})
}

// sorted orders cases by what they say, so that their order says nothing more:
// not which came first.
func sorted(rows []Row) []Row {
	fields := Fields()
	line := func(r Row) string {
		var b strings.Builder
		for _, f := range fields {
			b.WriteString(r[f])
			b.WriteByte(0)
		}
		return b.String()
	}
	out := append([]Row{}, rows...)
	slices.SortFunc(out, func(a, b Row) int { return strings.Compare(line(a), line(b)) })
	return out
}

// defused keeps a spreadsheet from running what a cell says.
func defused(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}
