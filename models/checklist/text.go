package checklist

import (
	"strconv"
	"strings"
	"unicode"
)

// serbian is the Serbian Cyrillic alphabet: every letter of it has its Latin
// counterpart, so that the Latin script can be derived.
const serbian = "абвгдђежзијклљмнњопрстћуфхцчџш"

// faultOfLine says what is wrong with a line of text, "" when nothing is.
func faultOfLine(s string) string {
	switch {
	case strings.TrimSpace(s) == "":
		return "is empty"
	case strings.TrimSpace(s) != s:
		return "begins or ends with a space"
	}
	for _, c := range s {
		if unicode.In(c, unicode.Cc, unicode.Cf, unicode.Co, unicode.Zl, unicode.Zp) || c == unicode.ReplacementChar {
			return "holds a control or invisible character " + strconv.QuoteRuneToASCII(c)
		}
	}
	return ""
}

// faultOfSerbian says what is wrong with a Serbian text; an empty one was
// reported before.
func faultOfSerbian(s string) string {
	if s == "" {
		return ""
	}
	cyrillic := false
	for _, word := range strings.FieldsFunc(s, func(c rune) bool { return !unicode.IsLetter(c) }) {
		cyr, lat := scripts(word)
		if cyr && lat {
			return quote(word) + " mixes Cyrillic and Latin letters"
		}
		if i := strings.IndexFunc(strings.ToLower(word), foreign); i >= 0 {
			return quote(word) + " holds a Cyrillic letter that Serbian does not have"
		}
		cyrillic = cyrillic || cyr
	}
	if !cyrillic {
		return "is not in Cyrillic"
	}
	return ""
}

// faultOfEnglish says what is wrong with an English text.
func faultOfEnglish(s string) string {
	if cyr, _ := scripts(s); cyr {
		return "holds Cyrillic letters"
	}
	return ""
}

func foreign(c rune) bool {
	return unicode.Is(unicode.Cyrillic, c) && !strings.ContainsRune(serbian, c)
}

func scripts(s string) (cyrillic, latin bool) {
	for _, c := range s {
		cyrillic = cyrillic || unicode.Is(unicode.Cyrillic, c)
		latin = latin || unicode.Is(unicode.Latin, c)
	}
	return cyrillic, latin
}

// quote shows a value from the file, cut when it is long.
func quote(s string) string {
	const most = 40
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	return strconv.Quote(s)
}

// quoteKey shows a field name in a path as it stands when it is harmless.
func quoteKey(s string) string {
	if len(s) <= maxID && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz_-0123456789") == "" {
		return s
	}
	return quote(s)
}
