package auth

import (
	_ "embed"
	"strings"
	"unicode"
	"unicode/utf8"

	"znak/models"
)

// MinPassword and MaxPassword are the lengths of a password in characters.
// There are no rules on what it is made of.
const (
	MinPassword = 12
	MaxPassword = 128
)

// commonPasswords lists, one a line and in small letters, passwords and bases
// of passwords that are tried first.
//
//go:embed common_passwords.txt
var commonPasswords string

// CheckNewPassword says what is wrong with a password that the owner of the
// address chooses: too short, too long, too common, or one that gives itself
// away. It returns CodeInvalid on the field "password".
func CheckNewPassword(password, email string) error {
	password = normal(password)
	refuse := func(key string, args map[string]any) error {
		return models.Invalid(models.FieldError{Field: "password", Key: key, Args: args})
	}
	n := utf8.RuneCountInString(password)
	if n < MinPassword {
		return refuse("error.password_short", map[string]any{"Min": MinPassword})
	}
	if n > MaxPassword {
		return refuse("error.password_long", map[string]any{"Max": MaxPassword})
	}
	folded := strings.ToLower(password)
	if repeats(folded) || runs(folded) || common(folded) {
		return refuse("error.password_common", nil)
	}
	if personal(folded, strings.ToLower(email)) {
		return refuse("error.password_personal", nil)
	}
	return nil
}

// repeats says whether the password is one short piece over and over: one
// character, or up to four.
func repeats(password string) bool {
	r := []rune(password)
	for period := 1; period <= 4; period++ {
		same := true
		for i := period; i < len(r) && same; i++ {
			same = r[i] == r[i-period]
		}
		if same {
			return true
		}
	}
	return false
}

// runs says whether every character follows the one before it, up or down:
// "abcdefghijkl", "987654321098".
func runs(password string) bool {
	r := []rune(password)
	for _, step := range []rune{1, -1} {
		along := true
		for i := 1; i < len(r) && along; i++ {
			d := r[i] - r[i-1]
			along = d == step || (unicode.IsDigit(r[i]) && unicode.IsDigit(r[i-1]) && (d == -9*step))
		}
		if along {
			return true
		}
	}
	return false
}

// common says whether the password is on the list, as it is or with digits and
// marks around it.
func common(folded string) bool {
	mark := func(r rune) bool { return !unicode.IsLetter(r) }
	bare := strings.TrimFunc(folded, mark)
	for entry := range strings.Lines(commonPasswords) {
		entry = strings.TrimSpace(entry)
		if entry == "" {
			continue
		}
		if folded == entry || bare == entry || bare == strings.TrimFunc(entry, mark) && bare != "" {
			return true
		}
	}
	return false
}

// personal says whether the password holds the name of the service or of the
// account.
func personal(folded, email string) bool {
	local, _, _ := strings.Cut(email, "@")
	for _, word := range []string{"znak", "знак", local} {
		if utf8.RuneCountInString(word) >= 4 && strings.Contains(folded, word) {
			return true
		}
	}
	return false
}
