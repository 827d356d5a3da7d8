package handlers

import (
	"slices"

	"znak/handlers/charts"
	"znak/models/trends"
)

// Filter is one thing to choose by, as links.
type Filter struct {
	Key     string // message key
	Choices []Choice
}

// Choice leads to the figures of one choice, the others as they are.
type Choice struct {
	Text    string
	Href    string
	Current bool
}

// filters lists what exists: released periods, the reader's areas, the
// dimensions. pinned keeps the bound of what was published later.
func filters(cat *trends.Catalogue, v *trends.View, w charts.Words, pinned bool) []Filter {
	base, releases := v.Query, cat.Releases
	if pinned {
		releases = slices.DeleteFunc(slices.Clone(releases), func(r *trends.Release) bool { return madeAt(r) > v.Query.AsOf })
	} else {
		base.AsOf = ""
	}
	link := func(change func(*trends.Query)) string {
		q := base
		change(&q)
		return "/trends?" + q.String()
	}
	out := periodFilters(releases, v, w, link)
	var areas, districts, by []Choice
	for _, a := range cat.Areas {
		choice := Choice{w.Short(a.Code), link(func(q *trends.Query) { q.Area = a.Code }), a.Code == v.Area.Code}
		if a.Level == trends.District {
			districts = append(districts, choice)
		} else {
			areas = append(areas, choice)
		}
	}
	for _, d := range append([]string{""}, trends.Dimensions...) {
		by = append(by, Choice{w.Dimension(d), link(func(q *trends.Query) { q.Dimension = d }), d == v.Query.Dimension})
	}
	if len(cat.Areas) > 1 {
		out = append(out, Filter{"trends.pick_area", areas}, Filter{"trends.pick_district", districts})
	}
	return append(out, Filter{"trends.pick_by", by})
}

// periodFilters lists the school years in which anything is released, and the
// released quarters and months of the year in view.
func periodFilters(releases []*trends.Release, v *trends.View, w charts.Words, link func(func(*trends.Query)) string) []Filter {
	if v.Period.IsZero() {
		return nil
	}
	by := map[trends.Kind][]Choice{}
	seen := map[string]bool{}
	year := v.Period.Within(trends.SchoolYear).Code
	for _, r := range releases { // the newest first; a year stands before its parts
		of := r.Period.Within(trends.SchoolYear)
		if r.Period.Kind == trends.SchoolYear || !seen[of.Code] && !released(releases, of.Code) {
			seen[of.Code] = true
			by[trends.SchoolYear] = append(by[trends.SchoolYear], Choice{w.Year(of), link(func(q *trends.Query) { q.Period = r.Period.Code }), year == of.Code})
		}
		if r.Period.Kind != trends.SchoolYear && of.Code == year {
			by[r.Period.Kind] = append(by[r.Period.Kind], Choice{w.Brief(r.Period), link(func(q *trends.Query) { q.Period = r.Period.Code }), r.Period.Code == v.Period.Code})
		}
	}
	var out []Filter
	for _, f := range []struct {
		kind trends.Kind
		key  string
	}{{trends.SchoolYear, "trends.pick_year"}, {trends.Quarter, "trends.pick_quarter"}, {trends.Month, "trends.pick_month"}} {
		if choices := by[f.kind]; len(choices) > 0 {
			slices.Reverse(choices)
			out = append(out, Filter{f.key, choices})
		}
	}
	return out
}

func released(releases []*trends.Release, period string) bool {
	return slices.ContainsFunc(releases, func(r *trends.Release) bool { return r.Period.Code == period })
}
