package charts

import (
	"context"
	"strings"
	"testing"

	"znak/locales"
	"znak/models"
	"znak/models/checklist"
	"znak/models/trends"
	"znak/models/trends/trendstest"
)

func words(t *testing.T, lang locales.Lang) Words {
	t.Helper()
	texts, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	lists, err := checklist.Load()
	if err != nil {
		t.Fatal(err)
	}
	names, err := NewNames(texts, lists.Versions())
	if err != nil {
		t.Fatal(err)
	}
	return names.In(lang)
}

func sexes(f, m, unknown float64) *trends.Panel {
	p := &trends.Panel{ID: trends.PanelSex, Table: trends.Table{ID: trends.TableSex, ColDim: trends.TableSex}}
	for i, n := range []float64{f, m, unknown} {
		c := trends.Cell{Period: "2024-25", Table: trends.TableSex, RowCode: trends.CountryCode, ColDim: trends.TableSex, ColCode: []string{"f", "m", "unknown"}[i],
			Measure: trends.Referrals, Value: n, Status: trends.Shown}
		if n == 0 {
			c.Status = trends.Hidden
		}
		p.Cells = append(p.Cells, c)
	}
	return p
}

func years(begun ...string) *trends.Panel {
	p := &trends.Panel{ID: trends.PanelByYear, Table: trends.Table{ID: trends.TableTotal}, Kind: trends.SchoolYear, Begun: begun}
	for i, code := range []string{"2024-25", "2025-26"} {
		p.Cells = append(p.Cells, trends.Cell{Period: code, Table: trends.TableTotal, RowCode: trends.CountryCode, Measure: trends.Referrals,
			Value: float64(120 + 260*i), Status: trends.Shown})
	}
	return p
}

// A headline states what is known, in correct words, and no more: beside a
// hidden figure the largest that is shown is not called the largest.
func TestHeadlinesSayNoMoreThanWhatIsShown(t *testing.T) {
	for name, x := range map[string]struct {
		lang  locales.Lang
		panel *trends.Panel
		want  string
	}{
		"all shown":   {locales.Cyrillic, sexes(21, 22, 35), "Највише: пол непознат – око 35 пријава. Затим: мушки пол – око 22 пријаве."},
		"one":         {locales.Cyrillic, sexes(21, 11, 15), "Највише: женски пол – око 21 пријава. Затим: пол непознат – око 15 пријава."},
		"some hidden": {locales.Cyrillic, sexes(0, 0, 20), "Међу објављеним бројкама највећа: пол непознат – око 20 пријава."},
		"growth":      {locales.English, years(), "School year 2025/26 – about 380 referrals, more than a year before (about 120)."},
		"first year":  {locales.English, years("2024-25"), "School year 2025/26 – about 380 referrals."},
		"latin":       {locales.Latin, sexes(0, 25, 0), "Među objavljenim brojkama najveća: muški pol – oko 25 prijava."},
		"english":     {locales.English, sexes(0, 25, 20), "Largest of the published figures: male – about 25 referrals. Then: sex unknown – about 20 referrals."},
	} {
		if got := words(t, x.lang).headline(x.panel); got != x.want {
			t.Errorf("%s: %q, want %q", name, got, x.want)
		}
	}
}

// Every part of every view has its words in each language, and no drawing
// leaves its frame.
func TestEveryDrawingStaysInItsFrame(t *testing.T) {
	for _, lang := range locales.All {
		w := words(t, lang)
		for _, dim := range append([]string{""}, trends.Dimensions...) {
			v, err := trendstest.Example().View(context.Background(), models.Actor{Role: models.RoleMinistry}, trends.Query{Dimension: dim})
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range w.Board(v).Sections {
				for _, p := range s.Panels {
					for _, ch := range p.Charts {
						checkDrawing(t, ch)
						if !IsChart(ch.ID) {
							t.Errorf("%s cannot be asked for", ch.ID)
						}
					}
				}
			}
		}
	}
}

func checkDrawing(t *testing.T, ch *Chart) {
	t.Helper()
	for _, b := range ch.Bars {
		if b.X < 0 || b.Y < 0 || b.X+b.W > ch.W || b.Y+b.H > ch.H || b.W < 1 || b.H < 1 {
			t.Errorf("%s: the bar %q leaves the frame: %+v of %d × %d", ch.ID, b.Title, b, ch.W, ch.H)
		}
	}
	for _, x := range ch.Texts {
		wide := 7 * len([]rune(x.Text)) // what a letter takes at most in the mean
		left := x.X
		if x.Anchor == "middle" {
			left -= wide / 2
		} else if x.Anchor == "end" {
			left -= wide
		}
		if x.Text == "" || x.Y < 0 || x.Y > ch.H || left < -8 || left+wide > ch.W+8 {
			t.Errorf("%s: the text %q leaves the frame: %+v", ch.ID, x.Text, x)
		}
	}
}

func TestLongNamesBreakBetweenWords(t *testing.T) {
	lines := wrap("Деца мигранти, деца избеглице и деца без пратње", 40)
	if strings.Join(lines, "|") != "Деца мигранти, деца избеглице и деца без|пратње" {
		t.Errorf("%q", lines)
	}
}
