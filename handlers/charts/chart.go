package charts

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"znak/models/trends"
)

// Chart is a drawing: what stands where, in units of which the page is chartWidth
// wide. Labels stand above their bars, so that long names fit a phone.
type Chart struct {
	ID    string // of the chart; that of its part, or with an ending
	Title string
	Desc  string
	W, H  int
	Bars  []Bar
	Texts []Text
	Axis  []Line
	Alone *Alone // for a file of its own; nil on the page
}

// Bar is a figure as an area.
type Bar struct {
	X, Y, W, H int
	Hidden     bool   // no figure: it has the pattern of what is hidden
	Title      string // what it is and how much
}

// Text is a word in a chart.
type Text struct {
	X, Y   int
	Class  string // t label, v figure, s small
	Anchor string // start, middle, end
	Text   string
}

// Line is a line of a chart.
type Line struct{ X1, Y1, X2, Y2 int }

const (
	chartWidth = 320
	labelRunes = 40 // that fit above a bar
	lineHeight = 16
	barHeight  = 14
	barLength  = 248
	hiddenBar  = 34
)

// charts draws a part.
func (w Words) charts(p *trends.Panel, headline string) []*Chart {
	switch {
	case isSeries(p.ID):
		return []*Chart{w.columns(p, headline)}
	case p.ID == trends.PanelDistrictGroup:
		return nil // a table of two dimensions says it best itself
	case isComparison(p.ID):
		title := w.T("trends.panel." + string(p.ID))
		counts, rates := split(p.Cells)
		out := []*Chart{w.bars(string(p.ID), title, headline, w.sorted(counts), w.areaLabel)}
		if slices.ContainsFunc(rates, func(c trends.Cell) bool { return c.Status == trends.Shown }) {
			out = append(out, w.bars(string(p.ID)+rateEnding, title+": "+w.T("trends.measure.per_10000"), headline, w.sorted(rates), w.areaLabel))
		}
		return out
	}
	return []*Chart{w.bars(string(p.ID), w.title(p), headline, p.Cells, w.step)}
}

// split takes counts and rates apart.
func split(cells []trends.Cell) (counts, rates []trends.Cell) {
	for _, c := range cells {
		if c.Measure == trends.Rate {
			rates = append(rates, c)
		} else {
			counts = append(counts, c)
		}
	}
	return counts, rates
}

// sorted puts the largest first and what is not shown last; many of those
// become one bar, so that a page with little is no wall of hidden marks.
func (w Words) sorted(cells []trends.Cell) []trends.Cell {
	out := slices.Clone(cells)
	slices.SortStableFunc(out, func(x, y trends.Cell) int {
		if x.Status != y.Status && (x.Status == trends.Shown || y.Status == trends.Shown) {
			return cmp.Compare(rank(x.Status), rank(y.Status))
		}
		return -cmp.Compare(x.Value, y.Value)
	})
	return out
}

func rank(s trends.Status) int {
	if s == trends.Shown {
		return 0
	}
	return 1
}

func (w Words) areaLabel(c trends.Cell) string { return w.Short(c.RowCode) }

// manyHidden is from how many hidden bars on they are drawn as one.
const manyHidden = 4

// bars draws lying bars, one below the other.
func (w Words) bars(id, title, desc string, cells []trends.Cell, label func(trends.Cell) string) *Chart {
	ch := &Chart{ID: id, Title: title, Desc: desc, W: chartWidth}
	var top float64
	none := 0
	for _, c := range cells {
		top = max(top, c.Value)
		if c.Status != trends.Shown {
			none++
		}
	}
	y := 2
	for _, c := range cells {
		switch {
		case c.Status == trends.Shown:
			y = ch.bar(y, label(c), w.Figure(c), int(c.Value/top*barLength+0.5), false)
		case none < manyHidden:
			y = ch.bar(y, label(c), w.missing(c.Status), hiddenBar, true)
		}
	}
	if none >= manyHidden {
		others := w.names.texts.N(w.lang, "trends.chart.other_values", none)
		if cells[0].ColDim == "" {
			others = w.names.texts.N(w.lang, "trends.chart.others", none)
		}
		y = ch.bar(y, others, w.T("trends.chart.unpublished"), hiddenBar, true)
	}
	ch.Axis = []Line{{1, 0, 1, y - 6}}
	ch.H = y
	return ch
}

// missing says in words that there is no figure.
func (w Words) missing(s trends.Status) string {
	if s == trends.Hidden {
		return HiddenSign + " " + w.T("trends.status.hidden")
	}
	return NoneSign + " " + w.T("trends.status.not_released")
}

// bar adds one bar with its label above it, and returns where the next begins.
func (ch *Chart) bar(y int, label, figure string, length int, hidden bool) int {
	for _, line := range wrap(label, labelRunes) {
		y += lineHeight
		ch.Texts = append(ch.Texts, Text{2, y - 4, "t", "start", line})
	}
	ch.Bars = append(ch.Bars, Bar{1, y, max(length, 2), barHeight, hidden, label + ": " + figure})
	ch.Texts = append(ch.Texts, Text{max(length, 2) + 7, y + barHeight - 2, "v", "start", figure})
	return y + barHeight + 8
}

// wrap breaks a text into lines of so many letters, between words.
func wrap(s string, width int) (out []string) {
	line := ""
	for _, word := range strings.Fields(s) {
		if line != "" && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width {
			out = append(out, line)
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(out, line)
}
