package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"znak/models/courier"
	"znak/models/handover"
)

// centre is the Centre's own system, as the settings name it.
type centre struct {
	url  string
	keys *handover.CentreKeys
}

// centre returns the Centre's own system; nil when none is set.
func (c settings) centre() (*centre, error) {
	switch {
	case c.CentreURL == "" && c.CentreJWKS == "":
		return nil, nil
	case c.CentreURL == "":
		return nil, errors.New("ZNAK_CENTRE_URL: missing: ZNAK_CENTRE_JWKS alone delivers nothing; set both or neither")
	case c.CentreJWKS == "":
		return nil, errors.New("ZNAK_CENTRE_JWKS: missing: without the Centre's keys nothing can be encrypted to it; set both or neither")
	}
	if err := handover.CheckURL(c.CentreURL); err != nil {
		return nil, fmt.Errorf("ZNAK_CENTRE_URL: %w", err)
	}
	keys, err := handover.ReadCentreKeys(c.CentreJWKS)
	if err != nil {
		return nil, fmt.Errorf("ZNAK_CENTRE_JWKS: %w", err)
	}
	return &centre{c.CentreURL, keys}, nil
}

// handOver delivers packages to the Centre's own system, where there is one, and
// watches over what was promised to it, also when there is none any more.
func (p *portal) handOver(ctx context.Context, f face) {
	var running sync.WaitGroup
	if f.centre != nil {
		d := &handover.Deliverer{Service: p.handover, Outbox: p.outbox, URL: f.centre.url, Now: time.Now}
		line := d.Line(courier.Line{Store: p.store, Audit: p.audit, Log: f.log})
		running.Go(func() { line.Run(ctx) })
	}
	w := handover.Watch{Service: p.handover, Outbox: p.outbox, Now: time.Now, Log: f.log}
	w.Run(ctx)
	running.Wait()
}

// handoverCmd groups what the Centre needs to know.
type handoverCmd struct {
	Key handoverKeyCmd `cmd:"" help:"Print the public key that packages and deliveries are signed with, as a JWK set, for the Centre to pin."`
}

type handoverKeyCmd struct{ installation }

// Run prints the JWK set.
func (c handoverKeyCmd) Run(ctx context.Context, s streams) error {
	p, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer p.close()
	_, err = s.out.Write(p.handover.JWKS())
	return err
}
