package locales

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// genitive lists the months as a Serbian date says them.
var genitive = [...]string{"јануара", "фебруара", "марта", "априла", "маја", "јуна", "јула", "августа", "септембра",
	"октобра", "новембра", "децембра"}

// Date writes the day of t in full, in the location that t has:
// "22. новембра 2026." or "22 November 2026".
func Date(lang Lang, t time.Time) string {
	if lang == English {
		return t.Format("2 January 2006")
	}
	return inScript(lang, fmt.Sprintf("%d. %s %d.", t.Day(), genitive[t.Month()-1], t.Year()))
}

// DateTime writes the day and the time of day on a 24-hour clock:
// "22. новембра 2026. у 14:05" or "22 November 2026 at 14:05".
func DateTime(lang Lang, t time.Time) string {
	at := " у "
	if lang == English {
		at = " at "
	}
	return Date(lang, t) + inScript(lang, at) + t.Format("15:04")
}

// ShortDate writes the day for a table: "22. 11. 2026." or "22 Nov 2026".
func ShortDate(lang Lang, t time.Time) string {
	if lang == English {
		return t.Format("2 Jan 2006")
	}
	return t.Format("2. 1. 2006.")
}

// Number writes a whole number with its thousands apart: 1.234 or 1,234.
func Number(lang Lang, n int) string { return separate(lang, strconv.Itoa(n)) }

// Decimal writes a number with that many decimals (0 to 15): 1.234,5 or
// 1,234.5. What is no finite number is written as a dash.
func Decimal(lang Lang, x float64, digits int) string {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return "–"
	}
	s := strconv.FormatFloat(x, 'f', min(max(digits, 0), 15), 64)
	if strings.Trim(s, "-0.") == "" {
		s = strings.TrimPrefix(s, "-")
	}
	return separate(lang, s)
}

// separate puts the language's separators into a number as Go writes it.
func separate(lang Lang, s string) string {
	thousands, point := ".", ","
	if lang == English {
		thousands, point = ",", "."
	}
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	whole, decimals, fraction := strings.Cut(s, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + thousands + whole[i:]
	}
	if fraction {
		whole += point + decimals
	}
	return sign + whole
}

func inScript(lang Lang, s string) string {
	if lang == Latin {
		return ToLatin(s)
	}
	return s
}
