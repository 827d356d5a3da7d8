package locales

import (
	"strconv"
	"strings"

	"golang.org/x/text/language"
)

// Limits on an Accept-Language header: what lies beyond them is not read.
const (
	maxHeader = 1024
	maxRanges = 32
	maxTag    = 35
)

// Negotiate chooses the language for an Accept-Language header. Serbian
// without a script, or in Cyrillic, gives Cyrillic; Serbian in Latin script,
// Serbian of Montenegro, Croatian, Bosnian and Montenegrin give Latin; any
// English gives English. The highest quality wins, the first among equals;
// quality 0 refuses a language. Malformed parts are skipped, and a header that
// says nothing useful gives Cyrillic.
func Negotiate(acceptLanguage string) Lang {
	quality := map[Lang]int{}
	var order []Lang
	any := 0
	for _, part := range ranges(acceptLanguage) {
		tag, q, ok := parseRange(part)
		if !ok {
			continue
		}
		if tag == "*" {
			any = max(any, q)
			continue
		}
		lang, ok := match(tag)
		if !ok {
			continue
		}
		if old, seen := quality[lang]; !seen {
			order = append(order, lang)
			quality[lang] = q
		} else {
			quality[lang] = max(old, q)
		}
	}
	for _, lang := range All { // "*" stands for what is not named
		if _, seen := quality[lang]; !seen && any > 0 {
			order = append(order, lang)
			quality[lang] = any
		}
	}
	return best(order, quality)
}

func best(order []Lang, quality map[Lang]int) Lang {
	chosen, top := Cyrillic, 0
	for _, lang := range order {
		if quality[lang] > top {
			chosen, top = lang, quality[lang]
		}
	}
	return chosen
}

// ranges splits a header within the limits; a range that the limit cuts is
// dropped.
func ranges(header string) []string {
	if len(header) > maxHeader {
		header = header[:maxHeader]
		header = header[:max(strings.LastIndexByte(header, ','), 0)]
	}
	parts := strings.SplitN(header, ",", maxRanges+1)
	return parts[:min(len(parts), maxRanges)]
}

// parseRange reads "tag" or "tag;q=0.8". The quality is in thousandths.
func parseRange(part string) (tag string, q int, ok bool) {
	tag, param, weighted := strings.Cut(part, ";")
	tag = strings.TrimSpace(tag)
	if tag == "" || len(tag) > maxTag {
		return "", 0, false
	}
	if !weighted {
		return tag, 1000, true
	}
	name, value, _ := strings.Cut(strings.TrimSpace(param), "=")
	if !strings.EqualFold(strings.TrimSpace(name), "q") {
		return "", 0, false
	}
	q, ok = parseQuality(strings.TrimSpace(value))
	return tag, q, ok
}

// parseQuality reads a quality from 0 to 1 with up to three decimals, and
// nothing else that looks like a number.
func parseQuality(s string) (int, bool) {
	whole, digits, _ := strings.Cut(s, ".")
	if (whole != "0" && whole != "1") || len(digits) > 3 {
		return 0, false
	}
	n, err := strconv.ParseUint(whole+(digits + "000")[:3], 10, 16)
	if err != nil || n > 1000 {
		return 0, false
	}
	return int(n), true
}

// match finds the portal's language for one language tag.
func match(tag string) (Lang, bool) {
	t, err := language.Parse(tag)
	if err != nil {
		return "", false
	}
	base, _ := t.Base()
	script, _ := t.Script() // "sr-ME" is known to be written in Latin script
	switch base.String() {
	case "en":
		return English, true
	case "sr", "sh", "hr", "bs", "cnr":
		if script.String() == "Cyrl" {
			return Cyrillic, true
		}
		return Latin, true
	}
	return "", false
}
