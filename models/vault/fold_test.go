package vault_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"znak/models/vault"
)

func TestFold(t *testing.T) {
	for _, c := range []struct {
		want      string
		spellings []string
	}{
		{"djordjevic", []string{"Ђорђевић", "Đorđević", "Djordjevic", "ЂОРЂЕВИЋ", "ĐORĐEVIĆ", "DJORDJEVIĆ", "Đorđevic", "Ðorðević", "Ђорђeвић"}},
		{"dzenana", []string{"Џенана", "Dženana", "Dzenana", "ǅenana", "DŽENANA", "ЏЕНАНА"}},
		{"ljiljana", []string{"Љиљана", "Ljiljana", "LJILJANA", "ǈiǉana", "ǇIǇANA"}},
		{"njegos", []string{"Његош", "Njegoš", "NJEGOS", "ǋegoš"}},
		{"scekic zivko", []string{"Шћекић Живко", "Šćekić Živko", "SCEKIC ZIVKO"}},
		{"petrovic jovanovic", []string{"Петровић-Јовановић", "Petrović–Jovanović", "petrovic, jovanovic", "  Петровић \t(Јовановић)."}},
		{"petrovic", []string{"Петро\u00adвић", "Pet\u200drović", "Пѐтровић", "Ｐｅｔｒｏｖｉｃ"}},
		{"nagy istvan", []string{"Nagy István", "NAGY ISTVAN"}},
		{"strasse ii 3 b", []string{"Straße II/3-б", "STRASSE Ⅱ 3 b"}},
		{"sergej", []string{"Сергей", "Sergej", "Сергеи\u0306"}},
		{"gjorgji", []string{"Ѓорѓи", "Gjorgji"}},
		{"isik", []string{"IŞIK", "Işık", "isik"}},
		{"محمد", []string{"محمد", "مُحَمَّد"}},
		{"", []string{"", " ", "-.,!?", "\u0301", "\xff\xfe"}},
	} {
		for _, s := range c.spellings {
			for form, s := range map[string]string{"as typed": s, "NFD": norm.NFD.String(s), "NFKC": norm.NFKC.String(s)} {
				if got := strings.Join(vault.Fold(s), " "); got != c.want {
					t.Errorf("%+q %s folds to %q, want %q", s, form, got, c.want)
				}
			}
		}
	}
}

// Every letter of the Serbian alphabet must be taken from its two scripts to
// the same plain letters.
func TestFoldAgreesOnTheWholeAlphabet(t *testing.T) {
	cyrillic := strings.Fields("А Б В Г Д Ђ Е Ж З И Ј К Л Љ М Н Њ О П Р С Т Ћ У Ф Х Ц Ч Џ Ш")
	latin := strings.Fields("A B V G D Đ E Ž Z I J K L Lj M N Nj O P R S T Ć U F H C Č Dž Š")
	if len(cyrillic) != 30 || len(latin) != 30 {
		t.Fatal("the alphabet has 30 letters")
	}
	for i, c := range cyrillic {
		for _, s := range []string{c, strings.ToLower(c), strings.ToLower(latin[i]), strings.ToUpper(latin[i]), norm.NFD.String(latin[i])} {
			got := strings.Join(vault.Fold(s), " ")
			if want := strings.Join(vault.Fold(latin[i]), " "); got != want || strings.Trim(got, "abcdefghijklmnopqrstuvwxyz") != "" {
				t.Errorf("%s folds to %q, its Latin form to %q", s, got, want)
			}
		}
	}
}

func TestFoldIsBounded(t *testing.T) {
	for _, s := range []string{strings.Repeat("а б ", 1<<18), strings.Repeat("ж", 1<<20), strings.Repeat("ﷺ", 1<<18), "a" + strings.Repeat("\u0301", 1<<20)} {
		words := vault.Fold(s)
		if len(words) == 0 || len(words) > 16 {
			t.Errorf("%d words", len(words))
		}
		for _, w := range words {
			if utf8.RuneCountInString(w) > 64 {
				t.Errorf("a word of %d letters", utf8.RuneCountInString(w))
			}
		}
	}
}

func FuzzFold(f *testing.F) {
	for _, s := range []string{"Ђорђевић Đorđe", "ǅ ﬁ Ⅷ", "한국", "Ω\u0345", "\xffа", "İı", "ẞß"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		words := vault.Fold(s)
		if again := vault.Fold(strings.Join(words, " ")); !slices.Equal(words, again) {
			t.Errorf("%+q folds to %+q, which folds to %+q", s, words, again)
		}
		if len(words) > 16 || slices.Contains(words, "") {
			t.Errorf("%+q folds to %+q", s, words)
		}
	})
}
