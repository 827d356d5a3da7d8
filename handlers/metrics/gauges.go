package metrics

import (
	"context"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"znak/models"
	"znak/models/audit"
	"znak/models/store"
)

// Source is what the gauges are read from.
type Source struct {
	Store   *store.Store
	Audit   *audit.Log
	Queues  []string // of outgoing work: told of also while they are empty
	Now     func() time.Time
	Version string // of the program
	// Ready says whether all that a submission needs is there; nil = not told.
	Ready func() error
}

const (
	// keepFor is how long one look at the database serves every scrape, so that
	// nobody who scrapes can load it.
	keepFor = 5 * time.Second
	// lookFor is how long one look may take.
	lookFor = 3 * time.Second
)

// gauges is a prometheus.Collector over the database.
type gauges struct {
	Source
	all []gauge
	up  *prometheus.Desc
	fix prometheus.Metric // the version

	mu  sync.Mutex
	at  time.Time
	now []prometheus.Metric
}

// state is one look.
type state struct {
	store.Gauges
	waiting  audit.Waiting
	signed   int64
	signedAt time.Time
	at       time.Time
	ready    bool
	done     uint64
	failed   uint64
}

// gauge is one family of figures.
type gauge struct {
	desc *prometheus.Desc
	kind prometheus.ValueType
	read func(s state, put func(v float64, labels ...string))
}

func newGauges(s Source) *gauges {
	g := &gauges{Source: s, all: families(s.Queues)}
	g.up = prometheus.NewDesc("znak_database_ready", "1 when the database, its schema and the audit log answer, 0 when they do not: then the figures below are missing.", nil, nil)
	g.fix = prometheus.MustNewConstMetric(prometheus.NewDesc("znak_version", "Always 1; the program's version is the label.", []string{"version"}, nil),
		prometheus.GaugeValue, 1, s.Version)
	return g
}

// Describe names every figure.
func (g *gauges) Describe(out chan<- *prometheus.Desc) {
	out <- g.up
	out <- g.fix.Desc()
	for _, one := range g.all {
		out <- one.desc
	}
}

// Collect gives every figure; those of a look that is younger than keepFor, if
// there is one. A database that does not answer has no figures: old ones would
// look like new ones.
func (g *gauges) Collect(out chan<- prometheus.Metric) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if now := time.Now(); g.at.IsZero() || now.Sub(g.at) >= keepFor {
		g.now = g.look()
		g.at = time.Now()
	}
	for _, m := range g.now {
		out <- m
	}
}

func (g *gauges) look() (out []prometheus.Metric) {
	s, err := g.state()
	up := 0.0
	if err == nil && s.ready {
		up = 1
	}
	out = append(out, g.fix, prometheus.MustNewConstMetric(g.up, prometheus.GaugeValue, up))
	if err != nil {
		return out
	}
	for _, one := range g.all {
		one.read(s, func(v float64, labels ...string) {
			out = append(out, prometheus.MustNewConstMetric(one.desc, one.kind, v, labels...))
		})
	}
	return out
}

func (g *gauges) state() (s state, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), lookFor)
	defer cancel()
	s.at = g.Now()
	if s.Gauges, err = g.Store.Gauges(ctx); err != nil {
		return s, err
	}
	if s.waiting, err = g.Audit.Waiting(ctx); err != nil {
		return s, err
	}
	if s.signed, s.signedAt, err = g.Audit.Signed(); err != nil {
		return s, err
	}
	s.done, s.failed = g.Store.Commits()
	s.ready = g.Ready == nil || g.Ready() == nil
	return s, nil
}

// age is how old a moment is, in seconds; 0 for none.
func (s state) age(at models.Stamp) float64 {
	if at.IsZero() {
		return 0
	}
	return max(0, s.at.Sub(at.Time()).Seconds())
}
