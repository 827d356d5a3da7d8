package locales

import (
	"slices"
	"sync"
	"testing"
)

func loaded(t testing.TB) *Bundle {
	t.Helper()
	b, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func sample(t *testing.T) *Bundle {
	t.Helper()
	b, err := load([]byte(`
"a.hello" = "Здраво, {{.Name}}!"
"a.only_sr" = "Само српски"
"a.plain" = "Његошева реч"
"a.count" = {one = "{{.PluralCount}} пријава у {{.Place}}", few = "{{.PluralCount}} пријаве у {{.Place}}", other = "{{.PluralCount}} пријава укупно у {{.Place}}"}
`), []byte(`
"a.hello" = "Hello, {{.Name}}!"
"a.only_en" = "English only"
"a.plain" = "A word of Njegoš"
"a.count" = {one = "{{.PluralCount}} referral in {{.Place}}", other = "{{.PluralCount}} referrals in {{.Place}}"}
`))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestT(t *testing.T) {
	b := sample(t)
	want{"Његошева реч", "Njegoševa reč", "A word of Njegoš"}.of(t, "plain", func(l Lang) string { return b.T(l, "a.plain") })
	want{"Здраво, Ђорђе!", "Zdravo, Ђорђе!", "Hello, Ђорђе!"}.
		of(t, "a name is shown as typed", func(l Lang) string { return b.T(l, "a.hello", "Name", "Ђорђе") })
	want{"Здраво, Ђорђе!", "Zdravo, Ђорђе!", "Hello, Ђорђе!"}.
		of(t, "map", func(l Lang) string { return b.T(l, "a.hello", map[string]any{"Name": "Ђорђе"}) })
	want{"Здраво, {{.X}}!", "Zdravo, {{.X}}!", "Hello, {{.X}}!"}.
		of(t, "a value is no template", func(l Lang) string { return b.T(l, "a.hello", "Name", "{{.X}}") })
	for what, id := range map[string]string{"missing": "a.none", "placeholder without value": "a.hello", "empty": ""} {
		want{id, id, id}.of(t, what, func(l Lang) string { return b.T(l, id) })
	}
	want{"a.hello", "a.hello", "a.hello"}.of(t, "odd arguments", func(l Lang) string { return b.T(l, "a.hello", 1, "x", "Name") })
	want{"Само српски", "Samo srpski", "a.only_sr"}.of(t, "never the other language", func(l Lang) string { return b.T(l, "a.only_sr") })
	want{"a.only_en", "a.only_en", "English only"}.of(t, "never the other language", func(l Lang) string { return b.T(l, "a.only_en") })
	if got := b.T("de", "a.plain"); got != "Његошева реч" {
		t.Errorf("unknown language: %q", got)
	}
}

func TestN(t *testing.T) {
	b := sample(t)
	for n, w := range map[int]want{
		0:    {"0 пријава укупно у Нишу", "0 prijava ukupno u Нишу", "0 referrals in Нишу"},
		1:    {"1 пријава у Нишу", "1 prijava u Нишу", "1 referral in Нишу"},
		2:    {"2 пријаве у Нишу", "2 prijave u Нишу", "2 referrals in Нишу"},
		5:    {"5 пријава укупно у Нишу", "5 prijava ukupno u Нишу", "5 referrals in Нишу"},
		11:   {"11 пријава укупно у Нишу", "11 prijava ukupno u Нишу", "11 referrals in Нишу"},
		12:   {"12 пријава укупно у Нишу", "12 prijava ukupno u Нишу", "12 referrals in Нишу"},
		21:   {"21 пријава у Нишу", "21 prijava u Нишу", "21 referrals in Нишу"},
		22:   {"22 пријаве у Нишу", "22 prijave u Нишу", "22 referrals in Нишу"},
		101:  {"101 пријава у Нишу", "101 prijava u Нишу", "101 referrals in Нишу"},
		111:  {"111 пријава укупно у Нишу", "111 prijava ukupno u Нишу", "111 referrals in Нишу"},
		1002: {"1.002 пријаве у Нишу", "1.002 prijave u Нишу", "1,002 referrals in Нишу"},
	} {
		w.of(t, "plural", func(l Lang) string { return b.N(l, "a.count", n, "Place", "Нишу") })
	}
	want{"a.none", "a.none", "a.none"}.of(t, "missing", func(l Lang) string { return b.N(l, "a.none", 2) })
	want{"a.count", "a.count", "a.count"}.of(t, "placeholder without value", func(l Lang) string { return b.N(l, "a.count", 2) })
	want{"Његошева реч", "Njegoševa reč", "A word of Njegoš"}.of(t, "no plural", func(l Lang) string { return b.N(l, "a.plain", 1) })
}

func TestHasAndIDs(t *testing.T) {
	b := sample(t)
	if !b.Has("a.plain") || b.Has("a.only_sr") || b.Has("a.only_en") || b.Has("") {
		t.Error("Has must know exactly the messages that are in both files")
	}
	if got := b.IDs(); !slices.Equal(got, []string{"a.count", "a.hello", "a.only_en", "a.only_sr", "a.plain"}) {
		t.Error(got)
	}
	b.IDs()[0] = "changed"
	if b.IDs()[0] != "a.count" {
		t.Error("a caller can change the bundle")
	}
}

func TestText(t *testing.T) {
	b := sample(t)
	want{"Школска управа Ниш", "Školska uprava Niš", "Niš School Administration"}.of(t, "both", func(l Lang) string {
		return b.Text(l, "Школска управа Ниш", "Niš School Administration")
	})
	want{"Ниш", "Niš", "Niš"}.of(t, "no English", func(l Lang) string { return b.Text(l, "Ниш", "") })
}

func TestManyReadersAtOnce(t *testing.T) {
	b := sample(t)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				for _, l := range All {
					b.N(l, "a.count", 2, "Place", "x")
					b.T(l, "a.hello", "Name", "x")
				}
			}
		})
	}
	wg.Wait()
}

func BenchmarkN(b *testing.B) {
	bundle := loaded(b)
	for b.Loop() {
		bundle.N(Latin, "time.hours", 3)
	}
}
