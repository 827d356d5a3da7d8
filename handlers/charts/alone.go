package charts

import (
	"slices"
	"strings"

	"znak/models/trends"
)

// Alone is what a chart needs to stand for itself in a file.
type Alone struct {
	Lang   string
	Top, H int // where the chart begins, and how high the whole is
	Texts  []Text
}

const (
	rateEnding = "-rate" // of the chart of rates beside that of counts
	footRunes  = 52      // small letters that fit into a line
	margin     = 12
)

// IsChart says whether there ever is a chart with this id.
func IsChart(id string) bool {
	panel, rate := strings.CutSuffix(id, rateEnding)
	for _, s := range sections {
		if slices.Contains(s.panels, trends.PanelID(panel)) {
			return panel != string(trends.PanelDistrictGroup) && (!rate || isComparison(trends.PanelID(panel)))
		}
	}
	return false
}

// ChartFile is one chart as a file of its own, with its heading, what it finds,
// what it is of and when that was published. It is nil when nothing is.
func (b *Board) ChartFile(id, asOf string) *Chart {
	for _, s := range b.Sections {
		for _, p := range s.Panels {
			for _, ch := range p.Charts {
				if ch.ID == id {
					return ch.alone(b.words, p, asOf)
				}
			}
		}
	}
	return nil
}

func (ch *Chart) alone(w Words, p *Panel, asOf string) *Chart {
	a, y := &Alone{Lang: string(w.lang)}, margin
	write := func(class string, runes int, text string) {
		for _, line := range wrap(text, runes) {
			y += lineHeight
			a.Texts = append(a.Texts, Text{2, y, class, "start", line})
		}
	}
	write("v", labelRunes-2, ch.Title)
	write("s", footRunes, p.Headline)
	a.Top = y + margin
	y = a.Top + ch.H
	for _, text := range []string{p.Note, p.Where, w.T("trends.asof", "Date", asOf), p.Definition,
		HiddenSign + " " + w.T("trends.def_status.hidden")} {
		if text != "" {
			write("s", footRunes, text)
		}
	}
	a.H = y + margin
	out := *ch
	out.Alone = a
	return &out
}
