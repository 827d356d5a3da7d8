package trends

import "slices"

// Table is one of the tables that are published for a period: areas down,
// values of one dimension across. The tables below are all that there is.
type Table struct {
	ID      string
	RowDim  string // always "area"
	ColDim  string // the dimension across; "" for totals
	Measure Measure
	// Codes are the values across, margins among them. What would be worked out
	// from two others alone ("urgent" from pressing and immediate) is not one. Those of the sign groups
	// come from the checklists and stand in the released cells.
	Codes []string
	// Finest is, by level, the shortest kind of period for which it is made.
	// A level that is missing has none.
	Finest map[Level]Kind
}

// Measure is what a cell counts.
type Measure string

const (
	Referrals Measure = "referrals"  // referrals, by the day on which they were submitted
	Outcomes  Measure = "outcomes"   // the Centre's decisions, by the day on which they were made
	Rate      Measure = "per_10000"  // referrals per 10,000 pupils, from the rounded count
	Change    Measure = "change_pct" // change to the same period a year before in per cent, from rounded counts
)

// Ids of the tables; each but the first is also the name of its dimension.
const (
	TableTotal    = "submitted"
	TableUrgency  = "urgency"
	TableAge      = "age_band"
	TableSex      = "sex"
	TableRole     = "role"
	TableSchool   = "school_level"
	TableGroup    = "group"
	TableFunnel   = "funnel"
	TableDecided  = "decided"
	TableOutcome  = "outcome"
	codeTotal     = ""
	CodePressing  = "pressing" // immediate and urgent together
	CodeImmediate = "immediate"
	CodeForwarded = "forwarded"
)

// How far down tables go. The finer the table, the more of the others has to be
// hidden for its sake: what is looked at side by side is made for quarters too,
// the rest for school years.
func everywhere() map[Level]Kind {
	return map[Level]Kind{Country: Month, Region: Month, District: Quarter}
}
func broad() map[Level]Kind {
	return map[Level]Kind{Country: Month, Region: Quarter, District: SchoolYear}
}
func upper() map[Level]Kind { return map[Level]Kind{Country: Month, Region: SchoolYear} }

// Tables lists every table. groups are the ids of the checklists' sign groups.
func Tables(groups []string) []Table {
	t := func(id, col string, m Measure, finest map[Level]Kind, codes ...string) Table {
		return Table{ID: id, RowDim: "area", ColDim: col, Measure: m, Codes: codes, Finest: finest}
	}
	return []Table{
		t(TableTotal, "", Referrals, everywhere(), codeTotal),
		t(TableUrgency, TableUrgency, Referrals, broad(), CodePressing, CodeImmediate, "standard"),
		t(TableAge, TableAge, Referrals, upper(), "0-9", "10-13", "14-15", "16-17", "18+", "unknown"),
		t(TableSex, TableSex, Referrals, upper(), "f", "m", "unknown"),
		t(TableRole, TableRole, Referrals, upper(), "teacher", "psychologist"),
		t(TableSchool, TableSchool, Referrals, upper(), "primary", "secondary", "special", "music"),
		t(TableGroup, TableGroup, Referrals, broad(), slices.Clone(groups)...),
		t(TableFunnel, TableFunnel, Referrals, broad(), "acknowledged", CodeForwarded, "received", "outcome"),
		t(TableDecided, "", Outcomes, broad(), codeTotal),
		t(TableOutcome, TableOutcome, Outcomes, upper(), "identified", "not_assessed_as_victim", "dismissed", "suspended"),
	}
}

// Dimensions lists the dimensions by which a view can be asked for.
var Dimensions = []string{TableUrgency, TableGroup, TableAge, TableSex, TableRole, TableSchool, TableFunnel, TableOutcome}

// Made says whether the table is made for a level and kind of period at all.
func (t Table) Made(level Level, kind Kind) bool {
	finest, ok := t.Finest[level]
	return ok && kind.length() >= finest.length()
}
