package locales

// Lang is one of the portal's languages, written as in an address, a setting
// or an HTML lang attribute.
type Lang string

const (
	Cyrillic Lang = "sr"      // Serbian in Cyrillic script: the first and default language
	Latin    Lang = "sr-Latn" // Serbian in Latin script, derived from Cyrillic
	English  Lang = "en"
)

// All lists the languages in the order in which a page offers them. Treat it
// as a constant.
var All = []Lang{Cyrillic, Latin, English}

// Parse reads a language as it is written in an address or a setting. It
// accepts exactly the values in All.
func Parse(s string) (Lang, bool) {
	switch l := Lang(s); l {
	case Cyrillic, Latin, English:
		return l, true
	}
	return "", false
}

// Name returns the language's name in that language itself, for a language
// switch: a reader must recognise it whatever the page is written in.
func (l Lang) Name() string {
	switch l {
	case Latin:
		return "Latinica"
	case English:
		return "English"
	}
	return "Ћирилица"
}

// known returns l, or the default language when l is not one of All.
func (l Lang) known() Lang {
	if p, ok := Parse(string(l)); ok {
		return p
	}
	return Cyrillic
}
