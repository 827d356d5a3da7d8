package handlers

import (
	"context"
	"slices"
	"testing"
	"time"

	"znak/models"
	"znak/models/trends"
	"znak/models/trends/trendstest"
)

// fewReferrals are the figures of a year with 20 referrals: of the school years
// the totals of the country, everything else hidden or not made.
type fewReferrals struct{ more []string }

var fewTotals = map[string]int64{trends.TableTotal: 20, trends.TableFunnel + trends.CodeForwarded: 15, trends.TableDecided: 10}

func (f fewReferrals) FigureReleases(context.Context, models.Actor) (out []models.FigureRelease, err error) {
	for _, code := range append([]string{"2024-25", "2024-25-Q3", "2024-25-Q4", "2025-26", "2025-26-Q1"}, f.more...) {
		p, err := trends.ParsePeriod(code)
		if err != nil {
			return nil, err
		}
		last, err := time.Parse(time.DateOnly, p.Last)
		if err != nil {
			return nil, err
		}
		out = append(out, models.FigureRelease{ID: "few-" + code, Period: code, Kind: string(p.Kind), FirstDay: p.First, LastDay: p.Last,
			ReleasedAt: models.StampOf(last.AddDate(0, 0, 20)), Threshold: 10, Base: 5, Record: `{"cells":40,"shown":3,"small":37}`})
	}
	return out, nil
}

func (f fewReferrals) FigureCells(ctx context.Context, a models.Actor, periods, areas, tables []string) (out []models.FigureCell, err error) {
	releases, err := f.FigureReleases(ctx, a)
	if err != nil {
		return nil, err
	}
	all, err := trends.Areas()
	for _, r := range releases {
		for _, t := range trends.Tables(trendstest.Groups) {
			for _, area := range all {
				for _, code := range t.Codes {
					if !slices.Contains(periods, r.Period) || !slices.Contains(areas, area.Code) || !slices.Contains(tables, t.ID) {
						continue
					}
					c := models.FigureCell{ReleaseID: r.ID, Period: r.Period, Area: area.Code, Figure: t.ID, Code: code, Status: string(trends.Hidden)}
					if n := fewTotals[t.ID+code]; n > 0 && area.Code == trends.CountryCode && r.Kind == string(trends.SchoolYear) {
						c.Status, c.Value = string(trends.Shown), n
					}
					out = append(out, c)
				}
			}
		}
	}
	return out, err
}

// withFew makes the site show the figures of few referrals, with more periods
// released if any are named.
func (s *site) withFew(t *testing.T, more ...string) {
	t.Helper()
	few, err := trends.NewFigures(fewReferrals{more}, trendstest.Groups)
	s.must(err)
	s.h.Figures = few
}
