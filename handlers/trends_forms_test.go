package handlers

import (
	"encoding/csv"
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/xuri/excelize/v2"

	"znak/locales"
	"znak/models/store/storetest"
	"znak/models/trends"
)

// The same figures stand in every form, to the last digit, in each language.
func TestEveryFormHasTheSameFigures(t *testing.T) {
	s := newSite(t)
	c := s.as(storetest.Ministry)
	for i, query := range []string{"by=group", "by=sex&period=2025-26-Q1&area=novi-sad", "period=2025-03&area=sombor&by=outcome", "period=2025-26-Q1"} {
		if i == 3 {
			s.withFew(t)
		}
		lang := locales.All[i%len(locales.All)]
		c.get("/language/" + string(lang) + "?next=/help")
		t.Run(query, func(t *testing.T) { compareForms(t, c, lang, query) })
	}
}

func compareForms(t *testing.T, c *client, lang locales.Lang, query string) {
	page := c.get("/trends?" + query).wants(200)
	asked, err := url.ParseQuery(query)
	c.s.must(err)
	q, err := trends.ParseQuery(asked)
	c.s.must(err)
	v, err := c.s.h.Figures.View(t.Context(), c.s.Actor(storetest.Ministry), q)
	c.s.must(err)
	_, body := c.raw(c.request("GET", "/trends.csv?"+query, nil))
	rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	c.s.must(err)
	checkRows(t, v, rows)
	_, sheet := c.raw(c.request("GET", "/trends.xlsx?"+query, nil))
	book, err := excelize.OpenReader(strings.NewReader(sheet))
	c.s.must(err)
	lines, err := book.GetRows(book.GetSheetName(0))
	c.s.must(err)
	if !slices.EqualFunc(lines, rows, func(x, y []string) bool { return strings.Join(x, "|") == strings.Join(y, "|") }) {
		t.Error("the spreadsheet differs from the CSV")
	}
	_, answer := c.raw(c.request("GET", "/trends.json?"+query, nil))
	checkAnswer(t, v, answer)
	for _, p := range v.Panels {
		checkPanel(t, lang, page, p)
	}
	print := c.get("/trends/print?" + query).wants(200)
	for _, p := range v.Panels {
		checkPanel(t, lang, print, p)
	}
	for form, text := range map[string]string{"page": page.Text(), "CSV": body, "JSON": answer, "print": print.Text()} {
		if key := messageKey.FindString(text); key != "" {
			t.Errorf("%s shows the key %s", form, key)
		}
	}
	if print.Find("details:not([open])").Length() > 0 {
		t.Error("on the page to print something is folded")
	}
}

// messageKey is what a message that does not exist leaves on a page.
var messageKey = regexp.MustCompile(`\b(trends|open|start)\.[a-z_]+`)

// cellKey is what a figure is of.
func cellKey(c trends.Cell) string {
	return strings.Join([]string{c.Release, c.Period, c.Table, c.RowDim, c.RowCode, c.ColDim, c.ColCode, string(c.Measure)}, "|")
}

func cellValue(c trends.Cell) string {
	if c.Status != trends.Shown {
		return " " + string(c.Status)
	}
	return strconv.FormatFloat(c.Value, 'f', -1, 64) + " " + string(c.Status)
}

// checkRows holds the rows of a file against the view: every cell once.
func checkRows(t *testing.T, v *trends.View, rows [][]string) {
	t.Helper()
	if got := strings.Join(rows[0], ","); got != "release,period,table,row_dim,row_code,row_name,col_dim,col_code,col_name,measure,value,status" {
		t.Fatalf("columns %s", got)
	}
	got := map[string]string{}
	for _, r := range rows[1:] {
		key := strings.Join([]string{r[0], r[1], r[2], r[3], r[4], r[6], r[7], r[9]}, "|")
		if _, twice := got[key]; twice {
			t.Errorf("%s stands twice", key)
		}
		if r[5] == "" || r[8] == "" {
			t.Errorf("%s has no names", key)
		}
		got[key] = r[10] + " " + r[11]
	}
	want := map[string]string{}
	for _, p := range v.Panels {
		for _, c := range p.Cells {
			want[cellKey(c)] = cellValue(c)
		}
	}
	for key, value := range want {
		if got[key] != value {
			t.Errorf("CSV: %s is %q, not %q", key, got[key], value)
		}
	}
	if len(got) != len(want) {
		t.Errorf("CSV has %d figures, the view %d", len(got), len(want))
	}
}

func checkAnswer(t *testing.T, v *trends.View, answer string) {
	t.Helper()
	var doc struct {
		Panels []struct {
			ID    string
			Cells []struct {
				Release, Period, Table, Measure, Status string
				RowDim                                  string `json:"row_dim"`
				RowCode                                 string `json:"row_code"`
				ColDim                                  string `json:"col_dim"`
				ColCode                                 string `json:"col_code"`
				Value                                   *float64
			}
		}
	}
	if err := json.Unmarshal([]byte(answer), &doc); err != nil {
		t.Fatal(err)
	}
	if len(doc.Panels) != len(v.Panels) {
		t.Fatalf("JSON has %d parts, not %d", len(doc.Panels), len(v.Panels))
	}
	for i, p := range v.Panels {
		for j, c := range p.Cells {
			got := doc.Panels[i].Cells[j]
			value := " " + got.Status
			if got.Value != nil {
				value = strconv.FormatFloat(*got.Value, 'f', -1, 64) + value
			}
			key := strings.Join([]string{got.Release, got.Period, got.Table, got.RowDim, got.RowCode, got.ColDim, got.ColCode, got.Measure}, "|")
			if key != cellKey(c) || value != cellValue(c) {
				t.Errorf("JSON: %s is %q, not %s %q", key, value, cellKey(c), cellValue(c))
			}
		}
	}
}

// inWords is a figure as the language writes it.
func inWords(lang locales.Lang, c trends.Cell) string {
	switch {
	case c.Status == trends.Hidden:
		return "*"
	case c.Status == trends.NotReleased:
		return "–"
	case c.Measure == trends.Rate || c.Measure == trends.Change:
		return locales.Decimal(lang, c.Value, 1)
	}
	return locales.Number(lang, int(c.Value))
}

// checkPanel holds a part's table and its charts against the view.
func checkPanel(t *testing.T, lang locales.Lang, page *reply, p *trends.Panel) {
	t.Helper()
	if strings.HasPrefix(string(p.ID), "key-") {
		checkKey(t, lang, page, p)
		return
	}
	section := page.Find("section.panel#" + string(p.ID))
	if p.Empty() {
		if section.Length() > 0 {
			t.Errorf("%s shows nothing, and is a part of the page", p.ID)
		}
		return
	}
	var want, table []string
	for _, c := range p.Cells {
		if p.ID != trends.PanelDistrictGroup || c.Status == trends.Shown { // its rows without a figure are left out
			want = append(want, inWords(lang, c))
		}
	}
	section.Find("tbody td").Each(func(_ int, e *goquery.Selection) {
		if sign := e.Find("[aria-hidden]"); sign.Length() > 0 {
			if p.ID != trends.PanelDistrictGroup {
				table = append(table, sign.Text())
			}
			return
		}
		table = append(table, e.Text())
	})
	if !slices.Equal(table, want) {
		t.Errorf("%s: the table has %q, the view %q", p.ID, table, want)
	}
	if p.ID != trends.PanelDistrictGroup {
		checkCharts(t, lang, section, p)
	}
}

// checkCharts holds what the bars are called against the view: one bar with
// its figure for each that is shown, and none that looks like a figure else.
func checkCharts(t *testing.T, lang locales.Lang, section *goquery.Selection, p *trends.Panel) {
	t.Helper()
	var want, got []string
	hidden := 0
	for _, c := range p.Cells {
		if c.Status == trends.Shown {
			want = append(want, inWords(lang, c))
		} else {
			hidden++
		}
	}
	section.Find("svg rect.bar title").Each(func(_ int, e *goquery.Selection) {
		got = append(got, e.Text()[strings.LastIndex(e.Text(), ": ")+2:])
	})
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("%s: the bars say %q, the view %q", p.ID, got, want)
	}
	hatched := section.Find(`svg rect.hid[fill="url(#hatch)"] title`)
	if (hatched.Length() > 0) != (hidden > 0) || hatched.Length() > hidden {
		t.Errorf("%s: %d hatched bars for %d figures that are not shown", p.ID, hatched.Length(), hidden)
	}
	hatched.Each(func(_ int, e *goquery.Selection) {
		if text := e.Text()[strings.LastIndex(e.Text(), ": ")+2:]; !strings.HasPrefix(text, "*") && !strings.HasPrefix(text, "–") {
			t.Errorf("%s: a hidden bar says %q", p.ID, e.Text())
		}
	})
	if svg := section.Find("svg[role=img]"); svg.Length() == 0 || svg.ChildrenFiltered("title").Length() != svg.Length() || svg.ChildrenFiltered("desc").Length() != svg.Length() {
		t.Errorf("%s: a chart without its name or description", p.ID)
	}
}

func checkKey(t *testing.T, lang locales.Lang, page *reply, p *trends.Panel) {
	t.Helper()
	card := page.Find("#" + string(p.ID))
	now, before, change := p.Cells[0], p.Cells[1], p.Cells[2]
	figure := card.Find("b")
	if got := figure.Text(); now.Status == trends.Shown && got != inWords(lang, now) || now.Status != trends.Shown && !strings.HasPrefix(got, inWords(lang, now)) {
		t.Errorf("%s says %q, the view %q", p.ID, got, inWords(lang, now))
	}
	want := []string{}
	if change.Status == trends.Shown {
		if want = append(want, inWords(lang, before)); change.Value != 0 {
			change.Value = max(change.Value, -change.Value)
			want = append(want, inWords(lang, change)+" %")
		}
	}
	if len(p.Cells) > 3 && p.Cells[3].Status == trends.Shown {
		want = append(want, inWords(lang, p.Cells[3]))
	}
	for _, text := range want {
		if !strings.Contains(card.Text(), text) {
			t.Errorf("%s: no %q in %q", p.ID, text, strings.Join(strings.Fields(card.Text()), " "))
		}
	}
	if change.Status != trends.Shown && strings.Contains(card.Text(), " %") {
		t.Errorf("%s states a change that is not known: %q", p.ID, card.Text())
	}
}
