package locales

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// letters maps the small letters of Serbian Cyrillic, and of the neighbours'
// alphabets as they occur in names, to Serbian Latin.
var letters = map[rune]string{
	'а': "a", 'б': "b", 'в': "v", 'г': "g", 'д': "d", 'ђ': "đ", 'е': "e", 'ж': "ž", 'з': "z", 'и': "i",
	'ј': "j", 'к': "k", 'л': "l", 'љ': "lj", 'м': "m", 'н': "n", 'њ': "nj", 'о': "o", 'п': "p", 'р': "r",
	'с': "s", 'т': "t", 'ћ': "ć", 'у': "u", 'ф': "f", 'х': "h", 'ц': "c", 'ч': "č", 'џ': "dž", 'ш': "š",
	'ѐ': "è", 'ѝ': "ì", 'й': "j", 'ѓ': "đ", 'ќ': "ć", 'ѕ': "dz",
}

// verbatim matches what must stay as it is even when it holds Cyrillic:
// placeholders, addresses, and the attributes of a tag that a program reads.
var verbatim = regexp.MustCompile(`\{\{[^{}]*\}\}` +
	`|(?i:[a-z][a-z0-9+.-]*://|mailto:|tel:|www\.)[^\s<>"'„“”]+` +
	`|[\pL\d._%+-]+@[\pL\d-]+(?:\.[\pL\d-]+)+` +
	`|[\pL\d-]+(?:\.[\pL\d-]+)*\.срб(?:/[^\s<>"'„“”]*)?` +
	`|\s(?i:href|src|action|id|for|name|class)=(?:"[^"<>]*"|'[^'<>]*')`)

// ToLatin writes Serbian Cyrillic in Serbian Latin script. Љ, Њ and Џ become
// Lj, Nj and Dž in a capitalised word and LJ, NJ and DŽ in a word in capitals.
// Text that is Latin already, placeholders such as {{.Name}}, HTML tags and
// addresses stay untouched; attributes that a person reads, such as title, are
// transliterated. A string without Cyrillic is returned as it is.
func ToLatin(s string) string {
	if !hasCyrillic(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	from := 0
	for _, at := range verbatim.FindAllStringIndex(s, -1) {
		writeLatin(&b, s[from:at[0]])
		b.WriteString(s[at[0]:at[1]])
		from = at[1]
	}
	writeLatin(&b, s[from:])
	return b.String()
}

func hasCyrillic(s string) bool {
	return strings.ContainsFunc(s, isCyrillic)
}

func isCyrillic(r rune) bool { return r >= 0x400 && r <= 0x4ff }

func writeLatin(b *strings.Builder, s string) {
	if !hasCyrillic(s) {
		b.WriteString(s)
		return
	}
	in := []rune(norm.NFC.String(s))
	var out strings.Builder
	for i, r := range in {
		small := unicode.ToLower(r)
		latin, ok := letters[small]
		switch {
		case !ok:
			out.WriteRune(r)
		case r == small:
			out.WriteString(latin)
		case allCapitals(in, i):
			out.WriteString(strings.ToUpper(latin))
		default:
			first := []rune(latin)
			out.WriteRune(unicode.ToUpper(first[0]))
			out.WriteString(string(first[1:]))
		}
	}
	b.WriteString(norm.NFC.String(out.String())) // а́ is two letters in Cyrillic, á one in Latin
}

// allCapitals says whether the capital at i stands in a word written in
// capitals. The next letter decides; at the end of a word the one before; a
// capital that stands alone is an initial and counts as capitalised.
func allCapitals(s []rune, i int) bool {
	next := i + 1
	for next < len(s) && unicode.IsMark(s[next]) {
		next++
	}
	if next < len(s) && unicode.IsLetter(s[next]) {
		return unicode.IsUpper(s[next])
	}
	before := i - 1
	for before >= 0 && unicode.IsMark(s[before]) {
		before--
	}
	return before >= 0 && unicode.IsUpper(s[before])
}
