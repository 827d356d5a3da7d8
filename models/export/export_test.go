package export

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

var figures = Table{Name: "Бројке", Columns: []string{"name", "value", "status"}, Widths: []float64{30, 10, 10}, Rows: [][]any{
	{"=HYPERLINK(\"http://evil\")", 415.0, "shown"},
	{"Ђорђе, \"Ниш\"\nи околина", -12.5, "shown"},
	{"@cmd", nil, "hidden"},
	{"-", 1_000_000, "shown"},
}}

// A spreadsheet runs no text of a file, and a number stays a number, also below
// zero.
func TestCSVIsReadBackAndRunsNothing(t *testing.T) {
	var b bytes.Buffer
	if err := CSV(&b, figures); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{{"name", "value", "status"}, {"'=HYPERLINK(\"http://evil\")", "415", "shown"},
		{"Ђорђе, \"Ниш\"\nи околина", "-12.5", "shown"}, {"'@cmd", "", "hidden"}, {"'-", "1000000", "shown"}}
	if !slices.EqualFunc(rows, want, slices.Equal) {
		t.Errorf("got %q", rows)
	}
}

func TestSheetsHoldTheSame(t *testing.T) {
	var b bytes.Buffer
	notes := Table{Name: "Напомене", Columns: []string{"шта", "како"}, Rows: [][]any{{"правило", "испод 10"}}}
	if err := XLSX(&b, "Бројке", figures, notes); err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	if got := book.GetSheetList(); !slices.Equal(got, []string{"Бројке", "Напомене"}) {
		t.Fatalf("sheets %q", got)
	}
	rows, err := book.GetRows("Бројке")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"name,value,status", "=HYPERLINK(\"http://evil\"),415,shown", "Ђорђе, \"Ниш\"\nи околина,-12.5,shown", "@cmd,,hidden", "-,1000000,shown"}
	for i, row := range rows {
		if got := strings.Join(row, ","); got != want[i] {
			t.Errorf("row %d: %q", i, got)
		}
	}
	if f, err := book.GetCellFormula("Бројке", "A2"); err != nil || f != "" {
		t.Errorf("a text became the formula %q, %v", f, err)
	}
	if kind, err := book.GetCellType("Бројке", "B2"); err != nil || kind != excelize.CellTypeNumber && kind != excelize.CellTypeUnset {
		t.Errorf("a number is a cell of type %v, %v", kind, err)
	}
	if v, _ := book.GetCellValue("Напомене", "B2"); v != "испод 10" {
		t.Errorf("the notes say %q", v)
	}
}

func TestWhatIsNoValueIsRefused(t *testing.T) {
	for _, rows := range [][][]any{{{"a", true, "x"}}, {{"a"}}} {
		if err := CSV(new(bytes.Buffer), Table{Columns: figures.Columns, Rows: rows}); err == nil {
			t.Errorf("%v was written", rows)
		}
	}
}
