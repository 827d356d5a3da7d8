package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync/atomic"
	"time"

	"znak/models/auth"
	"znak/models/backup"
	"znak/models/courier"
	"znak/models/demo"
	"znak/models/store"
	"znak/models/vault"
)

// demoCmd runs the portal with invented data.
type demoCmd struct {
	openData
	Addr      string `default:"127.0.0.1:8080" help:"Address to listen on."`
	Dir       string `default:"data/demo" help:"Folder of the demo's database and keys." type:"path"`
	Fresh     bool   `help:"Begin anew: throw the old demo away."`
	Referrals int    `default:"2000" help:"How many synthetic referrals the history has."`
	Seed      int64  `default:"2026" help:"The same seed and date give the same data."`
}

// demoState is kept in DIR/demo.json: by it a folder is known as a demo's, and
// a history that was cut short is gone on with.
type demoState struct {
	Seed      int64     `json:"seed"`
	At        time.Time `json:"at"` // the moment of the demo
	Referrals int       `json:"referrals"`
	People    bool      `json:"people"` // keys, schema and people are there
	Filled    bool      `json:"filled"` // and the history
}

const demoFile = "demo.json"

// Run serves the demo until it is stopped.
func (c demoCmd) Run(ctx context.Context, s streams) error {
	if c.Referrals < 0 {
		return errors.New("--referrals: a number from 0")
	}
	everybody, err := c.published()
	if err != nil {
		return err
	}
	state, err := c.prepare()
	if err != nil {
		return err
	}
	p, err := c.open(ctx, &state)
	if err != nil {
		return err
	}
	defer p.close()
	listener, err := net.Listen("tcp", c.Addr)
	if err != nil {
		return err
	}
	var filled, released atomic.Bool
	filled.Store(state.Filled)
	ready := func() error {
		switch {
		case !filled.Load():
			return errors.New("the demo's history is being made")
		case !released.Load():
			return errors.New("the demo's figures are being released")
		}
		return nil
	}
	base := "http://" + address(listener)
	c.welcome(s, base)
	log := slog.New(slog.NewTextHandler(s.err, &slog.HandlerOptions{Level: slog.LevelWarn}))
	f := face{listener: listener, baseURL: base, demo: true, sender: new(courier.Caught), password: auth.DemoParams(), ready: allReady(ready, p.readiness(ctx)), openData: everybody, log: log}
	return p.serve(ctx, f, func(ctx context.Context) error {
		if !filled.Load() {
			if err := p.fill(ctx, s, state); err != nil {
				return err
			}
			filled.Store(true)
			state.Filled = true
			if err := c.save(state); err != nil {
				return err
			}
		}
		defer released.Store(true)
		return p.release(ctx, s)
	})
}

// fill makes the history while the portal already serves.
func (p *portal) fill(ctx context.Context, s streams, state demoState) error {
	quiet := *p.referrals
	quiet.Outbox = nil // nobody is told of what never happened
	h := demo.History{Service: &quiet, Store: p.store, Seed: state.Seed, Now: state.At, Referrals: state.Referrals}
	begun, said := time.Now(), 0
	err := h.Fill(ctx, func(done int) {
		if done-said >= state.Referrals/10 && done < state.Referrals {
			said = done
			fmt.Fprintf(s.out, "History: %d of %d referrals.\n", done, state.Referrals)
		}
	})
	if err != nil {
		return fmt.Errorf("history: %w", err)
	}
	if err := p.forgetFigures(ctx); err != nil {
		return fmt.Errorf("history: %w", err)
	}
	debug.FreeOSMemory() // what making the history took
	fmt.Fprintf(s.out, "History: all %d referrals, in %s.\n", state.Referrals, time.Since(begun).Round(time.Second/10))
	return nil
}

// prepare finds the demo in the folder, or begins one: a folder that holds
// something else is left alone.
func (c demoCmd) prepare() (demoState, error) {
	fresh := demoState{Seed: c.Seed, At: time.Now(), Referrals: c.Referrals}
	var old demoState
	data, err := os.ReadFile(filepath.Join(c.Dir, demoFile))
	switch {
	case err == nil && json.Unmarshal(data, &old) == nil:
		if old.People && !c.Fresh {
			return old, nil
		}
		if err := c.clear(); err != nil {
			return fresh, err
		}
	case errors.Is(err, fs.ErrNotExist):
		if _, err := os.Stat(filepath.Join(c.Dir, "znak.db")); err == nil {
			return fresh, fmt.Errorf("%s holds a database that is not a demo's: choose another --dir", c.Dir)
		}
	default:
		return fresh, fmt.Errorf("%s is damaged: choose another --dir", filepath.Join(c.Dir, demoFile))
	}
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return fresh, err
	}
	return fresh, c.save(fresh)
}

// clear removes what a demo made, and nothing else.
func (c demoCmd) clear() error {
	for _, name := range []string{"znak.db", "znak.db-wal", "znak.db-shm", "keys.json", "checkpoints", backup.LedgerName, demoFile} {
		if err := os.RemoveAll(filepath.Join(c.Dir, name)); err != nil {
			return err
		}
	}
	return nil
}

func (c demoCmd) save(state demoState) error {
	data, err := json.Marshal(state)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(c.Dir, demoFile), append(data, '\n'), 0o600)
}

// open opens the demo; a new one gets keys, schema, places and people first.
func (c demoCmd) open(ctx context.Context, state *demoState) (*portal, error) {
	at := placeIn(c.Dir)
	if state.People {
		return open(ctx, at, time.Now)
	}
	if err := vault.Generate(at.keys); err != nil {
		return nil, err
	}
	if err := migrate(ctx, at); err != nil {
		return nil, err
	}
	p, err := open(ctx, at, time.Now)
	if err != nil {
		return nil, err
	}
	if err := p.people(ctx, state.At); err != nil {
		p.close()
		return nil, err
	}
	state.People = true
	return p, c.save(*state)
}

// people writes the demo's places and accounts.
func (p *portal) people(ctx context.Context, at time.Time) error {
	hasher, err := auth.NewHasher(auth.DemoParams())
	if err != nil {
		return err
	}
	hash := func(password string) (string, error) { return hasher.Hash(ctx, password) }
	return p.store.Tx(ctx, func(tx *store.Tx) error { return demo.People(tx, at.In(p.location), hash) })
}

// migrate brings an installation's schema forward.
func migrate(ctx context.Context, at place) error {
	s, err := store.Open(ctx, at.database, time.Now)
	if err != nil {
		return err
	}
	defer s.Close()
	_, err = s.Migrate(ctx)
	return err
}

// address is where a browser on this machine finds the listener.
func address(l net.Listener) string {
	host, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		return l.Addr().String()
	}
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}

// welcome prints the address and the accounts.
func (c demoCmd) welcome(s streams, base string) {
	fmt.Fprintf(s.out, "Znak, demo: %s\nNo real child belongs in it. Data: %s\n\nSign in with one of these, password %s:\n", base, c.Dir, demo.Password)
	for _, a := range demo.Accounts() {
		about := string(a.Role)
		if a.District != "" {
			about += ", " + a.District
		}
		fmt.Fprintf(s.out, "  %-28s %s\n", a.Email, about)
	}
	if host, _, err := net.SplitHostPort(c.Addr); err == nil {
		if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
			fmt.Fprintln(s.out, "\nWARNING: others on this network can reach the demo, and everybody knows the password.")
		}
	}
	fmt.Fprintln(s.out, "\nStop with Ctrl+C.")
}
