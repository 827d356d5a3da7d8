package export

import (
	"fmt"
	"io"

	"github.com/xuri/excelize/v2"
)

// XLSX writes one sheet for each table, in their order, each with its head in
// bold and held in place. Texts are written as texts, never as formulas.
func XLSX(w io.Writer, title string, sheets ...Table) error {
	book := excelize.NewFile()
	defer book.Close()
	if err := book.SetDocProps(&excelize.DocProperties{Title: title, Creator: "Znak"}); err != nil {
		return err
	}
	bold, err := book.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return err
	}
	wrap, err := book.NewStyle(&excelize.Style{Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
	if err != nil {
		return err
	}
	for i, t := range sheets {
		if i == 0 {
			err = book.SetSheetName("Sheet1", t.Name)
		} else {
			_, err = book.NewSheet(t.Name)
		}
		if err == nil {
			err = sheet(book, t, bold, wrap)
		}
		if err != nil {
			return fmt.Errorf("export: sheet %q: %w", t.Name, err)
		}
	}
	_, err = book.WriteTo(w)
	return err
}

func sheet(book *excelize.File, t Table, bold, wrap int) error {
	out, err := book.NewStreamWriter(t.Name)
	if err != nil {
		return err
	}
	for i, width := range t.Widths {
		if err := out.SetColWidth(i+1, i+1, width); err != nil {
			return err
		}
	}
	if err := out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	if err := out.SetRow("A1", cells(t.Columns, bold)); err != nil {
		return err
	}
	for i, row := range t.Rows {
		if len(row) != len(t.Columns) {
			return fmt.Errorf("row %d has %d values, not %d", i+1, len(row), len(t.Columns))
		}
		at, err := excelize.CoordinatesToCellName(1, i+2)
		if err != nil {
			return err
		}
		if err := out.SetRow(at, cells(row, wrap)); err != nil {
			return err
		}
	}
	return out.Flush()
}

// cells gives texts the style; numbers and what is empty have none.
func cells[T any](values []T, style int) []any {
	out := make([]any, len(values))
	for i, v := range values {
		out[i] = any(v)
		if text, ok := any(v).(string); ok {
			out[i] = excelize.Cell{StyleID: style, Value: text}
		}
	}
	return out
}
