package trends

import (
	"net/url"
	"slices"
	"time"

	"znak/models"
)

// Query is what somebody wants to see. What is empty is filled in: the newest
// school year released, the widest area that the reader may see, no dimension.
type Query struct {
	Period    string // code of a period
	Area      string // code of an area
	Dimension string // one of Dimensions: whose values the series show
	// AsOf leaves out what was released later: the moment of a release, as
	// 20061231T235959Z. Empty: nothing is left out.
	AsOf string
}

// asOfForm is how AsOf is written, to the second.
const asOfForm = "20060102T150405Z"

// ParseQuery reads a query from the parameters period, area, by and asof; others are
// left alone. Returns models.ErrNotFound for a name that is none. Whether there
// is a release, View says.
func ParseQuery(v url.Values) (Query, error) {
	q := Query{Period: v.Get("period"), Area: v.Get("area"), Dimension: v.Get("by"), AsOf: v.Get("asof")}
	return q, q.check()
}

func (q Query) check() error {
	if q.Period != "" {
		if _, err := ParsePeriod(q.Period); err != nil {
			return err
		}
	}
	if q.Area != "" {
		areas, err := Areas()
		if err != nil {
			return err
		}
		if _, err := findArea(areas, q.Area); err != nil {
			return err
		}
	}
	if q.Dimension != "" && !slices.Contains(Dimensions, q.Dimension) {
		return models.ErrNotFound
	}
	if q.AsOf != "" {
		if _, err := time.Parse(asOfForm, q.AsOf); err != nil {
			return models.ErrNotFound
		}
	}
	return nil
}

// Values returns the parameters of the query's address. That of View.Query is
// permanent: it shows the same figures for ever.
func (q Query) Values() url.Values {
	v := url.Values{}
	for name, value := range map[string]string{"period": q.Period, "area": q.Area, "by": q.Dimension, "asof": q.AsOf} {
		if value != "" {
			v.Set(name, value)
		}
	}
	return v
}

// String returns the parameters as they stand in an address.
func (q Query) String() string { return q.Values().Encode() }
