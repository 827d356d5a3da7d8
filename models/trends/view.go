package trends

import (
	"context"

	"znak/models"
)

// Status says what may be known of a cell.
type Status string

const (
	Shown  Status = "shown"  // Value holds, rounded
	Hidden Status = "hidden" // too few, or hidden to protect another; zero is hidden alike
	// NotReleased: the period is not over, or too few were referred in it for
	// any such figure, or the table is not made for such periods and areas.
	NotReleased Status = "not_released"
)

// Cell is one figure, as every form prints it.
type Cell struct {
	Release string // id of the release; "" when not released
	Period  string // code of the period
	Table   string // id of the table
	RowDim  string // "area"
	RowCode string // code of the area
	ColDim  string // dimension; "" for a total
	ColCode string // value of the dimension; "" for a total
	Measure Measure
	// Value is 0 unless Status is Shown. Counts are whole; Rate and Change have
	// one decimal at most.
	Value  float64
	Status Status
}

// PanelID names a part of the page.
type PanelID string

// The panels of a view, in this order. Each has one table's cells.
const (
	PanelKeySubmitted PanelID = "key-submitted" // 4 cells: the period, the same a year before, change, rate
	PanelKeyPressing  PanelID = "key-pressing"  // 3 cells: the period, the same a year before, change
	PanelKeyForwarded PanelID = "key-forwarded"
	PanelKeyOutcomes  PanelID = "key-outcomes"
	// Series: one cell (or, with a dimension, one per value) for each period of
	// the kind, the oldest first.
	PanelByYear    PanelID = "by-school-year"
	PanelByQuarter PanelID = "by-quarter"
	PanelByMonth   PanelID = "by-month"
	// By area: for each area its count and its rate.
	PanelRegions   PanelID = "regions"
	PanelDistricts PanelID = "districts"
	// One table per dimension, for the area.
	PanelUrgency PanelID = "urgency"
	PanelGroup   PanelID = "group"
	PanelAge     PanelID = "age_band"
	PanelSex     PanelID = "sex"
	PanelRole    PanelID = "role"
	PanelSchool  PanelID = "school_level"
	PanelFunnel  PanelID = "funnel" // first cell: submitted, table TableTotal
	PanelOutcome PanelID = "outcome"
	// The outcomes of every period of the kind asked for.
	PanelOutcomes PanelID = "outcomes-by-period"
	// Sign groups of every district that the reader may see.
	PanelDistrictGroup PanelID = "district-group"
)

// Panels lists the panels in the order of the page.
var Panels = []PanelID{PanelKeySubmitted, PanelKeyPressing, PanelKeyForwarded, PanelKeyOutcomes,
	PanelByYear, PanelByQuarter, PanelByMonth, PanelRegions, PanelDistricts, PanelUrgency, PanelGroup, PanelAge, PanelSex, PanelRole,
	PanelSchool, PanelFunnel, PanelOutcome, PanelOutcomes, PanelDistrictGroup}

// Reason says why a panel shows another period or area than was asked for.
type Reason string

const (
	TooFew  Reason = "too_few"  // too few in what was asked for
	NotOver Reason = "not_over" // what was asked for is not released: not over, or before the first release
	NotMade Reason = "not_made" // the table is not made for such periods or areas
)

// Panel is one part of the page. Period and Area are those shown; where they
// are not those of the query, Climbed says why.
type Panel struct {
	ID      PanelID
	Table   Table
	Kind    Kind // of the periods of a series
	Period  Period
	Area    Area
	Climbed Reason // "" = shows what was asked for
	Cells   []Cell
	// Begun are the codes of those periods of a series in which the portal did
	// not work from the first month on: nothing is compared to them.
	Begun []string
}

// Empty says whether no cell of the panel is shown.
func (p *Panel) Empty() bool {
	for _, c := range p.Cells {
		if c.Status == Shown {
			return false
		}
	}
	return true
}

// View is everything that a page, file or answer shows, made of frozen cells
// alone.
type View struct {
	Query    Query // with everything filled in: its permanent address
	Period   Period
	Area     Area
	Released bool       // whether the period asked for has a release at all
	Releases []*Release // those that the cells are of, the newest first
	Panels   []*Panel   // every one of Panels that the reader may see
}

// Panel returns the panel with an id; nil if the reader has none.
func (v *View) Panel(id PanelID) *Panel {
	for _, p := range v.Panels {
		if p.ID == id {
			return p
		}
	}
	return nil
}

// AsOf is when the newest release that is shown was made; zero when none is.
func (v *View) AsOf() models.Stamp {
	if len(v.Releases) == 0 {
		return 0
	}
	return v.Releases[0].ReleasedAt
}

// Release is the figures of one period, frozen.
type Release struct {
	ID         string
	Period     Period
	ReleasedAt models.Stamp
	Threshold  int // a count under it is hidden
	Base       int // others are rounded to multiples of it
	Record     Record
}

// Record says how many cells a release has and how many of them were hidden,
// and why: numbers of cells, never values.
type Record struct {
	Cells       int `json:"cells"`
	Shown       int `json:"shown"`
	Small       int `json:"small"`        // hidden for being small
	Protecting  int `json:"protecting"`   // hidden to protect a small one
	NotReleased int `json:"not_released"` // not made, for want of volume
	Rounds      int `json:"rounds"`       // how often the gate sent the release back
	// Months is how many of the period's months the portal has worked in: fewer
	// than the period has only in the first, to which nothing is compared.
	Months int `json:"months"`
}

// Catalogue is what exists for a reader.
type Catalogue struct {
	Releases []*Release // the newest period first; of equal ends the longest first
	Areas    []Area     // those that the reader may see
	Tables   []Table
}

// Reader reads figures for pages, files and the machine interface. Figures is
// the real one.
type Reader interface {
	// Catalogue returns what exists. Only the ministry and coordinators may
	// call it: others get models.ErrNotFound.
	Catalogue(ctx context.Context, a models.Actor) (*Catalogue, error)
	// View returns the figures that a query asks for. The ministry and the
	// national desk may see every area; other coordinators their own district.
	// Returns models.ErrNotFound for an unknown name, an area that is not the
	// reader's, and everybody else.
	View(ctx context.Context, a models.Actor, q Query) (*View, error)
}
