package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"sync"
	"time"

	"znak/models/auth"
)

// serveCmd runs the portal for real people.
type serveCmd struct{ settings }

// Run serves until it is stopped. It refuses to start on settings that would
// put a child's data at risk, and says which one is wrong.
func (c serveCmd) Run(ctx context.Context, s streams, env environment) error {
	if err := env.check(); err != nil {
		return err
	}
	base, err := c.address()
	if err != nil {
		return err
	}
	proxies, err := c.proxies()
	if err != nil {
		return err
	}
	log, err := c.logger(s)
	if err != nil {
		return err
	}
	sender, err := c.sender()
	if err != nil {
		return err
	}
	centre, err := c.centre()
	if err != nil {
		return err
	}
	rule, err := c.rule()
	if err != nil {
		return err
	}
	everybody, err := c.published()
	if err != nil {
		return err
	}
	return c.within(ctx, func(p *portal) error {
		if err := p.refuseDemo(ctx, c.place()); err != nil {
			return err
		}
		if err := p.settleBefore(ctx, c.place(), log); err != nil {
			return err
		}
		f := face{baseURL: base.String(), secure: base.Scheme == "https", compulsory: true, proxies: proxies,
			password: auth.ServeParams(), ready: p.readiness(ctx), sender: sender, centre: centre, rule: rule, openData: everybody, log: log}
		return c.serve(ctx, p, f)
	})
}

// serve listens, and serves until it is stopped.
func (c serveCmd) serve(ctx context.Context, p *portal, f face) (err error) {
	if f.listener, err = c.listen(); err != nil {
		return err
	}
	if f.metrics, err = c.listenMetrics(); err != nil {
		f.listener.Close()
		return err
	}
	c.announce(ctx, f)
	err = p.serve(ctx, f, nil)
	f.log.Info("stopped")
	return err
}

// announce says in the log what is served, and what looks like a mistake.
func (c serveCmd) announce(ctx context.Context, f face) {
	if f.secure && len(f.proxies) == 0 {
		f.log.Warn("no trusted proxy is set: behind one, all visitors seem to have its address and share its limits", "setting", "ZNAK_TRUSTED_PROXIES")
	}
	if f.metrics != nil {
		f.log.Info("telling metrics", "metrics_addr", f.metrics.Addr().String())
		if a, ok := f.metrics.Addr().(*net.TCPAddr); ok && !a.IP.IsLoopback() {
			f.log.Warn("metrics are told to other machines: keep the open network out", "setting", "ZNAK_METRICS_ADDR")
		}
	}
	if f.sender == nil {
		f.log.Warn("no mail relay is set: letters wait until there is one, and nobody is told of a new referral", "setting", "ZNAK_SMTP_URL")
	}
	f.log.LogAttrs(ctx, slog.LevelInfo, "serving", slog.String("version", version), slog.String("commit", commit()),
		slog.String("addr", f.listener.Addr().String()), slog.String("base_url", f.baseURL))
}

// Marks of accounts whose passwords anybody knows.
const demoDomain = "@demo.znak"

// refuseDemo refuses a database with the demo's accounts, or with a password
// hash that costs as little as theirs.
func (p *portal) refuseDemo(ctx context.Context, at place) error {
	little := auth.DemoParams()
	email, err := p.store.AccountLike(ctx, demoDomain, fmt.Sprintf("$argon2id$v=19$m=%d,", little.Memory))
	if err != nil {
		return at.fault("ZNAK_DATABASE_URL", err)
	}
	if email == "" {
		return nil
	}
	return at.fault("ZNAK_DATABASE_URL", fmt.Errorf("the database has a demo's account (%s), whose password everybody knows: begin a new one with znak setup", email))
}

// readyEvery is how long an answer of readiness stands: anybody may ask.
const readyEvery = time.Second

// readiness returns what says whether all that a submission needs is there:
// database, schema and audit log.
func (p *portal) readiness(ctx context.Context) func() error {
	var mu sync.Mutex
	var at time.Time
	var last error
	return func() error {
		mu.Lock()
		defer mu.Unlock()
		if now := time.Now(); at.IsZero() || now.Sub(at) >= readyEvery {
			within, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
			defer cancel()
			last, at = p.check(within), now
		}
		return last
	}
}

// check looks at database, schema and audit log. What it returns names neither
// people nor addresses.
func (p *portal) check(ctx context.Context) error {
	if _, err := p.store.AuditSize(ctx); err != nil {
		return errors.New("the database does not answer")
	}
	if checkSchema(ctx, p.store) != nil {
		return errors.New("the schema is not this program's")
	}
	waiting, err := p.audit.Waiting(ctx)
	if err != nil {
		return errors.New("the audit log does not answer")
	}
	if waiting.Long() {
		return errors.New("entries of the audit log wait for their number: run znak audit verify")
	}
	return nil
}

// link is an address of the portal to be given to one person.
func link(base, token string) string { return strings.TrimSuffix(base, "/") + "/invite/" + token }
