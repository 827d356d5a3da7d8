package models_test

import (
	"bytes"
	"math/big"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"znak/models"
)

const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// sevens draws the seven characters that count.
func sevens(t *rapid.T) string {
	return rapid.StringOfN(rapid.SampledFrom([]rune(alphabet)), 7, 7, 7).Draw(t, "seven")
}

// written is the reference that the documented rule gives: the first seven
// characters as a base-32 number, modulo 31, in the same alphabet.
func written(seven string) string {
	n := new(big.Int)
	for _, c := range seven {
		n.Mul(n, big.NewInt(32)).Add(n, big.NewInt(int64(strings.IndexRune(alphabet, c))))
	}
	check := alphabet[n.Mod(n, big.NewInt(31)).Int64()]
	return "ZN-" + seven[:4] + "-" + seven[4:] + string(check)
}

func TestReferenceFollowsTheDocumentedRule(t *testing.T) {
	form := regexp.MustCompile(`^ZN-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$`)
	seen := map[string]bool{}
	for range 2000 {
		ref := models.NewReference()
		plain := strings.ReplaceAll(strings.TrimPrefix(ref, "ZN-"), "-", "")
		if !form.MatchString(ref) || ref != written(plain[:7]) || seen[ref] {
			t.Fatalf("reference %s, want %s", ref, written(plain[:7]))
		}
		seen[ref] = true
	}
	if got := models.ReferenceFrom(bytes.NewReader(make([]byte, 7))); got != "ZN-0000-0000" {
		t.Errorf("from zeros: %s", got)
	}
}

// same says whether the check counts two characters as one: modulo 31 the
// first and the last of 32 are the same.
func same(a, b byte) bool { return a == b || a == '0' && b == 'Z' || a == 'Z' && b == '0' }

func TestReferenceCatchesOneWrongCharacter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ref := written(sevens(t))
		if got, ok := models.ParseReference(ref); !ok || got != ref {
			t.Fatalf("%s does not parse: %s", ref, got)
		}
		for i := 3; i < len(ref); i++ {
			for _, c := range []byte(alphabet) {
				if ref[i] == '-' || same(c, ref[i]) {
					continue
				}
				if wrong := ref[:i] + string(c) + ref[i+1:]; parses(wrong) {
					t.Fatalf("%s passes for %s", wrong, ref)
				}
			}
		}
	})
}

func parses(s string) bool {
	_, ok := models.ParseReference(s)
	return ok
}

func TestReferenceAsPeopleTypeIt(t *testing.T) {
	ref := written("10A1B0C")
	for _, typed := range []string{ref, strings.ToLower(ref), strings.ReplaceAll(ref, "-", ""), strings.ReplaceAll(ref, "-", " "),
		"  " + ref + "\n", strings.TrimPrefix(ref, "ZN-"), "zn-lOai-bo" + strings.ToLower(ref[10:]), strings.ReplaceAll(ref[3:], "-", "")} {
		if got, ok := models.ParseReference(typed); !ok || got != ref {
			t.Errorf("%q is read as %q, %v; want %s", typed, got, ok, ref)
		}
	}
	for _, typed := range []string{"", "ZN-", "ZN", "ZN-0000-000", "ZN-0000-00000", "ZN-0000-000U", "ЗН-0000-0000", "ZN-0000-000\x00", "ZN-0000-000'"} {
		if got, ok := models.ParseReference(typed); ok {
			t.Errorf("%q passes as %s", typed, got)
		}
	}
}

func TestParseReferenceNeverFallsOver(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		typed := rapid.String().Draw(t, "typed")
		if ref, ok := models.ParseReference(typed); ok && !parses(ref) {
			t.Fatalf("%q gives %q, which does not parse", typed, ref)
		}
	})
}
