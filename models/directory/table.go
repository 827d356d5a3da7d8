package directory

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"znak/models"
)

// maxTable is how many bytes and rows a file to import may have.
const (
	maxTable = 16 << 20
	maxRows  = 100_000
)

// Row is a row of a file to import: its line, and its cells by column.
type Row struct {
	Line  int
	cells map[string]string
}

// Cell returns the trimmed cell of a column; "" where there is none.
func (r Row) Cell(column string) string { return r.cells[column] }

// RowFault is what is wrong with one row.
type RowFault struct {
	Line   int
	Reason string
}

func (f RowFault) Error() string { return fmt.Sprintf("line %d: %s", f.Line, f.Reason) }

// ReadTable reads a file to import: CSV in UTF-8, with commas, semicolons or
// tabs, or the first sheet of an XLSX workbook, as its content says. The first
// row names the columns, in any order; the required ones must be there, and
// none but the known. Empty rows are left out. Every fault is CodeInvalid.
func ReadTable(data []byte, required, optional []string) ([]Row, error) {
	if len(data) > maxTable {
		return nil, models.Errorf(models.CodeInvalid, "", "the file is larger than %d MiB", maxTable>>20)
	}
	read := readCSV
	if bytes.HasPrefix(data, []byte("PK\x03\x04")) {
		read = readXLSX
	}
	lines, err := read(data)
	if err != nil {
		return nil, &models.Error{Code: models.CodeInvalid, Err: err}
	}
	rows, err := named(lines, required, optional)
	if err != nil {
		return nil, &models.Error{Code: models.CodeInvalid, Err: err}
	}
	return rows, nil
}

// line is a row as it was read, with its number.
type line struct {
	number int
	cells  []string
}

func (l line) empty() bool {
	return !slices.ContainsFunc(l.cells, func(c string) bool { return strings.TrimSpace(c) != "" })
}

func readCSV(data []byte) (out []line, err error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if !utf8.Valid(data) {
		return nil, errors.New("the file is neither XLSX nor CSV in UTF-8: save it as \"CSV UTF-8\"")
	}
	r := csv.NewReader(bytes.NewReader(data))
	r.Comma, r.FieldsPerRecord = separator(data), -1
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		var fault *csv.ParseError
		if errors.As(err, &fault) {
			return nil, RowFault{fault.Line, fault.Err.Error()}
		} else if err != nil {
			return nil, err
		}
		number, _ := r.FieldPos(0)
		out = append(out, line{number, cells})
	}
}

// separator is what stands most often in the first line.
func separator(data []byte) rune {
	first, _, _ := bytes.Cut(data, []byte("\n"))
	best := ','
	for _, c := range ";\t" {
		if bytes.Count(first, []byte(string(c))) > bytes.Count(first, []byte(string(best))) {
			best = c
		}
	}
	return best
}

func readXLSX(data []byte) (out []line, err error) {
	book, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{UnzipSizeLimit: 8 * maxTable, UnzipXMLSizeLimit: maxTable})
	if err != nil {
		return nil, errors.New("the workbook cannot be read")
	}
	defer book.Close()
	rows, err := book.Rows(book.GetSheetName(0))
	if err != nil {
		return nil, errors.New("the workbook's first sheet cannot be read")
	}
	defer rows.Close()
	for n := 1; rows.Next(); n++ {
		cells, err := rows.Columns()
		if err != nil {
			return nil, RowFault{n, "the row cannot be read"}
		}
		out = append(out, line{n, cells})
	}
	return out, rows.Error()
}

// named gives the cells their columns.
func named(lines []line, required, optional []string) ([]Row, error) {
	lines = slices.DeleteFunc(lines, line.empty)
	if len(lines) == 0 {
		return nil, errors.New("the file is empty")
	}
	if len(lines) > maxRows {
		return nil, fmt.Errorf("the file has more than %d rows", maxRows)
	}
	head := make([]string, len(lines[0].cells))
	for i, cell := range lines[0].cells {
		head[i] = strings.ToLower(strings.TrimSpace(cell))
		if head[i] == "" {
			continue
		}
		if !slices.Contains(required, head[i]) && !slices.Contains(optional, head[i]) {
			return nil, RowFault{lines[0].number, fmt.Sprintf("unknown column %q; known: %s", head[i], strings.Join(slices.Concat(required, optional), ", "))}
		}
		if slices.Contains(head[:i], head[i]) {
			return nil, RowFault{lines[0].number, fmt.Sprintf("column %q twice", head[i])}
		}
	}
	for _, r := range required {
		if !slices.Contains(head, r) {
			return nil, RowFault{lines[0].number, fmt.Sprintf("column %q is missing", r)}
		}
	}
	var rows []Row
	for _, l := range lines[1:] {
		row := Row{l.number, map[string]string{}}
		for i, cell := range l.cells {
			if i < len(head) && head[i] != "" {
				row.cells[head[i]] = strings.TrimSpace(cell)
			} else if strings.TrimSpace(cell) != "" {
				return nil, RowFault{l.number, "a cell outside the named columns"}
			}
		}
		rows = append(rows, row)
	}
	return rows, nil
}
