package main

import (
	"context"
	"time"

	"znak/models"
	"znak/models/store"
	"znak/models/trends"
)

// working makes the figures on the working of the system.
func (p *portal) working() *trends.Working {
	return &trends.Working{Store: p.store, Now: time.Now, Location: p.location}
}

// makeFigures makes the figures that are due, before anybody asks: nobody picks
// the moment then, and nobody waits.
func (p *portal) makeFigures(ctx context.Context, f face) {
	if f.ready != nil && f.ready() != nil {
		return
	}
	if _, err := p.working().Look(ctx, models.System()); err != nil && ctx.Err() == nil {
		f.log.Error("the figures on the working of the system are not made", "error", err)
	}
}

// forgetFigures throws away what was shown while a demo's history was made.
func (p *portal) forgetFigures(ctx context.Context) error {
	return p.store.Tx(ctx, func(tx *store.Tx) error { return tx.ForgetWorking() })
}
