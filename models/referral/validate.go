package referral

import (
	"errors"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/go-playground/validator/v10"

	"znak/models"
	"znak/models/checklist"
)

// oldest is the greatest age that a birth year may mean: pupils of adult
// schools and repeaters included.
const oldest = 25

// validation checks what people typed against the rules beside the fields.
type validation struct {
	v *validator.Validate
}

func newValidation(now func() time.Time) *validation {
	v := validator.New(validator.WithRequiredStructEnabled())
	v.RegisterTagNameFunc(func(f reflect.StructField) string {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		return name
	})
	rules := map[string]validator.Func{
		"line":  func(f validator.FieldLevel) bool { return clean(f.Field().String(), "") },
		"prose": func(f validator.FieldLevel) bool { return clean(f.Field().String(), "\n\r\t") },
		"past": func(f validator.FieldLevel) bool {
			return f.Field().String() <= now().Format(time.DateOnly)
		},
		"birthyear": func(f validator.FieldLevel) bool {
			year := int64(now().Year())
			return f.Field().Int() <= year && f.Field().Int() >= year-oldest
		},
	}
	for tag, rule := range rules {
		if err := v.RegisterValidation(tag, rule); err != nil {
			panic(err) // a tag of ours that the library refuses: seen by every test
		}
	}
	return &validation{v}
}

// clean says whether s is valid UTF-8 without control characters (but those
// allowed) and without marks that turn the direction of the text around it.
func clean(s, allowed string) bool {
	if !utf8.ValidString(s) {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool {
		turns := r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069
		return turns || r == 0xFFFE || unicode.IsControl(r) && !strings.ContainsRune(allowed, r)
	})
}

// content checks a draft's content, and that each sign is one of the checklist
// version that the draft is bound to.
func (v *validation) content(c *models.Content, list *checklist.Checklist) error {
	fields := v.fields(v.v.Struct(c))
	for id := range c.Signs {
		if _, ok := list.Sign(id); !ok {
			fields = append(fields, models.FieldError{Field: "sign." + id, Key: "error.unknown_sign"})
		}
	}
	if len(fields) > 0 {
		return models.Invalid(fields...)
	}
	return nil
}

// signField matches the library's name of a field of one sign.
var signField = regexp.MustCompile(`^signs\[([^\]]*)\]\.(answer|note|date)$`)

// fields turns the library's faults into fields of the form.
func (v *validation) fields(err error) []models.FieldError {
	var faults validator.ValidationErrors
	if !errors.As(err, &faults) {
		return nil
	}
	var out []models.FieldError
	for _, f := range faults {
		_, name, _ := strings.Cut(f.Namespace(), ".")
		if m := signField.FindStringSubmatch(name); m != nil {
			name = m[2] + "." + m[1]
			if m[2] == "answer" {
				name = "sign." + m[1]
			}
		}
		fe := models.FieldError{Field: name, Key: faultKey(f)}
		if f.Tag() == "max" {
			limit, _ := strconv.Atoi(f.Param())
			fe.Args = map[string]any{"Max": limit}
		}
		out = append(out, fe)
	}
	return out
}

func faultKey(f validator.FieldError) string {
	switch f.Tag() {
	case "max":
		return "error.too_long"
	case "line", "prose":
		if s, ok := f.Value().(string); ok && !utf8.ValidString(s) {
			return "error.utf8"
		}
		return "error.control"
	case "datetime":
		return "error.date"
	case "past":
		return "error.date_future"
	case "birthyear":
		return "error.birth_year"
	}
	return "error.choice"
}
