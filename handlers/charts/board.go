package charts

import (
	"slices"

	"znak/locales"
	"znak/models/trends"
)

// Board is everything that the page shows of a view, in words.
type Board struct {
	Lead     string // the period and area that were asked for
	Period   string
	Span     string // its days
	Released bool   // whether what was asked for is released
	Climbed  bool   // whether any part shows another period or area
	Keys     []Key
	Sections []Section
	Silent   []string // districts of which no figure is published
	SilentIn string   // the period of which that is
	AllQuiet bool     // no district has one
	Record   Record
	words    Words
}

// Key is one key figure.
type Key struct {
	ID     string
	Title  string
	Text   string
	Status trends.Status
	Change string // against the same period a year before
	Rate   string // per 10,000 pupils; "" = none
	Note   string // the period and area that are shown, and why
}

// Section answers one question.
type Section struct {
	ID      string
	Panels  []*Panel
	Missing []string // parts of which nothing is shown
}

// Panel is a chart with what it says, and the same as a table.
type Panel struct {
	ID         string
	Title      string
	Headline   string
	Note       string // why something else is shown than was asked for
	Where      string // the period and area that are shown
	Definition string
	Charts     []*Chart
	Grid       *Grid
}

// Record says how many cells of the releases are shown.
type Record struct{ Cells, Shown, Hidden, None int }

// sections are the page's questions and the parts that answer them.
var sections = []struct {
	id     string
	panels []trends.PanelID
}{
	{"growth", []trends.PanelID{trends.PanelByYear, trends.PanelByQuarter, trends.PanelByMonth}},
	{"where", []trends.PanelID{trends.PanelRegions, trends.PanelDistricts}},
	{"signs", []trends.PanelID{trends.PanelGroup, trends.PanelUrgency, trends.PanelDistrictGroup}},
	{"who", []trends.PanelID{trends.PanelAge, trends.PanelSex, trends.PanelSchool, trends.PanelRole}},
	{"becomes", []trends.PanelID{trends.PanelFunnel, trends.PanelOutcome, trends.PanelOutcomes}},
}

var keys = []trends.PanelID{trends.PanelKeySubmitted, trends.PanelKeyPressing, trends.PanelKeyForwarded, trends.PanelKeyOutcomes}

// Board puts a view into words.
func (w Words) Board(v *trends.View) *Board {
	b := &Board{Lead: capital(w.Area(v.Area.Code)), Period: w.Period(v.Period), Span: w.Span(v.Period), Released: v.Released, words: w}
	if b.Period != "" {
		b.Lead = capital(w.T("trends.place", "Period", b.Period, "Area", b.Lead))
	}
	for _, id := range keys {
		if p := v.Panel(id); p != nil && len(p.Cells) >= 3 {
			b.Keys = append(b.Keys, w.key(p))
		}
	}
	for _, s := range sections {
		section := Section{ID: s.id}
		for _, id := range s.panels {
			p := v.Panel(id)
			if p == nil || isComparison(id) && alone(p.Cells) {
				continue
			}
			if p.Empty() {
				section.Missing = append(section.Missing, w.title(p))
			} else {
				section.Panels = append(section.Panels, w.panel(v, p))
			}
		}
		if len(section.Panels)+len(section.Missing) > 0 {
			b.Sections = append(b.Sections, section)
		}
	}
	for _, p := range v.Panels {
		b.Climbed = b.Climbed || p.Climbed != ""
	}
	for _, r := range v.Releases {
		b.Record.Cells += r.Record.Cells
		b.Record.Shown += r.Record.Shown
		b.Record.Hidden += r.Record.Small + r.Record.Protecting
		b.Record.None += r.Record.NotReleased
	}
	w.silence(b, v.Panel(trends.PanelDistricts))
	return b
}

// silence lists the districts of which no count is shown.
func (w Words) silence(b *Board, p *trends.Panel) {
	if p == nil || p.Period.IsZero() || alone(p.Cells) {
		return
	}
	for _, c := range p.Cells {
		if c.Measure == trends.Referrals && c.Status != trends.Shown {
			b.Silent = append(b.Silent, w.Short(c.RowCode))
		}
	}
	b.SilentIn, b.AllQuiet = w.Period(p.Period), p.Empty()
}

func (w Words) key(p *trends.Panel) Key {
	now, before, change := p.Cells[0], p.Cells[1], p.Cells[2]
	k := Key{ID: string(p.ID), Title: w.T("trends.panel." + string(p.ID)), Text: w.Figure(now), Status: now.Status}
	if p.Climbed != "" && now.Status == trends.Shown {
		k.Note = w.T("trends.shown_instead", "Shown", w.place(p))
	}
	if now.Status == trends.Shown {
		k.Change = w.change(before, change)
	}
	if len(p.Cells) > 3 && p.Cells[3].Status == trends.Shown {
		k.Rate = w.T("trends.key.rate", "Rate", w.Figure(p.Cells[3]))
	}
	return k
}

// change puts a change into words.
func (w Words) change(before, c trends.Cell) string {
	if c.Status != trends.Shown {
		return w.T("trends.key.unknown")
	}
	id := "trends.key.same"
	abs := c.Value
	if c.Value > 0 {
		id = "trends.key.more"
	} else if c.Value < 0 {
		id, abs = "trends.key.less", -c.Value
	}
	return w.T(id, "Change", locales.Decimal(w.lang, abs, 1), "Before", w.Figure(before))
}

// place is the period and area of a part.
func (w Words) place(p *trends.Panel) string {
	return w.T("trends.place", "Period", w.Period(p.Period), "Area", w.Area(p.Area.Code))
}

// panel makes a part of which something is shown.
func (w Words) panel(v *trends.View, p *trends.Panel) *Panel {
	id := string(p.ID)
	out := &Panel{ID: id, Title: w.title(p), Where: capital(w.where(p)), Definition: w.T("trends.def." + p.Table.ID)}
	out.Headline, out.Note = w.headline(p), w.note(v, p)
	out.Grid = w.grid(p)
	out.Charts = w.charts(p, out.Headline)
	return out
}

// title is a part's heading; that of a series says by what it is divided.
func (w Words) title(p *trends.Panel) string {
	title := w.T("trends.panel." + string(p.ID))
	if isSeries(p.ID) && p.Table.ColDim != "" && p.ID != trends.PanelOutcomes {
		title += ": " + w.Dimension(p.Table.ColDim)
	}
	return title
}

// where is the period and area that a part shows; of a series the area alone.
func (w Words) where(p *trends.Panel) string {
	switch {
	case isSeries(p.ID):
		return w.Area(p.Area.Code)
	case p.Period.IsZero():
		return ""
	case isComparison(p.ID):
		return w.Period(p.Period)
	}
	return w.place(p)
}

// note says in words that a part shows something else than was asked for.
func (w Words) note(v *trends.View, p *trends.Panel) string {
	shown := w.where(p)
	if isSeries(p.ID) {
		shown = w.T("trends.kind."+string(p.Kind)) + ", " + w.Area(p.Area.Code)
	}
	switch {
	case p.Climbed == "":
		return ""
	case p.Climbed == trends.NotOver:
		return w.T("trends.not_over", "Shown", shown)
	case p.Climbed == trends.NotMade:
		return w.T("trends.not_made", "Shown", shown)
	case isSeries(p.ID) && p.Kind == v.Period.Kind, !isSeries(p.ID) && p.Period.Code == v.Period.Code:
		return w.T("trends.few.area", "Shown", shown)
	}
	return w.T("trends.few."+string(v.Period.Kind), "Shown", shown)
}

// alone says whether all cells are of one area: there is nothing to compare.
func alone(cells []trends.Cell) bool {
	return !slices.ContainsFunc(cells, func(c trends.Cell) bool { return c.RowCode != cells[0].RowCode })
}

func isSeries(id trends.PanelID) bool {
	return id == trends.PanelByYear || id == trends.PanelByQuarter || id == trends.PanelByMonth || id == trends.PanelOutcomes
}

func isKey(id trends.PanelID) bool { return slices.Contains(keys, id) }

func isComparison(id trends.PanelID) bool {
	return id == trends.PanelRegions || id == trends.PanelDistricts || id == trends.PanelDistrictGroup
}
