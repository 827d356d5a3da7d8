package models

// FigureRelease is the frozen figures of one period. Everything in it but Truth
// is public.
type FigureRelease struct {
	ID         string
	Period     string // its code
	Kind       string // school-year, quarter, month
	FirstDay   string // YYYY-MM-DD
	LastDay    string
	ReleasedAt Stamp
	Threshold  int
	Base       int
	Record     string // how many cells were hidden and why, as JSON
	Digest     []byte // of the release and its cells; it stands on the audit log too
	// Truth is the counts behind the cells, sealed under the figures key: the
	// next release is held against them. No reader of figures is given it.
	Truth []byte
}

// TableName is the table of releases.
func (FigureRelease) TableName() string { return "releases" }

// FigureCell is one frozen figure.
type FigureCell struct {
	ReleaseID string
	Period    string
	Area      string
	Figure    string // the table it belongs to
	Code      string // the value of the table's dimension; "" = total
	Status    string // shown or hidden; what was not released has no row
	Value     int64  // rounded; 0 unless shown
}

// TableName is the table of cells.
func (FigureCell) TableName() string { return "release_cells" }
