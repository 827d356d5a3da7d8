package vault

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

const (
	maxFoldInput = 4096 // bytes of a name that are looked at
	maxWords     = 16   // words of a name that are kept
	maxWordRunes = 64   // letters of a word that are kept
)

// Fold returns the words of a name as search compares them: without case,
// script, accents and punctuation, so that "Ђорђевић", "Đorđević" and
// "Djordjevic" give the same word. At most 16 words of at most 64 letters are
// returned. A name without a letter or digit gives none.
func Fold(name string) []string {
	s := toLatin(cases.Fold().String(norm.NFKC.String(clip(name))))
	s = toLatin(stripMarks(cases.Fold().String(norm.NFKD.String(s))))
	words := strings.FieldsFunc(s, func(r rune) bool { return !inWord(r) })
	if len(words) > maxWords {
		words = words[:maxWords]
	}
	for i, w := range words {
		if r := []rune(w); len(r) > maxWordRunes {
			words[i] = string(r[:maxWordRunes])
		}
	}
	return words
}

// clip cuts a name that is too long, between letters.
func clip(s string) string {
	if len(s) <= maxFoldInput {
		return s
	}
	n := maxFoldInput
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// inWord says whether r belongs to a word. Mc are vowel signs of scripts that
// write them as marks.
func inWord(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mc, r)
}

// stripMarks removes accents, and what cannot be seen: soft hyphens and joiners
// that text copied from elsewhere carries.
func stripMarks(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) {
			return -1
		}
		return r
	}, s)
}

// toLatin replaces the letters of latin; what is not there stays.
func toLatin(s string) string {
	var b strings.Builder
	for _, r := range s {
		if l, ok := latin[r]; ok {
			b.WriteString(l)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// latin gives small letters as search compares them: the Serbian alphabet, the
// Cyrillic of neighbours, and Latin letters that have no accent to strip. Like
// dž, which loses its accent to dz, џ is dz; đ and ђ are dj.
var latin = map[rune]string{
	'а': "a", 'б': "b", 'в': "v", 'г': "g", 'д': "d", 'ђ': "dj", 'е': "e", 'ж': "z", 'з': "z", 'и': "i",
	'ј': "j", 'к': "k", 'л': "l", 'љ': "lj", 'м': "m", 'н': "n", 'њ': "nj", 'о': "o", 'п': "p", 'р': "r",
	'с': "s", 'т': "t", 'ћ': "c", 'у': "u", 'ф': "f", 'х': "h", 'ц': "c", 'ч': "c", 'џ': "dz", 'ш': "s",

	'ѓ': "gj", 'ќ': "kj", 'ѕ': "dz", 'й': "j", 'ё': "jo", 'щ': "sc", 'ъ': "", 'ы': "i", 'ь': "", 'э': "e",
	'ю': "ju", 'я': "ja", 'і': "i", 'ї': "ji", 'є': "je", 'ґ': "g", 'ў': "u",

	'đ': "dj", 'ð': "dj", 'ɖ': "dj", 'ł': "l", 'ø': "o", 'æ': "ae", 'œ': "oe", 'ı': "i", 'þ': "th",
}
