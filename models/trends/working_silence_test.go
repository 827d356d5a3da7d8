package trends

import (
	"slices"
	"testing"
)

func TestSilentDistricts(t *testing.T) {
	const s, h, n = QuarterShown, QuarterHidden, QuarterNotReleased
	got := SilentDistricts(map[string][]QuarterStatus{
		"four hidden":          {h, h, h, h},
		"hidden of late":       {s, s, h, h, h, h},
		"one is still open":    {h, h, h, h, n},
		"last one heard":       {h, h, h, h, s},
		"heard a year ago":     {s, h, h, h},
		"three only":           {h, h, h},
		"one was not released": {h, h, h, n},
		"nothing known":        nil,
		"a status of tomorrow": {h, h, h, "merged"},
	})
	if want := []string{"four hidden", "hidden of late", "one is still open"}; !slices.Equal(got, want) {
		t.Errorf("silent are %v, want %v", got, want)
	}
}
