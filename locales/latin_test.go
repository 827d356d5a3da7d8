package locales

import (
	"strings"
	"testing"
	"time"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

func TestToLatin(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"empty", "", ""},
		{"small letters", "абвгдђежзијклљмнњопрстћуфхцчџш", "abvgdđežzijklljmnnjoprstćufhcčdžš"},
		{"capitals", "АБВГДЂЕЖЗИЈКЛЉМНЊОПРСТЋУФХЦЧЏШ", "ABVGDĐEŽZIJKLLJMNNJOPRSTĆUFHCČDŽŠ"},
		{"capitalised", "Љубав Његош Џеп", "Ljubav Njegoš Džep"},
		{"all capitals", "ЉУБАВ ЊЕГОШ ЏЕП", "LJUBAV NJEGOŠ DŽEP"},
		{"digraph ends a word in capitals", "КОЊ, БЕЧЕЈ–ЧЕЉ", "KONJ, BEČEJ–ČELJ"},
		{"two digraphs", "ЉЉ Љиљана", "LJLJ Ljiljana"},
		{"initials", "Љ. Њ. Петровић, А.Џ.", "Lj. Nj. Petrović, A.Dž."},
		{"one letter", "Љ", "Lj"},
		{"abbreviation", "ЦЗЖТЉ, ЦЗЖТЉ-а", "CZŽTLJ, CZŽTLJ-a"},
		{"inner capital", "еЉ мЉа", "eLj mLja"},
		{"formal you", "Ви сте унели „Њу“.", "Vi ste uneli „Nju“."},
		{"Latin neighbour", "Љubav ЉUBAV", "Ljubav LJUBAV"},
		{"mixed", "PDF датотека (max 5 MB), Ćao Đorđe", "PDF datoteka (max 5 MB), Ćao Đorđe"},
		{"decomposed й", "Андре\u0438\u0306 и\u0306", "Andrej j"},
		{"decomposed ќ", "К\u0301", "Ć"},
		{"stressed vowel", "гра\u0300д, Љ\u0301УБ", "gràd, LJ\u0301UB"},
		{"placeholder", "Здраво, {{.Име}} {{.Name}}!", "Zdravo, {{.Име}} {{.Name}}!"},
		{"tag", `<b class="шта">Љ</b>убав <a href="/знаци?а=б" title="Још">још</a>`,
			`<b class="шта">Lj</b>ubav <a href="/знаци?а=б" title="Još">još</a>`},
		{"address", "Види https://чуваме.срб/пут, мој@пример.срб и пример.срб/пут.",
			"Vidi https://чуваме.срб/пут, мој@пример.срб i пример.срб/пут."},
		{"broken UTF-8", "да\xff", "da\ufffd"},
		{"neighbours' letters", "Ѓорѓи Ќосе Ѕвезда", "Đorđi Ćose Dzvezda"},
		{"unclosed", "{{љ <а", "{{lj <a"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := ToLatin(tt.in); got != tt.want && norm.NFC.String(tt.want) != got {
				t.Errorf("ToLatin(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

const serbian = "абвгдђежзијклљмнњопрстћуфхцчџшАБВГДЂЕЖЗИЈКЛЉМНЊОПРСТЋУФХЦЧЏШ"

func checkLatin(t interface{ Fatalf(string, ...any) }, s string) {
	got := ToLatin(s)
	if !hasCyrillic(s) && got != s {
		t.Fatalf("a text without Cyrillic changed: %q became %q", s, got)
	}
	plain := verbatim.ReplaceAllString(s, "")
	if plain == s && strings.ContainsAny(got, serbian) {
		t.Fatalf("Serbian Cyrillic is left: %q became %q", s, got)
	}
	if again := ToLatin(got); plain == s && again != got && !hasCyrillic(got) {
		t.Fatalf("a second pass changed %q to %q", got, again)
	}
}

func TestToLatinOfAnyText(t *testing.T) {
	letters := rapid.StringOf(rapid.SampledFrom([]rune(serbian + "abcLJ .-\u0301\u0306йЙыЫ{}<>\"=/@:")))
	rapid.Check(t, func(t *rapid.T) {
		checkLatin(t, rapid.OneOf(rapid.String(), letters).Draw(t, "text"))
	})
}

// Every Serbian word keeps its capitals when it changes script.
func TestToLatinKeepsCapitals(t *testing.T) {
	word := rapid.StringOfN(rapid.SampledFrom([]rune(serbian)), 2, 12, -1)
	rapid.Check(t, func(t *rapid.T) {
		w := word.Draw(t, "word")
		if got, want := ToLatin(strings.ToUpper(w)), strings.ToUpper(ToLatin(w)); got != want {
			t.Fatalf("in capitals %q is %q, want %q", w, got, want)
		}
		if got, want := ToLatin(strings.ToLower(w)), strings.ToLower(ToLatin(w)); got != want {
			t.Fatalf("in small letters %q is %q, want %q", w, got, want)
		}
	})
}

func FuzzToLatin(f *testing.F) {
	for _, s := range []string{"Љубав", "ЦЗЖТЉ-а", "{{.X}} <a title='Њ'>", "и\u0306", "https://x.срб/љ", "\xffљ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { checkLatin(t, s) })
}

func TestToLatinOfLongHostileText(t *testing.T) {
	for _, s := range []string{"љ.", "{{љ", "a{{x}}љ", "http://", "a@љ.", "\thref=\"", "љ\u0301"} {
		start := time.Now()
		ToLatin(strings.Repeat(s, 20_000/len(s)))
		if d := time.Since(start); d > 5*time.Second {
			t.Errorf("%q many times took %v", s, d)
		}
	}
}
