// Package export writes tables into files. It knows neither languages nor
// where the figures come from: names, heads and notes are given to it in the
// reader's language.
package export

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Table is a head and rows. A value is a string, an int, a float64 or nil;
// numbers are written as numbers, nil as nothing.
type Table struct {
	Name    string // of its sheet
	Columns []string
	Rows    [][]any
	Widths  []float64 // of the columns of a sheet, in characters; nil = as they come
}

// CSV writes the table as comma-separated values in UTF-8, its head first. A
// text that a spreadsheet would run as a formula is defused.
func CSV(w io.Writer, t Table) error {
	out := csv.NewWriter(w)
	if err := out.Write(t.Columns); err != nil {
		return err
	}
	line := make([]string, len(t.Columns))
	for i, row := range t.Rows {
		if len(row) != len(t.Columns) {
			return fmt.Errorf("export: row %d has %d values, not %d", i+1, len(row), len(t.Columns))
		}
		for j, v := range row {
			text, err := plain(v)
			if err != nil {
				return fmt.Errorf("export: row %d, %s: %w", i+1, t.Columns[j], err)
			}
			line[j] = text
		}
		if err := out.Write(line); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// plain is a value as CSV has it: numbers with a point and no separators.
func plain(v any) (string, error) {
	switch v := v.(type) {
	case nil:
		return "", nil
	case string:
		return Defuse(v), nil
	case int:
		return strconv.Itoa(v), nil
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), nil
	}
	return "", fmt.Errorf("a %T is no value of a table", v)
}

// Defuse puts an apostrophe before a text that a spreadsheet would take for a
// formula.
func Defuse(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r\n", rune(s[0])) {
		return "'" + s
	}
	return s
}
