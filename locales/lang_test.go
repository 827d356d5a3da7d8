package locales

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestParse(t *testing.T) {
	for _, l := range All {
		if got, ok := Parse(string(l)); !ok || got != l {
			t.Errorf("Parse(%q) = %q, %v", l, got, ok)
		}
	}
	for _, s := range []string{"", "SR", "sr-Cyrl", "sr-latn", "de", "en-GB", "../en"} {
		if got, ok := Parse(s); ok || got != "" {
			t.Errorf("Parse(%q) = %q, %v, want nothing", s, got, ok)
		}
	}
}

func TestEachLanguageNamesItself(t *testing.T) {
	if Cyrillic.Name() != "Ћирилица" || Latin.Name() != "Latinica" || English.Name() != "English" {
		t.Error(Cyrillic.Name(), Latin.Name(), English.Name())
	}
}

func TestNegotiate(t *testing.T) {
	tests := []struct {
		header string
		want   Lang
	}{
		{"", Cyrillic},
		{"sr", Cyrillic},
		{"SR-rs", Cyrillic},
		{"sr-Cyrl", Cyrillic},
		{"sr-Cyrl-ME", Cyrillic},
		{"sr-BA", Cyrillic},
		{"bs-Cyrl", Cyrillic},
		{"sr-Latn", Latin},
		{"sr-latn-RS", Latin},
		{"sr_Latn_RS", Latin},
		{"sr-ME", Latin},
		{"hr", Latin},
		{"hr-HR,hr;q=0.9,en;q=0.8", Latin},
		{"bs-BA", Latin},
		{"cnr", Latin},
		{"cnr-ME", Latin},
		{"sh", Latin},
		{"en", English},
		{"en-GB,en;q=0.9", English},
		{"enm", Cyrillic},
		{"de-DE,de;q=0.9", Cyrillic},
		{"de,en;q=0.3", English},
		{"de,*;q=0.5,en;q=0.3", Cyrillic},
		{"en;q=0.8,sr;q=0.9", Cyrillic},
		{"en;q=0.9,sr;q=0.8", English},
		{"en,sr", English},
		{"hu,sr-Latn;q=0.7,sr;q=0.6,en;q=0.5", Latin},
		{" en ; Q=0.5 , sr-Latn ; q = 0.6", Latin},
		{"sr;q=0", Cyrillic},
		{"sr;q=0,en;q=0.1", English},
		{"sr;q=0,*", Latin},
		{"sr;q=0,sr-Latn;q=0.000,*;q=0.001", English},
		{"en;q=0,*", Cyrillic},
		{"en;q=0.1,en-GB;q=0.9,sr;q=0.5", English},
		{"*", Cyrillic},
		{"en;q=2", Cyrillic},
		{"en;q=1.001", Cyrillic},
		{"en;q=NaN", Cyrillic},
		{"en;q=+1", Cyrillic},
		{"en;q=0.1234", Cyrillic},
		{"en;q=", Cyrillic},
		{"en;q", Cyrillic},
		{"en;level=1", Cyrillic},
		{"en;q=-0.5,sr-Latn;q=0.1", Latin},
		{",;,=,;q=1,en", English},
		{"e\x00n,\xff\xfe,sr-Latn", Latin},
		{strings.Repeat("a", 5000) + ",en", Cyrillic},
		{"en," + strings.Repeat("a-", 5000), English},
		{strings.Repeat(",", 100) + "en", Cyrillic},
		{strings.Repeat("de, ", 255) + "en-GB,en;q=0.9", Cyrillic},
	}
	for _, tt := range tests {
		if got := Negotiate(tt.header); got != tt.want {
			t.Errorf("Negotiate(%.60q) = %q, want %q", tt.header, got, tt.want)
		}
	}
}

func TestNegotiateAlwaysAnswers(t *testing.T) {
	piece := rapid.SampledFrom([]string{"sr", "en", "hr", "-", "Latn", "ME", ";", "q", "=", "0", "1", ".", ",", "*", " ", "\x80"})
	rapid.Check(t, func(t *rapid.T) {
		header := strings.Join(rapid.SliceOf(piece).Draw(t, "pieces"), "") + rapid.String().Draw(t, "rest")
		if _, ok := Parse(string(Negotiate(header))); !ok {
			t.Fatalf("%q gives no language", header)
		}
	})
}

func FuzzNegotiate(f *testing.F) {
	f.Add("sr-Latn;q=0.5,en;q=0")
	f.Add("a-a-a-a-a-u-x-*;q=1.")
	f.Fuzz(func(t *testing.T, header string) {
		if _, ok := Parse(string(Negotiate(header))); !ok {
			t.Fatalf("%q gives no language", header)
		}
	})
}
