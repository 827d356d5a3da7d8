package demo

import (
	"strings"
)

// voice is how somebody writes.
type voice struct {
	woman bool
	latin bool // in Latin script
	bare  bool // and without its marks, as on a foreign keyboard
}

// say puts a phrase into the voice, about a girl or a boy: {boy|girl} follows
// the child, [man|woman] the writer.
func (v voice) say(phrase string, girl bool) string {
	text := choose(choose(phrase, "{", "}", girl), "[", "]", v.woman)
	if v.latin {
		text = latin.Replace(text)
	}
	if v.bare {
		text = bare.Replace(text)
	}
	return text
}

// choose keeps the first or the second of each pair between open and shut.
func choose(text, open, shut string, second bool) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, open)
		b.WriteString(before)
		if !found {
			return b.String()
		}
		pair, after, _ := strings.Cut(rest, shut)
		a, z, _ := strings.Cut(pair, "|")
		if second {
			a = z
		}
		b.WriteString(a)
		text = after
	}
}

// latin is the Latin script that people type, good enough for sentences.
var latin = strings.NewReplacer(
	"а", "a", "б", "b", "в", "v", "г", "g", "д", "d", "ђ", "đ", "е", "e", "ж", "ž", "з", "z", "и", "i",
	"ј", "j", "к", "k", "л", "l", "љ", "lj", "м", "m", "н", "n", "њ", "nj", "о", "o", "п", "p", "р", "r",
	"с", "s", "т", "t", "ћ", "ć", "у", "u", "ф", "f", "х", "h", "ц", "c", "ч", "č", "џ", "dž", "ш", "š",
	"А", "A", "Б", "B", "В", "V", "Г", "G", "Д", "D", "Ђ", "Đ", "Е", "E", "Ж", "Ž", "З", "Z", "И", "I",
	"Ј", "J", "К", "K", "Л", "L", "Љ", "Lj", "М", "M", "Н", "N", "Њ", "Nj", "О", "O", "П", "P", "Р", "R",
	"С", "S", "Т", "T", "Ћ", "Ć", "У", "U", "Ф", "F", "Х", "H", "Ц", "C", "Ч", "Č", "Џ", "Dž", "Ш", "Š")

// bare drops the marks of Latin letters.
var bare = strings.NewReplacer("đ", "dj", "ž", "z", "ć", "c", "č", "c", "š", "s",
	"Đ", "Dj", "Ž", "Z", "Ć", "C", "Č", "C", "Š", "S", "„", `"`, "“", `"`)
