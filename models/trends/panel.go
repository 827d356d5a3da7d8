package trends

import (
	"slices"
	"strings"
)

// panel makes one panel; nil if the reader has none such.
func (b *builder) panel(id PanelID) *Panel {
	switch id {
	case PanelKeySubmitted:
		return b.key(id, TableTotal, codeTotal)
	case PanelKeyPressing:
		return b.key(id, TableUrgency, CodePressing)
	case PanelKeyForwarded:
		return b.key(id, TableFunnel, CodeForwarded)
	case PanelKeyOutcomes:
		return b.key(id, TableDecided, codeTotal)
	case PanelByYear, PanelByQuarter, PanelByMonth:
		return b.series(id, b.seriesTable(), Kind(strings.TrimPrefix(string(id), "by-")))
	case PanelOutcomes:
		return b.outcomes(id)
	case PanelRegions:
		return b.sideBySide(id, TableTotal, Region)
	case PanelDistricts:
		return b.sideBySide(id, TableTotal, District)
	case PanelDistrictGroup:
		return b.sideBySide(id, TableGroup, District)
	}
	return b.dimension(id)
}

// settle finds where a panel's figures are: in what was asked for, or up the
// ladder, where fit says that enough is shown; time is climbed before place.
func (b *builder) settle(p *Panel, areas []Area, fit func(Period, Area) bool) *Panel {
	p.Period, p.Area, p.Kind = b.view.Period, b.view.Area, b.view.Period.Kind
	for _, area := range areas {
		for _, period := range b.climbing() {
			if !p.Table.Made(area.Level, period.Kind) || !fit(period, area) {
				continue
			}
			if period.Code != p.Period.Code || area.Code != p.Area.Code {
				p.Climbed = b.reason(p.Table)
			}
			p.Period, p.Area = period, area
			return p
		}
	}
	return p
}

// reason is why what was asked for is not what is shown.
func (b *builder) reason(t Table) Reason {
	switch {
	case !b.view.Released:
		return NotOver
	case !t.Made(b.view.Area.Level, b.view.Period.Kind):
		return NotMade
	}
	return TooFew
}

func (b *builder) key(id PanelID, table, code string) *Panel {
	p := b.settle(&Panel{ID: id, Table: b.tables[table]}, b.widening(), func(period Period, area Area) bool {
		return b.cell(period, area, b.tables[table], code).Status == Shown
	})
	now, before := b.cell(p.Period, p.Area, p.Table, code), b.cell(p.Period.YearBefore(), p.Area, p.Table, code)
	p.Cells = []Cell{now, before, b.change(p.Period, now, before)}
	if id == PanelKeySubmitted {
		p.Cells = append(p.Cells, rate(now, p.Area))
	}
	return p
}

// dimension makes the panel that shows one table of one period and area.
func (b *builder) dimension(id PanelID) *Panel {
	t := b.tables[string(id)]
	p := b.settle(&Panel{ID: id, Table: t}, b.widening(), func(period Period, area Area) bool {
		return slices.ContainsFunc(t.Codes, func(code string) bool { return b.cell(period, area, t, code).Status == Shown })
	})
	if id == PanelFunnel {
		p.Cells = append(p.Cells, b.cell(p.Period, p.Area, b.tables[TableTotal], codeTotal))
	}
	for _, code := range t.Codes {
		p.Cells = append(p.Cells, b.cell(p.Period, p.Area, t, code))
	}
	return p
}

// series makes the panel of one area over all periods of a kind.
func (b *builder) series(id PanelID, table string, kind Kind) *Panel {
	p := &Panel{ID: id, Table: b.tables[table], Period: b.view.Period, Area: b.view.Area, Kind: kind}
	var periods []Period
	for _, r := range b.newest {
		if r.Period.Kind == kind {
			periods = append(periods, r.Period)
			if r.Record.Months < kind.length() {
				p.Begun = append(p.Begun, r.Period.Code)
			}
		}
	}
	slices.Reverse(periods)
	for _, area := range b.widening() {
		var cells []Cell
		for _, period := range periods {
			for _, code := range p.Table.Codes {
				cells = append(cells, b.cell(period, area, p.Table, code))
			}
		}
		shown := slices.ContainsFunc(cells, func(c Cell) bool { return c.Status == Shown })
		if shown || area.Code == b.view.Area.Code {
			p.Area, p.Cells = area, cells
		}
		if shown {
			break
		}
	}
	if p.Area.Code != b.view.Area.Code {
		p.Climbed = TooFew
		if !p.Table.Made(b.view.Area.Level, kind) {
			p.Climbed = NotMade
		}
	}
	return p
}

// outcomes makes the panel of outcomes by period: of the kind asked for, or of
// the next longer one of which something is shown.
func (b *builder) outcomes(id PanelID) (p *Panel) {
	asked := b.view.Period.Kind
	for i := len(Kinds) - 1; i >= 0; i-- {
		if kind := Kinds[i]; kind.length() >= asked.length() {
			if p = b.series(id, TableOutcome, kind); !p.Empty() {
				break
			}
		}
	}
	if p.Kind != asked && p.Climbed == "" {
		p.Climbed = TooFew
	}
	return p
}

// sideBySide makes the panel that compares the areas of a level in one period.
func (b *builder) sideBySide(id PanelID, table string, level Level) *Panel {
	t := b.tables[table]
	areas := slices.DeleteFunc(slices.Clone(b.areas), func(a Area) bool { return a.Level != level })
	if len(areas) == 0 {
		return nil
	}
	cells := func(period Period) (out []Cell) {
		for _, area := range areas {
			for _, code := range t.Codes {
				c := b.cell(period, area, t, code)
				out = append(out, c)
				if t.ID == TableTotal {
					out = append(out, rate(c, area))
				}
			}
		}
		return out
	}
	p := b.settle(&Panel{ID: id, Table: t}, []Area{{Code: b.view.Area.Code, Level: level}}, func(period Period, _ Area) bool {
		return slices.ContainsFunc(cells(period), func(c Cell) bool { return c.Status == Shown })
	})
	p.Area, p.Cells = b.view.Area, cells(p.Period)
	return p
}

// cite lists the releases that the view's cells are of.
func (b *builder) cite() {
	used := map[string]bool{}
	for _, p := range b.view.Panels {
		for _, c := range p.Cells {
			used[c.Release] = true
		}
	}
	for _, r := range b.newest {
		if used[r.ID] {
			b.view.Releases = append(b.view.Releases, r)
		}
	}
	slices.SortStableFunc(b.view.Releases, func(x, y *Release) int { return int(min(max(y.ReleasedAt-x.ReleasedAt, -1), 1)) })
}
