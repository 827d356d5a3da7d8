package main

import (
	"context"
	"fmt"
	"time"

	"znak/models"
	"znak/models/store"
	"znak/models/trends"
)

// working makes the figures on the working of the system.
func (p *portal) working(rule trends.Rule) *trends.Working {
	return &trends.Working{Store: p.store, Now: time.Now, Location: p.location, Rule: trends.WorkingRule(rule)}
}

// makeFigures makes the figures that are due, before anybody asks: nobody picks
// the moment then, and nobody waits.
func (p *portal) makeFigures(ctx context.Context, f face) {
	if f.ready != nil && f.ready() != nil {
		return
	}
	if _, err := p.working(f.rule).Look(ctx, models.System()); err != nil && ctx.Err() == nil {
		f.log.Error("the figures on the working of the system are not made", "error", err)
	}
}

// forgetFigures throws away what was shown while a demo's history was made.
func (p *portal) forgetFigures(ctx context.Context) error {
	return p.store.Tx(ctx, func(tx *store.Tx) error { return tx.ForgetWorking() })
}

// openData is whether the released figures are for everybody.
type openData struct {
	OpenData string `env:"ZNAK_OPEN_DATA" default:"off" help:"on: anyone may read and download the released figures at /open-data. off: nobody finds such a page." placeholder:"off|on"`
}

// published returns the setting; the error names it.
func (o openData) published() (bool, error) {
	switch o.OpenData {
	case "on":
		return true, nil
	case "off":
		return false, nil
	}
	return false, fmt.Errorf("ZNAK_OPEN_DATA: %q is neither off nor on", o.OpenData)
}

// figures reads what is released.
func (p *portal) figures() (*trends.Figures, error) {
	return trends.NewFigures(p.store, signGroups(p.checklists))
}
