// Package trendstest holds figures for tests of what shows them.
package trendstest

import (
	"context"
	"encoding/json"
	"hash/fnv"
	"slices"
	"time"

	"znak/models"
	"znak/models/trends"
)

// Groups are the sign groups of the example.
var Groups = []string{"physical-health", "behaviour-emotional", "attendance-performance", "family-living", "movement-control-documents",
	"online-recruitment", "labour-begging-crime", "sexual-exploitation", "child-marriage", "migrant-unaccompanied", "disclosure"}

// Example returns invented figures of two school years with their quarters and
// months: most of Belgrade and of the country is shown, little of small
// districts, and some months have no release. They are invented cell by cell
// and do not add up; for figures that do, make a release.
func Example() *trends.Figures {
	f, err := trends.NewFigures(example(), Groups)
	if err != nil {
		panic(err) // the table of areas is built in
	}
	return f
}

// Empty returns figures of which none is released yet.
func Empty() *trends.Figures {
	f, err := trends.NewFigures(&memory{}, Groups)
	if err != nil {
		panic(err)
	}
	return f
}

// memory holds released cells.
type memory struct {
	releases []models.FigureRelease
	cells    []models.FigureCell
}

func (m *memory) FigureReleases(_ context.Context, a models.Actor) ([]models.FigureRelease, error) {
	if a.Role != models.RoleMinistry && a.Role != models.RoleCoordinator {
		return nil, models.ErrNotFound
	}
	return m.releases, nil
}

func (m *memory) FigureCells(_ context.Context, a models.Actor, periods, areas, tables []string) (out []models.FigureCell, err error) {
	for _, c := range m.cells {
		own := a.Role == models.RoleMinistry || a.DistrictID == models.NationalDesk || c.Area == a.DistrictID
		if own && slices.Contains(periods, c.Period) && slices.Contains(areas, c.Area) && slices.Contains(tables, c.Figure) {
			out = append(out, c)
		}
	}
	return out, nil
}

func example() *memory {
	m := &memory{}
	for _, year := range []string{"2024-25", "2025-26"} {
		y, _ := trends.ParsePeriod(year)
		m.release(y, 1)
		for q := range 4 {
			quarter, _ := trends.ParsePeriod(year + "-Q" + string(rune('1'+q)))
			m.release(quarter, []float64{0.3, 0.25, 0.3, 0.15}[q])
		}
	}
	month, _ := trends.ParsePeriod("2024-09")
	for i := range 25 {
		if i != 10 && i != 11 {
			m.release(month, 0.09)
		}
		month = month.Next()
	}
	return m
}

// release invents one; share is that of a school year.
func (m *memory) release(p trends.Period, share float64) {
	last, _ := time.Parse(time.DateOnly, p.Last)
	record, _ := json.Marshal(trends.Record{Cells: 900, Shown: 250, Small: 560, Protecting: 90, NotReleased: 120, Rounds: 2,
		Months: map[trends.Kind]int{trends.SchoolYear: 12, trends.Quarter: 3, trends.Month: 1}[p.Kind]})
	r := models.FigureRelease{ID: "example-" + p.Code, Period: p.Code, Kind: string(p.Kind), FirstDay: p.First, LastDay: p.Last,
		ReleasedAt: models.StampOf(last.AddDate(0, 0, 31)), Threshold: 10, Base: 5, Record: string(record)}
	m.releases = append(m.releases, r)
	areas, _ := trends.Areas()
	weights := map[string]float64{trends.CountryCode: 1, "r-beograd": 0.32, "r-vojvodina": 0.26, "r-sumadija": 0.2, "r-jug-istok": 0.2, "beograd": 0.32,
		"novi-sad": 0.15, "nis": 0.1, "zrenjanin": 0.06, "leskovac": 0.05}
	for _, t := range trends.Tables(Groups) {
		for _, a := range areas {
			if !t.Made(a.Level, p.Kind) {
				continue
			}
			total := 420 * share * max(weights[a.Code], 0.01)
			if last.Year() > 2025 || last.Year() == 2025 && last.Month() > 8 {
				total *= 1.3
			}
			if total < 10 && t.ID != trends.TableTotal {
				continue
			}
			for i, code := range t.Codes {
				m.cells = append(m.cells, cell(r, a.Code, t.ID, code, total*portion(t.ID, i)*wobble(p.Code+a.Code+t.ID+code)))
			}
		}
	}
}

// portion is the share that the i-th value of a table has of all.
func portion(table string, i int) float64 {
	shares := map[string][]float64{
		trends.TableTotal: {1}, trends.TableDecided: {0.4},
		trends.TableUrgency: {0.35, 0.06, 0.65}, trends.TableAge: {0.08, 0.3, 0.36, 0.2, 0.03, 0.03}, trends.TableSex: {0.6, 0.36, 0.04},
		trends.TableRole: {0.7, 0.3}, trends.TableSchool: {0.66, 0.29, 0.05, 0}, trends.TableFunnel: {0.95, 0.7, 0.66, 0.4},
		trends.TableOutcome: {0.14, 0.16, 0.08, 0.02}, trends.TableGroup: {0.3, 0.5, 0.45, 0.4, 0.1, 0.22, 0.25, 0.12, 0.1, 0.03, 0.35},
	}
	return shares[table][i]
}

// wobble is a number near 1 that a text has.
func wobble(text string) float64 {
	h := fnv.New32a()
	h.Write([]byte(text))
	return 0.85 + 0.3*float64(h.Sum32()%1000)/1000
}

func cell(r models.FigureRelease, area, table, code string, count float64) models.FigureCell {
	c := models.FigureCell{ReleaseID: r.ID, Period: r.Period, Area: area, Figure: table, Code: code, Status: string(trends.Hidden)}
	if n := int64(count); n >= 10 && int(wobble(area+code+r.Period)*1000)%9 != 0 {
		c.Status, c.Value = string(trends.Shown), (n+2)/5*5
	}
	return c
}
