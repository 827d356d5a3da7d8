// Package handlers is the portal's face: pages, forms and answers over HTTP. It
// decides nothing about referrals; it turns requests into the verbs of models,
// and faults into pages.
package handlers

import (
	"log/slog"
	"time"

	"github.com/alexedwards/scs/v2"

	"znak/handlers/charts"
	"znak/handlers/metrics"
	"znak/locales"
	"znak/models/audit"
	"znak/models/auth"
	"znak/models/checklist"
	"znak/models/courier"
	"znak/models/handover"
	"znak/models/referral"
	"znak/models/store"
	"znak/models/trends"
	"znak/static"
	"znak/templates"
)

// Deps is what the handlers work with; app builds it once at start.
type Deps struct {
	Store      *store.Store
	Referrals  *referral.Service
	Handover   *handover.Service
	Auth       *auth.Service
	Sessions   *scs.SessionManager
	Checklists *checklist.Set
	Locales    *locales.Bundle
	Audit      *audit.Log
	Stash      Stash
	Log        *slog.Logger
	Now        func() time.Time
	Location   *time.Location
	BaseURL    string // where the portal is reached; "" = wherever it is asked
	Secure     bool   // the portal is reached by HTTPS
	Demo       bool
	Caught     *courier.Caught // the demo's letters; nil otherwise
	Outbox     *courier.Outbox // woken when letters are tried again; nil = they wait for the next look
	// Metrics counts requests; nil = nobody does.
	Metrics *metrics.Metrics
	Working *trends.Working // figures on the working of the system
	Silence trends.Silence  // which districts were silent; nil = the page says nothing of it
	// Figures reads the released figures; nil = there are no pages of figures.
	Figures trends.Reader
	// OpenData publishes the released figures to everybody.
	OpenData bool
	// Ready says whether everything that a submission needs is there.
	Ready func() error
	// TrustedProxies are the networks whose X-Forwarded-For counts.
	TrustedProxies []string
}

// Stash seals a form for the person who sent it after their session had ended;
// a vault is one.
type Stash interface {
	SealStash(owner string, plain []byte) ([]byte, error)
	OpenStash(owner string, sealed []byte) ([]byte, error)
}

// Handlers answers requests.
type Handlers struct {
	Deps
	render *renderer
	assets *assets
	names  *charts.Names
	drawn  drawn // figures
}

// New parses all templates and checks them. It returns an error for a template
// that does not parse or names a message that does not exist.
func New(d Deps) (*Handlers, error) {
	a, err := newAssets(static.FS)
	if err != nil {
		return nil, err
	}
	r, err := newRenderer(templates.FS, d.Locales, a, d.Location)
	if err != nil {
		return nil, err
	}
	return assemble(d, a, r)
}

// assemble is New with what it parsed.
func assemble(d Deps, a *assets, r *renderer) (*Handlers, error) {
	var lists []*checklist.Checklist
	if d.Checklists != nil {
		lists = d.Checklists.Versions()
	}
	names, err := charts.NewNames(d.Locales, lists)
	if err != nil {
		return nil, err
	}
	return &Handlers{Deps: d, render: r, assets: a, names: names}, nil
}
