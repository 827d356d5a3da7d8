package charts

import (
	"slices"

	"znak/models/trends"
)

// headline states what a part finds, from shown cells alone. At least one is.
func (w Words) headline(p *trends.Panel) string {
	switch {
	case p.ID == trends.PanelOutcomes, isSeries(p.ID) && p.Table.ColDim != "":
		return w.latestMost(p)
	case isSeries(p.ID):
		return w.growth(p)
	case p.ID == trends.PanelDistrictGroup:
		top := most(p.Cells)[0]
		return w.largest(p.Cells, w.Short(top.RowCode)+", "+w.Value(top.ColDim, top.ColCode), w.count(top))
	case isComparison(p.ID):
		return w.places(p)
	case p.ID == trends.PanelFunnel:
		return w.funnel(p)
	case p.ID == trends.PanelUrgency && p.Cells[0].Status == trends.Shown:
		return w.T("trends.head.pressing", "Count", w.count(p.Cells[0]))
	}
	cells := most(p.Cells)
	head := w.largest(p.Cells, w.Value(cells[0].ColDim, cells[0].ColCode), w.count(cells[0]))
	if len(cells) > 1 {
		head += " " + w.T("trends.head.then", "Second", w.Value(cells[1].ColDim, cells[1].ColCode), "Count", w.count(cells[1]))
	}
	return head
}

// largest says which figure is the largest: of all, or, where some are not
// shown, of those that are. What is hidden can be larger.
func (w Words) largest(among []trends.Cell, name, count string) string {
	if partly(among) {
		return w.T("trends.head.most_partly", "First", name, "Count", count)
	}
	return w.T("trends.head.most", "First", name, "Count", count)
}

// partly says whether any of the counts is not shown.
func partly(cells []trends.Cell) bool {
	return slices.ContainsFunc(cells, func(c trends.Cell) bool { return c.Status != trends.Shown && c.Measure != trends.Rate })
}

// most are the shown counts, the largest first, equal ones as they stand.
func most(cells []trends.Cell) []trends.Cell {
	out := slices.DeleteFunc(slices.Clone(cells), func(c trends.Cell) bool { return c.Status != trends.Shown || c.Measure == trends.Rate })
	slices.SortStableFunc(out, func(x, y trends.Cell) int { return int(y.Value - x.Value) })
	return out
}

// growth compares the newest period shown with the same a year before, if the
// portal worked throughout it.
func (w Words) growth(p *trends.Panel) string {
	shown := map[string]trends.Cell{}
	var last trends.Cell
	for _, c := range p.Cells {
		if c.Status == trends.Shown {
			shown[c.Period], last = c, c
		}
	}
	period, err := trends.ParsePeriod(last.Period)
	if err != nil {
		return ""
	}
	args := []any{"Period", capital(w.Period(period)), "Count", w.count(last)}
	before, ok := shown[period.YearBefore().Code]
	switch {
	case !ok, slices.Contains(p.Begun, before.Period):
		return w.T("trends.head.latest", args...)
	case last.Value > before.Value:
		return w.T("trends.head.grew", append(args, "Before", w.Figure(before))...)
	case last.Value < before.Value:
		return w.T("trends.head.fell", append(args, "Before", w.Figure(before))...)
	}
	return w.T("trends.head.same", args...)
}

// latestMost says what was most in the newest period of which something is
// shown.
func (w Words) latestMost(p *trends.Panel) string {
	var last string
	for _, c := range p.Cells {
		if c.Status == trends.Shown {
			last = c.Period
		}
	}
	of := slices.DeleteFunc(slices.Clone(p.Cells), func(c trends.Cell) bool { return c.Period != last })
	period, err := trends.ParsePeriod(last)
	if err != nil {
		return ""
	}
	id := "trends.head.period_most"
	if partly(of) {
		id = "trends.head.period_most_partly"
	}
	top := most(of)[0]
	return w.T(id, "Period", capital(w.Period(period)), "First", w.Value(top.ColDim, top.ColCode), "Count", w.count(top))
}

// places says where most referrals come from, and where most for its pupils.
func (w Words) places(p *trends.Panel) string {
	var rates []trends.Cell
	for _, c := range p.Cells {
		if c.Status == trends.Shown && c.Measure == trends.Rate {
			rates = append(rates, c)
		}
	}
	counts := most(p.Cells)
	head := w.largest(p.Cells, w.Short(counts[0].RowCode), w.count(counts[0]))
	if len(counts) > 1 {
		head += " " + w.T("trends.head.then", "Second", w.Short(counts[1].RowCode), "Count", w.count(counts[1]))
	}
	if len(rates) > 1 {
		top := slices.MaxFunc(rates, func(x, y trends.Cell) int { return int(10*x.Value) - int(10*y.Value) })
		head += " " + w.T("trends.head.rate", "First", w.Short(top.RowCode), "Rate", w.Figure(top))
	}
	return head
}

// funnel says how far referrals came.
func (w Words) funnel(p *trends.Panel) string {
	head := ""
	for _, c := range p.Cells {
		if c.Status != trends.Shown {
			continue
		}
		if head != "" {
			head += ", "
		}
		head += w.step(c) + " " + w.Figure(c)
	}
	return capital(head) + "."
}

// step is a stage of a referral's way; the first is of another table.
func (w Words) step(c trends.Cell) string {
	if c.Table == trends.TableTotal {
		return w.T("trends.value.funnel.submitted")
	}
	return w.Value(c.ColDim, c.ColCode)
}
