package handlers

import (
	"errors"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"znak/handlers/middleware"
	"znak/locales"
	"znak/models"
)

// posted returns the fields of the request's body, never those of its address.
func posted(c echo.Context) (url.Values, error) {
	if _, err := c.FormParams(); err != nil {
		return nil, &models.Error{Code: models.CodeInvalid, Key: "error.invalid", Err: err}
	}
	return c.Request().PostForm, nil
}

// sent returns a field of the request's body; "" where the body cannot be read,
// which the check of its token has refused already.
func sent(c echo.Context, name string) string {
	form, err := posted(c)
	if err != nil {
		return ""
	}
	return form.Get(name)
}

// typed returns a field as it was typed. A browser ends the lines of a text
// area with two characters, which would count twice.
func typed(v url.Values, name string) string {
	return strings.ReplaceAll(strings.ReplaceAll(v.Get(name), "\r\n", "\n"), "\r", "\n")
}

// newField begins a field of a form. Its texts are the messages field.NAME
// and, where there is one, field.NAME.hint.
func (h *Handlers) newField(lang locales.Lang, kind, name, value string) Field {
	f := Field{Kind: kind, Name: name, Label: h.label(lang, name), Value: strings.ToValidUTF8(value, "\uFFFD")}
	if hint := "field." + name + ".hint"; h.Locales.Has(hint) {
		f.Hint = h.Locales.T(lang, hint)
	}
	return f
}

// newChoice begins a field with options side by side, none of them chosen
// unless value says so. The message prefix+VALUE names an option.
func (h *Handlers) newChoice(lang locales.Lang, name, value, prefix string, options ...string) Field {
	f := h.newField(lang, "segments", name, value)
	for _, o := range options {
		f.Options = append(f.Options, Option{Value: o, Label: h.Locales.T(lang, prefix+o)})
	}
	return f
}

// label is what a field is called in the reader's language: the message
// field.NAME, or the name itself where there is none.
func (h *Handlers) label(lang locales.Lang, name string) string {
	if key := "field." + name; h.Locales.Has(key) {
		return h.Locales.T(lang, key)
	}
	return strings.ToValidUTF8(name, "\uFFFD")
}

// formErrors lists what a CodeInvalid error asks to correct, in the reader's
// language and in the order of the form's fields. A fault of a field that the
// form does not have comes last and links nowhere; without fields, every fault
// is taken to be of a field that the form has. Other errors list nothing.
func (h *Handlers) formErrors(c echo.Context, err error, fields ...Field) []FormError {
	var fault *models.Error
	if !errors.As(err, &fault) || fault.Code != models.CodeInvalid {
		return nil
	}
	lang := middleware.Lang(c)
	if len(fault.Fields) == 0 {
		return []FormError{{Text: h.Locales.T(lang, fault.Key)}}
	}
	var known, strange []FormError
	for _, f := range fault.Fields {
		e := FormError{Field: f.Field, ID: FieldID(f.Field), Label: h.label(lang, f.Field),
			Text: h.Locales.T(lang, f.Key, written(lang, f.Args))}
		i := slices.IndexFunc(fields, func(field Field) bool { return field.Name == f.Field })
		switch {
		case i >= 0:
			e.ID, e.Label = fields[i].ElementID(), fields[i].Label
			known = append(known, e)
		case len(fields) == 0:
			known = append(known, e)
		default:
			e.ID, e.Label, e.Text = "", "", e.Label+": "+e.Text
			strange = append(strange, e)
		}
	}
	for i := range known {
		known[i].Label = strings.TrimRight(known[i].Label, ".?")
	}
	order := func(e FormError) int {
		return slices.IndexFunc(fields, func(f Field) bool { return f.Name == e.Field })
	}
	slices.SortStableFunc(known, func(a, b FormError) int { return order(a) - order(b) })
	slices.SortFunc(strange, func(a, b FormError) int { return strings.Compare(a.Field, b.Field) })
	return append(known, strange...)
}

// written writes the numbers of a message as the language does.
func written(lang locales.Lang, args map[string]any) map[string]any {
	out := make(map[string]any, len(args))
	for k, v := range args {
		if n, ok := v.(int); ok {
			v = locales.Number(lang, n)
		}
		out[k] = v
	}
	return out
}

// mark puts each fault beside its field.
func mark(fields []Field, faults []FormError) {
	for i := range fields {
		j := slices.IndexFunc(faults, func(e FormError) bool { return e.Field == fields[i].Name })
		if j >= 0 {
			fields[i].Error = faults[j].Text
		}
	}
}
