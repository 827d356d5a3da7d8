package handlers

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"

	"znak/handlers/charts"
	"znak/locales"
	"znak/models/store/storetest"
	"znak/models/trends"
)

// frozenCell is a released cell as it stands in the database.
type frozenCell struct {
	release, status string
	value           float64
}

// frozenCells reads what is released, by period, area, table and value.
func (s *site) frozenCells() map[string]frozenCell {
	s.t.Helper()
	rows, err := s.Raw().Query("SELECT release_id, period, area, figure, code, status, value FROM release_cells")
	s.must(err)
	defer rows.Close()
	out := map[string]frozenCell{}
	for rows.Next() {
		var c frozenCell
		var period, area, figure, code string
		s.must(rows.Scan(&c.release, &period, &area, &figure, &code, &c.status, &c.value))
		if out[frozenKey(period, area, figure, code)] = c; c.status != string(trends.Shown) && c.value != 0 {
			s.t.Errorf("a hidden cell of %s keeps %v", period, c.value)
		}
	}
	s.must(rows.Err())
	return out
}

func frozenKey(period, area, figure, code string) string {
	return strings.Join([]string{period, area, figure, code}, "|")
}

// secrets are what may stand in no answer: references, ids, names, schools.
func (s *site) secrets() map[string]bool {
	s.t.Helper()
	out := map[string]bool{storetest.Marker: true, "Ђурђица": true}
	rows, err := s.Raw().Query("SELECT ref, id FROM referrals")
	s.must(err)
	defer rows.Close()
	for rows.Next() {
		var ref, id string
		s.must(rows.Scan(&ref, &id))
		out[ref], out[id] = true, true
	}
	s.must(rows.Err())
	for _, school := range storetest.Schools() {
		out[school.Name] = true
	}
	if len(out) < 40 {
		s.t.Fatalf("%d secrets", len(out))
	}
	return out
}

// document holds the cells of a JSON document to the released ones, and returns
// the numbers that a page of it may show: its shown figures in the language of
// the page, and numbers of cells.
func (x *crawl) document(what string, d *charts.Document) map[string]bool {
	x.t.Helper()
	allowed := map[string]bool{}
	for _, p := range d.Panels {
		rows, missing := map[string]bool{}, map[string]int{}
		for _, c := range p.Cells {
			value := ""
			if c.Value != nil {
				value = strconv.FormatFloat(*c.Value, 'f', -1, 64)
				for _, n := range []float64{*c.Value, -*c.Value} {
					allowed[locales.Decimal(x.lang, n, 1)] = c.Measure == string(trends.Rate) || c.Measure == string(trends.Change) || allowed[locales.Decimal(x.lang, n, 1)]
				}
				allowed[locales.Number(x.lang, int(*c.Value))] = c.Measure != string(trends.Rate) && c.Measure != string(trends.Change) || allowed[locales.Number(x.lang, int(*c.Value))]
			} else {
				missing[c.Measure]++
			}
			rows[c.RowCode] = rows[c.RowCode] || c.Value != nil
			x.cell(what, []string{c.Release, c.Period, c.Table, c.RowDim, c.RowCode, "", c.ColDim, c.ColCode, "", c.Measure, value, c.Status})
		}
		silent := 0 // areas of which nothing is shown: a number of areas, not of referrals
		for _, shown := range rows {
			if !shown {
				silent++
			}
		}
		for _, n := range append([]int{silent}, missing[string(trends.Referrals)], missing[string(trends.Rate)], missing[string(trends.Outcomes)]) {
			if n >= 4 || n == silent && p.ID == string(trends.PanelDistrictGroup) {
				allowed[locales.Number(x.lang, n)] = true
			}
		}
	}
	var r trends.Record
	for _, of := range d.Releases {
		r.Shown, r.Small, r.NotReleased = r.Shown+of.Record.Shown, r.Small+of.Record.Small+of.Record.Protecting, r.NotReleased+of.Record.NotReleased
	}
	for _, n := range []int{r.Shown, r.Small, r.NotReleased} {
		allowed[locales.Number(x.lang, n)] = true
	}
	return allowed
}

// rows holds the lines of a file to the released cells.
func (x *crawl) rows(what string, rows [][]string) {
	x.t.Helper()
	if len(rows) < 2 {
		x.t.Errorf("%s is empty", what)
	}
	for _, r := range rows[1:] {
		x.clean(what, strings.Join(r, "|"))
		x.cell(what, r)
	}
}

// cell holds one figure to the released cells: a count is one, a rate and a
// change are made of shown ones by the documented formula, and what is hidden
// has no value.
func (x *crawl) cell(what string, r []string) {
	x.t.Helper()
	release, period, table, area, code, measure, value, status := r[0], r[1], r[2], r[4], r[7], r[9], r[10], r[11]
	of, released := x.cells[frozenKey(period, area, table, code)]
	x.verified[trends.Status(status)]++
	want := ""
	switch trends.Measure(measure) {
	case trends.Referrals, trends.Outcomes:
		if want = fmt.Sprint(of.value); released != (status != string(trends.NotReleased)) || released && (status != of.status || release != of.release) {
			x.t.Errorf("%s: %q is %+v in the release", what, r, of)
		}
	case trends.Rate:
		want = fmt.Sprint(math.Round(of.value*10000/float64(pupilsOf(x, area))*10) / 10)
	case trends.Change:
		at, err := trends.ParsePeriod(period)
		x.c(err)
		before := x.cells[frozenKey(at.YearBefore().Code, area, table, code)]
		want = fmt.Sprint(math.Round((of.value-before.value)/before.value*1000) / 10)
		if status == string(trends.Shown) && before.status != string(trends.Shown) {
			x.t.Errorf("%s: %q is a change to what is not shown", what, r)
		}
	}
	switch {
	case status != string(trends.Shown) && value != "":
		x.t.Errorf("%s: %q has a value and is not shown", what, r)
	case status == string(trends.Shown) && (of.status != status || value != want):
		x.t.Errorf("%s: %q, where the release has %+v: want %s", what, r, of, want)
	}
}

func pupilsOf(x *crawl, code string) int {
	areas, err := trends.Areas()
	x.c(err)
	return areas[slices.IndexFunc(areas, func(a trends.Area) bool { return a.Code == code })].Pupils
}

// aside are attributes that hold no text: places, sizes and names of elements.
// What bars say by their length is looked at by bars.
var aside = []string{"x", "y", "width", "height", "viewbox", "x1", "x2", "y1", "y2", "d", "href", "class", "id", "aria-labelledby", "aria-describedby",
	"for", "fill", "patterntransform", "tabindex", "lang", "dir", "xmlns", "rx", "role", "scope", "stroke-width", "transform", "style", "patternunits",
	"stroke", "font-size", "font-weight", "font-family"}

// textsOf are all texts below an element, hidden ones and attributes too.
func textsOf(root *goquery.Selection) (out []string) {
	var look func(n *html.Node)
	look = func(n *html.Node) {
		if n.Type == html.ElementNode && n.Data == "style" {
			return // of a chart's file: the same for all
		}
		if n.Type == html.TextNode || n.Type == html.CommentNode {
			out = append(out, n.Data)
		}
		for _, a := range n.Attr {
			if !slices.Contains(aside, strings.ToLower(a.Key)) {
				out = append(out, a.Key+": "+a.Val)
			}
		}
		for child := n.FirstChild; child != nil; child = child.NextSibling {
			look(child)
		}
	}
	for _, n := range root.Nodes {
		look(n)
	}
	return out
}

// known are the numbers of the pages' own words: days, periods, ages, the rule,
// the licence, the base of rates.
var known = []*regexp.Regexp{
	regexp.MustCompile(`https?://\S+`),
	regexp.MustCompile(`\d{1,2}\.? \p{L}+ 20\d\d`), regexp.MustCompile(`20\d\d[/-]\d\d(-Q\d)?`), regexp.MustCompile(`\b20\d\d\b`),
	regexp.MustCompile(`10[.,]000`), regexp.MustCompile(`(10|14|16)–(13|15|17)`), regexp.MustCompile(`(up to|до) 9|18 (and over|и више|или више)|(0–9|18\+)`),
	regexp.MustCompile(`(under|мањ\p{L}+ од|испод) 10`), regexp.MustCompile(`(rounded to|заокруж\p{L}+ на) 5`),
	regexp.MustCompile(`(CC BY|Attribution|ауторство|Ауторство) 4\.0`), regexp.MustCompile(`4\.0`), regexp.MustCompile(`28 (days|дана)`),
}

var number = regexp.MustCompile(`\d+(?:[.,]\d+)*`)

// numbersOf are the numbers of a text that must be figures.
func numbersOf(text string) []string {
	for _, k := range known {
		text = k.ReplaceAllString(text, " ")
	}
	return number.FindAllString(text, -1)
}

// bars looks at what charts say by their sizes: those without a figure are all
// alike, the others are as long as the figure in their title says.
func (x *crawl) bars(what string, doc *goquery.Document) {
	x.t.Helper()
	size := func(e *goquery.Selection, name string) int { n, _ := strconv.Atoi(e.AttrOr(name, "")); return n }
	doc.Find("rect.hid").Each(func(_ int, e *goquery.Selection) {
		if size(e, "width") != 34 && size(e, "height") != 16 {
			x.t.Errorf("%s: a hidden bar has a size of its own: %v", what, e.Nodes[0].Attr)
		}
	})
	doc.Find("svg").Each(func(_ int, svg *goquery.Selection) {
		var values []float64
		var top float64
		shown := svg.Find("rect.bar")
		shown.Each(func(_ int, e *goquery.Selection) {
			title := e.Find("title").Text()
			text := title[strings.LastIndex(title, ": ")+1:]
			v := parseNumber(x.lang, strings.TrimSpace(text))
			values, top = append(values, v), max(top, v)
		})
		shown.Each(func(i int, e *goquery.Selection) {
			fits := false
			for _, full := range []float64{248, 96, 44} {
				length := int(values[i]/top*full + 0.5)
				fits = fits || size(e, "width") == max(length, 2) || size(e, "height") == max(length, 1)
			}
			if !fits {
				x.t.Errorf("%s: a bar of %v, with %v the longest, is %d by %d", what, values[i], top, size(e, "width"), size(e, "height"))
			}
		})
	})
}

func parseNumber(lang locales.Lang, text string) float64 {
	thousands, point := ".", ","
	if lang == locales.English {
		thousands, point = ",", "."
	}
	v, err := strconv.ParseFloat(strings.Replace(strings.ReplaceAll(text, thousands, ""), point, ".", 1), 64)
	if err != nil {
		return math.NaN()
	}
	return v
}
