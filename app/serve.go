package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/alexedwards/scs/v2"

	"znak/handlers"
	"znak/handlers/metrics"
	"znak/locales"
	"znak/models/auth"
	"znak/models/courier"
	"znak/models/trends"
)

// checkpointEvery is how often the log is signed while it grows.
const checkpointEvery = 10 * time.Second

// tidyEvery is how often expired sessions are removed.
const tidyEvery = 10 * time.Minute

// figuresEvery is how often it is looked whether figures are due.
const figuresEvery = 10 * time.Minute

// face is how the portal is reached.
type face struct {
	listener   net.Listener
	metrics    net.Listener // nil: none are told
	baseURL    string
	secure     bool // reached by HTTPS
	demo       bool
	compulsory bool     // a second factor, outside the school roles
	proxies    []string // networks whose X-Forwarded-For counts
	password   auth.Params
	ready      func() error
	sender     courier.Sender // how letters leave; a demo's catches them
	centre     *centre        // the Centre's own system; nil = packages wait in the portal
	openData   bool           // the released figures are for everybody
	rule       trends.Rule    // of the figures; none = the least
	log        *slog.Logger
}

// serve answers requests until ctx ends, then lets the requests that run
// finish, and after them stops every goroutine that it started: what the last
// request put on the log is still signed. background runs beside it, and is
// waited for.
func (p *portal) serve(ctx context.Context, f face, background func(context.Context) error) error {
	sessions := auth.NewSessions(p.store, f.secure)
	p.audit.Logger = f.log
	texts, err := locales.Load()
	if err != nil {
		return err
	}
	letters, err := p.mailer(f, texts)
	if err != nil {
		return err
	}
	if f.centre != nil {
		p.handover.Centre = f.centre.keys
	}
	if f.sender != nil {
		f.ready = allReady(f.ready, letters.Ready)
	}
	measured := p.measure(f)
	server, err := p.server(f, sessions, texts, measured)
	if err != nil {
		return err
	}
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	var running sync.WaitGroup
	running.Go(func() { p.audit.Run(work, checkpointEvery) })
	running.Go(func() { every(work, tidyEvery, func() { p.tidySessions(work, f.log) }) })
	running.Go(func() { every(work, figuresEvery, func() { p.makeFigures(work, f) }) })
	if f.sender != nil {
		running.Go(func() { letters.Run(work) })
	}
	if measured != nil {
		running.Go(func() { tellMetrics(work, f, measured) })
	}
	running.Go(func() { p.keepTime(work, f) })
	running.Go(func() { p.handOver(work, f) })
	running.Go(func() { p.closePeriods(work, f) })
	faults := make(chan error, 2)
	if background != nil {
		running.Go(func() {
			if err := background(work); err != nil && work.Err() == nil {
				faults <- err
			}
		})
	}
	go func() { faults <- server.Serve(f.listener) }()
	select {
	case <-ctx.Done():
	case err = <-faults:
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
	defer cancel()
	err = errors.Join(err, server.Shutdown(grace))
	stop()
	running.Wait()
	return err
}

// server builds the portal's face.
func (p *portal) server(f face, sessions *scs.SessionManager, texts *locales.Bundle, measured *metrics.Metrics) (*http.Server, error) {
	hasher, err := auth.NewHasher(f.password)
	if err != nil {
		return nil, err
	}
	figures, err := p.figures()
	if err != nil {
		return nil, err
	}
	caught, _ := f.sender.(*courier.Caught)
	h, err := handlers.New(handlers.Deps{
		Store: p.store, Referrals: p.referrals, Handover: p.handover, Sessions: sessions, Checklists: p.checklists, Locales: texts, Audit: p.audit, Stash: p.vault,
		Auth: p.posting(f.sender != nil, p.accounts(hasher, f.compulsory)), Log: f.log, Now: time.Now, Location: p.location, BaseURL: f.baseURL,
		Secure: f.secure, TrustedProxies: f.proxies, Demo: f.demo, Ready: f.ready, Caught: caught, Outbox: p.outbox, Metrics: measured,
		Working: p.working(f.rule), Figures: figures, Silence: figures, OpenData: f.openData,
	})
	if err != nil {
		return nil, err
	}
	e, err := h.Server()
	if err != nil {
		return nil, err
	}
	return &http.Server{Handler: e, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 60 * time.Second, WriteTimeout: 60 * time.Second,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10, ErrorLog: slog.NewLogLogger(f.log.Handler(), slog.LevelWarn)}, nil
}

func (p *portal) tidySessions(ctx context.Context, log *slog.Logger) {
	if err := auth.NewSessionStore(p.store).DeleteExpired(ctx); err != nil && ctx.Err() == nil {
		log.Error("expired sessions stay", "error", err)
	}
}

// every calls f each d until ctx ends.
func every(ctx context.Context, d time.Duration, f func()) {
	t := time.NewTicker(d)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			f()
		}
	}
}
