package handlers

import (
	"slices"
	"strings"
)

// Field is one field of a form, as the partial "field" shows it. Its texts are
// in the reader's language.
type Field struct {
	// Kind is text, email, password, number, date, search, tel, textarea,
	// select, checkbox, radios (one below the other), checks (several can be
	// chosen) or segments (side by side).
	Kind  string
	Name  string
	ID    string // "" = FieldID(Name)
	Label string
	Hint  string
	Error string

	Value   string   // what was typed or chosen; of a checkbox what it sends
	Values  []string // of checks: what was chosen
	Checked bool     // of a checkbox
	Options []Option

	Required     bool
	Optional     bool // says so beside the label
	Rows         int
	MaxLength    int
	Autocomplete string
	InputMode    string
	Class        string // w-s or w-m for a narrow input
}

// Option is one choice of a Field.
type Option struct{ Value, Label, Hint string }

// FieldID returns the id of the element of a field: where an error summary
// links to.
func FieldID(name string) string { return "f-" + strings.ReplaceAll(name, ".", "-") }

// ElementID returns the id of the field's element.
func (f Field) ElementID() string {
	if f.ID != "" {
		return f.ID
	}
	return FieldID(f.Name)
}

// Grouped says whether the field is a group of inputs.
func (f Field) Grouped() bool {
	return slices.Contains([]string{"radios", "checks", "segments"}, f.Kind)
}

// Chosen says whether an option of a group is chosen.
func (f Field) Chosen(value string) bool {
	return slices.Contains(f.Values, value) || f.Kind != "checks" && f.Value == value
}

// DescribedBy lists the ids of the field's hint and fault.
func (f Field) DescribedBy() string {
	var ids []string
	if f.Hint != "" {
		ids = append(ids, f.ElementID()+"-hint")
	}
	if f.Error != "" {
		ids = append(ids, f.ElementID()+"-error")
	}
	return strings.Join(ids, " ")
}
