package trends_test

import (
	"errors"
	"net/url"
	"testing"

	"znak/models"
	"znak/models/trends"
	"znak/models/trends/trendstest"
)

var ministry = models.Actor{ID: "m", Role: models.RoleMinistry}

func TestPeriodsNestInTheirSchoolYear(t *testing.T) {
	for code, want := range map[string][3]string{
		"2024-25":    {"2024-09-01", "2025-08-31", "2024-25"},
		"2024-25-Q1": {"2024-09-01", "2024-11-30", "2024-25"},
		"2024-25-Q4": {"2025-06-01", "2025-08-31", "2024-25"},
		"2025-08":    {"2025-08-01", "2025-08-31", "2024-25"},
		"2025-09":    {"2025-09-01", "2025-09-30", "2025-26"},
		"2024-02":    {"2024-02-01", "2024-02-29", "2023-24"},
	} {
		p, err := trends.ParsePeriod(code)
		if err != nil || p.Code != code || p.First != want[0] || p.Last != want[1] || p.Within(trends.SchoolYear).Code != want[2] {
			t.Errorf("%s: %+v, %v", code, p, err)
		}
	}
	for _, code := range []string{"", "2024", "2024-26", "2024-25-Q5", "2024-13", "2024-25-Q", "next", "2024-9"} {
		if p, err := trends.ParsePeriod(code); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("%q is %+v, %v", code, p, err)
		}
	}
}

// TestAnAddressComesBack: what a view says is its address shows the same.
func TestAnAddressComesBack(t *testing.T) {
	f := trendstest.Example()
	v, err := f.View(t.Context(), ministry, trends.Query{Area: "nis", Dimension: trends.TableGroup})
	if err != nil {
		t.Fatal(err)
	}
	back, err := url.ParseQuery(v.Query.String())
	if err != nil {
		t.Fatal(err)
	}
	q, err := trends.ParseQuery(back)
	if err != nil || q != v.Query || q.Period == "" || q.AsOf == "" {
		t.Errorf("%+v is not %+v, %v", q, v.Query, err)
	}
	early, err := f.View(t.Context(), ministry, trends.Query{AsOf: "20250401T000000Z"})
	if err != nil || early.Period.Last > "2025-03-31" || len(early.Releases) == 0 {
		t.Errorf("as of the spring of 2025 it shows %+v, %v", early.Period, err)
	}
}

// TestTheLadderSaysWhy: a month with too little shows a longer period or a
// wider area, and says that it does.
func TestTheLadderSaysWhy(t *testing.T) {
	f := trendstest.Example()
	for _, c := range []struct {
		q    trends.Query
		id   trends.PanelID
		want trends.Reason
	}{
		{trends.Query{}, trends.PanelKeySubmitted, ""},
		{trends.Query{Area: "ranilug"}, trends.PanelKeySubmitted, trends.TooFew},
		{trends.Query{Period: "2025-07"}, trends.PanelKeySubmitted, trends.NotOver},
		{trends.Query{Period: "2025-26", Area: "beograd"}, trends.PanelAge, trends.NotMade},
	} {
		v, err := f.View(t.Context(), ministry, c.q)
		if err != nil {
			t.Fatal(err)
		}
		p := v.Panel(c.id)
		moved := p.Period.Code != v.Period.Code || p.Area.Code != v.Area.Code
		if p.Climbed != c.want || moved != (c.want != "") || p.Empty() {
			t.Errorf("%+v: %s shows %s of %s, %q", c.q, c.id, p.Period.Code, p.Area.Code, p.Climbed)
		}
	}
}

// TestTheRuleCanOnlyBeRaised.
func TestTheRuleCanOnlyBeRaised(t *testing.T) {
	for r, good := range map[trends.Rule]bool{{Threshold: 10, Base: 5}: true, {Threshold: 20, Base: 10}: true, {Threshold: 9, Base: 3}: false,
		{Threshold: 10, Base: 1}: false, {Threshold: 5, Base: 5}: false, {Threshold: 12, Base: 5}: false, {Threshold: 600, Base: 5}: false} {
		if err := r.Check(); (err == nil) != good {
			t.Errorf("%+v: %v", r, err)
		}
	}
}
