package trends_test

import (
	"slices"
	"testing"

	"znak/models"
	"znak/models/trends"
	"znak/models/trends/trendstest"
)

// What is said of a district's quarters is what the reader of figures would
// see, quarter for quarter, the newest last.
func TestQuartersAreThoseReleased(t *testing.T) {
	f := trendstest.Example()
	quarters, err := f.Quarters(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ministry := models.Actor{ID: "ministry", Role: models.RoleMinistry}
	catalogue, err := f.Catalogue(t.Context(), ministry)
	if err != nil {
		t.Fatal(err)
	}
	var codes []string
	for _, r := range catalogue.Releases {
		if r.Period.Kind == trends.Quarter {
			codes = append(codes, r.Period.Code)
		}
	}
	slices.Reverse(codes)
	if len(codes) < 4 || len(quarters) < 18 {
		t.Fatalf("%d quarters of %d districts", len(codes), len(quarters))
	}
	seen := map[trends.QuarterStatus]bool{}
	for district, of := range quarters {
		if len(of) != len(codes) {
			t.Fatalf("%s: %d of %d quarters", district, len(of), len(codes))
		}
		for i, code := range codes {
			seen[of[i]] = true
			v, err := f.View(t.Context(), ministry, trends.Query{Period: code, Area: district})
			if err != nil {
				t.Fatal(err)
			}
			shown := false
			for _, p := range v.Panels {
				for _, c := range p.Cells {
					shown = shown || c.Table == trends.TableTotal && c.Period == code && c.RowCode == district && c.ColCode == "" && c.Measure == p.Table.Measure && c.Status == trends.Shown
				}
			}
			if shown != (of[i] == trends.QuarterShown) {
				t.Errorf("%s in %s: shown is %v, said is %s", district, code, shown, of[i])
			}
		}
	}
	if !seen[trends.QuarterShown] || !seen[trends.QuarterHidden] {
		t.Errorf("the example has only %v", seen)
	}
}
