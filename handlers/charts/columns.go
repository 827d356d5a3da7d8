package charts

import (
	"unicode/utf8"

	"znak/models/trends"
)

const (
	columnsLeft  = 1
	columnsWidth = chartWidth - 2
	oneRow       = 96 // height of the tallest column, when there is one row
	ofManyRows   = 44
	overColumn   = 18 // room for the figure over the tallest column
	rowTitle     = 18 // above a row that has a name
	rowGap       = 8
	labelsHeight = 34 // under the last row: periods and school years
	hiddenColumn = 16
	monthRoom    = 26 // that the name of a month takes
	yearRoom     = 48 // that a school year takes
)

// columns draws a series: a row of standing columns for each value of the
// dimension, all rows of one scale.
func (w Words) columns(p *trends.Panel, desc string) *Chart {
	ch := &Chart{ID: string(p.ID), Title: w.title(p), Desc: desc, W: chartWidth}
	var top float64
	for _, c := range p.Cells {
		top = max(top, c.Value)
	}
	each, tall := max(len(p.Table.Codes), 1), oneRow
	if each > 1 {
		tall = ofManyRows
	}
	n, y := len(p.Cells)/each, 0
	for k := range each {
		row := make([]trends.Cell, n)
		for i := range n {
			row[i] = p.Cells[i*each+k]
		}
		if row[0].ColDim != "" {
			for _, line := range wrap(w.Value(row[0].ColDim, row[0].ColCode), labelRunes) {
				y += rowTitle
				ch.Texts = append(ch.Texts, Text{2, y - 4, "t", "start", line})
			}
		}
		y += overColumn + tall
		w.row(ch, y, tall, row, top)
		y += rowGap
	}
	y -= rowGap
	w.periods(ch, y, p, n, each)
	ch.H = y + labelsHeight
	return ch
}

// row draws one row of columns that stand on base.
func (w Words) row(ch *Chart, base, tall int, cells []trends.Cell, top float64) {
	step := float64(columnsWidth) / float64(len(cells))
	width := max(min(int(step*0.72), 56), 2)
	class, letter := "v", 8.0
	if step < 30 {
		class, letter = "s", 6.2
	}
	ch.Axis = append(ch.Axis, Line{columnsLeft, base, chartWidth - 1, base})
	for i, c := range cells {
		x := columnsLeft + int(step*float64(i)+(step-float64(width))/2)
		height, text := hiddenColumn, w.missing(c.Status)
		if c.Status == trends.Shown {
			height, text = max(int(c.Value/top*float64(tall)+0.5), 1), w.Figure(c)
		}
		period, _ := trends.ParsePeriod(c.Period) // the view's own
		ch.Bars = append(ch.Bars, Bar{x, base - height, width, height, c.Status != trends.Shown, w.Brief(period) + ": " + text})
		if figure := w.Figure(c); float64(utf8.RuneCountInString(figure))*letter+3 <= step || i == len(cells)-1 {
			ch.Texts = append(ch.Texts, Text{x + width/2, base - height - 4, class, "middle", figure})
		}
	}
}

// periods writes under y what the columns are of.
func (w Words) periods(ch *Chart, y int, p *trends.Panel, n, each int) {
	step, year, last := float64(columnsWidth)/float64(n), "", -monthRoom
	for i := range n {
		period, err := trends.ParsePeriod(p.Cells[i*each].Period)
		if err != nil {
			continue
		}
		from, middle := columnsLeft+int(step*float64(i)), columnsLeft+int(step*(float64(i)+0.5))
		switch period.Kind {
		case trends.SchoolYear:
			ch.Texts = append(ch.Texts, Text{middle, y + 15, "s", "middle", w.Year(period)})
			continue
		case trends.Quarter:
			ch.Texts = append(ch.Texts, Text{middle, y + 14, "s", "middle", quarter(period)})
		case trends.Month:
			if middle-last >= monthRoom && (step >= monthRoom || period.Within(trends.Quarter).First == period.First) {
				ch.Texts = append(ch.Texts, Text{min(max(middle, monthRoom/2), chartWidth-monthRoom/2), y + 14, "s", "middle", w.mon(period.First)})
				last = middle
			}
		}
		if w.Year(period) != year {
			year = w.Year(period)
			ch.Axis = append(ch.Axis, Line{from, y, from, y + labelsHeight - 4})
			text := Text{from + 4, y + 29, "s", "start", year}
			if from > chartWidth-yearRoom {
				text.X, text.Anchor = chartWidth-2, "end"
			}
			ch.Texts = append(ch.Texts, text)
		}
	}
}
