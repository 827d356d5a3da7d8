package locales

import (
	"math"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"pgregory.net/rapid"
)

// want holds what each language should say.
type want [3]string // in the order of All

func (w want) of(t *testing.T, what string, say func(Lang) string) {
	t.Helper()
	for i, lang := range All {
		if got := say(lang); got != w[i] {
			t.Errorf("%s in %s: %q, want %q", what, lang, got, w[i])
		}
	}
}

func TestDates(t *testing.T) {
	belgrade := time.FixedZone("CET", 3600)
	at := time.Date(2026, 11, 22, 14, 5, 59, 0, belgrade)
	want{"22. новембра 2026.", "22. novembra 2026.", "22 November 2026"}.of(t, "date", func(l Lang) string { return Date(l, at) })
	want{"22. новембра 2026. у 14:05", "22. novembra 2026. u 14:05", "22 November 2026 at 14:05"}.
		of(t, "date and time", func(l Lang) string { return DateTime(l, at) })
	want{"22. 11. 2026.", "22. 11. 2026.", "22 Nov 2026"}.of(t, "short date", func(l Lang) string { return ShortDate(l, at) })

	night := time.Date(2026, 1, 1, 0, 0, 0, 0, belgrade)
	want{"1. јануара 2026. у 00:00", "1. januara 2026. u 00:00", "1 January 2026 at 00:00"}.
		of(t, "midnight", func(l Lang) string { return DateTime(l, night) })
	want{"31. децембра 2025. у 23:00", "31. decembra 2025. u 23:00", "31 December 2025 at 23:00"}.
		of(t, "the same moment in UTC", func(l Lang) string { return DateTime(l, night.UTC()) })
}

func TestMonths(t *testing.T) {
	months := "јануара фебруара марта априла маја јуна јула августа септембра октобра новембра децембра"
	for i, name := range strings.Fields(months) {
		at := time.Date(2026, time.Month(i+1), 1, 12, 0, 0, 0, time.UTC)
		if got := Date(Cyrillic, at); got != "1. "+name+" 2026." {
			t.Errorf("month %d: %q", i+1, got)
		}
	}
}

func TestNumbers(t *testing.T) {
	for n, w := range map[int]want{
		0:             {"0", "0", "0"},
		999:           {"999", "999", "999"},
		1234:          {"1.234", "1.234", "1,234"},
		-1234567:      {"-1.234.567", "-1.234.567", "-1,234,567"},
		math.MinInt64: {"-9.223.372.036.854.775.808", "-9.223.372.036.854.775.808", "-9,223,372,036,854,775,808"},
	} {
		w.of(t, "number", func(l Lang) string { return Number(l, n) })
	}
	for _, d := range []struct {
		x      float64
		digits int
		want   want
	}{
		{1234.56, 1, want{"1.234,6", "1.234,6", "1,234.6"}},
		{0.5, 2, want{"0,50", "0,50", "0.50"}},
		{-0.001, 1, want{"0,0", "0,0", "0.0"}},
		{999.99, 0, want{"1.000", "1.000", "1,000"}},
		{7, -3, want{"7", "7", "7"}},
		{math.NaN(), 1, want{"–", "–", "–"}},
		{math.Inf(-1), 1, want{"–", "–", "–"}},
	} {
		d.want.of(t, "decimal", func(l Lang) string { return Decimal(l, d.x, d.digits) })
	}
}

// The Unicode locale data, as the text library carries it, writes numbers the
// same way.
func TestNumbersAgainstLocaleData(t *testing.T) {
	for _, lang := range All {
		printer := message.NewPrinter(language.MustParse(string(lang)))
		rapid.Check(t, func(t *rapid.T) {
			n := rapid.Int().Draw(t, "n")
			if got, want := Number(lang, n), printer.Sprint(n); got != want {
				t.Fatalf("%s: %q, want %q", lang, got, want)
			}
		})
	}
}

func TestSpans(t *testing.T) {
	b := loaded(t)
	for _, s := range []struct {
		d       time.Duration
		in, ago want
	}{
		{0, want{"за мање од минута", "za manje od minuta", "in less than a minute"}, want{"управо сада", "upravo sada", "just now"}},
		{time.Minute, want{"за 1 минут", "za 1 minut", "in 1 minute"}, want{"пре 1 минута", "pre 1 minuta", "1 minute ago"}},
		{22 * time.Minute, want{"за 22 минута", "za 22 minuta", "in 22 minutes"}, want{"пре 22 минута", "pre 22 minuta", "22 minutes ago"}},
		{3*time.Hour - time.Second, want{"за 3 сата", "za 3 sata", "in 3 hours"}, want{"пре 3 сата", "pre 3 sata", "3 hours ago"}},
		{2*time.Hour + 58*time.Minute, want{"за 2 сата", "za 2 sata", "in 2 hours"}, want{"пре 2 сата", "pre 2 sata", "2 hours ago"}},
		{11 * time.Hour, want{"за 11 сати", "za 11 sati", "in 11 hours"}, want{"пре 11 сати", "pre 11 sati", "11 hours ago"}},
		{21 * time.Hour, want{"за 21 сат", "za 21 sat", "in 21 hours"}, want{"пре 21 сата", "pre 21 sata", "21 hours ago"}},
		{47 * time.Hour, want{"за 47 сати", "za 47 sati", "in 47 hours"}, want{"пре 47 сати", "pre 47 sati", "47 hours ago"}},
		{48 * time.Hour, want{"за 2 дана", "za 2 dana", "in 2 days"}, want{"пре 2 дана", "pre 2 dana", "2 days ago"}},
		{21 * 24 * time.Hour, want{"за 21 дан", "za 21 dan", "in 21 days"}, want{"пре 21 дана", "pre 21 dana", "21 days ago"}},
	} {
		s.in.of(t, s.d.String(), func(l Lang) string { return b.In(l, s.d) })
		s.ago.of(t, s.d.String(), func(l Lang) string { return b.Ago(l, s.d) })
	}
	want{"пре 106.751 дана", "pre 106.751 dana", "106,751 days ago"}.
		of(t, "the longest span", func(l Lang) string { return b.In(l, math.MinInt64) })
}

func TestUntil(t *testing.T) {
	b := loaded(t)
	now := time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC)
	for d, w := range map[time.Duration]want{
		4 * time.Hour:       {"за 4 сата", "za 4 sata", "in 4 hours"},
		0:                   {"рок прекорачен за мање од минута", "rok prekoračen za manje od minuta", "overdue by less than a minute"},
		-2 * time.Hour:      {"рок прекорачен за 2 сата", "rok prekoračen za 2 sata", "overdue by 2 hours"},
		-31 * time.Minute:   {"рок прекорачен за 31 минут", "rok prekoračen za 31 minut", "overdue by 31 minutes"},
		-5 * 24 * time.Hour: {"рок прекорачен за 5 дана", "rok prekoračen za 5 dana", "overdue by 5 days"},
	} {
		w.of(t, d.String(), func(l Lang) string { return b.Until(l, now, now.Add(d)) })
	}
}
