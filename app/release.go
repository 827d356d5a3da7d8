package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"znak/models/checklist"
	"znak/models/trends"
)

// figuresRule is how the ministry's figures hide small counts.
type figuresRule struct {
	TrendThreshold int `env:"ZNAK_TREND_THRESHOLD" default:"10" help:"Figures hide counts under it; 10 or more, a multiple of the base." placeholder:"N"`
	TrendBase      int `env:"ZNAK_TREND_BASE" default:"5" help:"Figures round other counts to multiples of it; 5 or more." placeholder:"N"`
}

// rule returns the rule; the error names the setting.
func (f figuresRule) rule() (trends.Rule, error) {
	r := trends.Rule{Threshold: f.TrendThreshold, Base: f.TrendBase}
	if err := r.Check(); err != nil {
		return r, fmt.Errorf("ZNAK_TREND_THRESHOLD, ZNAK_TREND_BASE: %w", err)
	}
	return r, nil
}

// releaseCmd closes due periods of the figures.
type releaseCmd struct {
	installation
	figuresRule
	DryRun bool `help:"Say what would be released, and freeze nothing."`
}

// Run closes what is due and prints how many cells were hidden, never values.
func (c releaseCmd) Run(ctx context.Context, s streams) error {
	rule, err := c.rule()
	if err != nil {
		return err
	}
	p, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer p.close()
	r, err := p.releaser(rule, time.Now, nil)
	if err != nil {
		return err
	}
	r.Operator = true
	made, err := r.Close(ctx, c.DryRun)
	verb := "Released"
	if c.DryRun {
		verb = "Would release"
	}
	for _, m := range made {
		if _, err := fmt.Fprintf(s.out, "%s %s: %d cells shown, %d hidden as small, %d hidden to protect them, %d not made\n",
			verb, m.Period.Code, m.Record.Shown, m.Record.Small, m.Record.Protecting, m.Record.NotReleased); err != nil {
			return err
		}
	}
	if err == nil && len(made) == 0 {
		_, err = fmt.Fprintln(s.out, "No period is due.")
	}
	return err
}

// releaser makes what closes the figures' periods.
func (p *portal) releaser(rule trends.Rule, now func() time.Time, log *slog.Logger) (*trends.Releaser, error) {
	r := &trends.Releaser{Store: p.store, Keys: p.vault, Log: p.audit, Location: p.location, Rule: rule,
		Groups: signGroups(p.checklists), Now: now, Logger: log}
	return r, r.Start()
}

// signGroups lists the ids of the sign groups of every checklist, in the order
// of the first that has them.
func signGroups(lists *checklist.Set) (out []string) {
	seen := map[string]bool{}
	for _, list := range lists.Versions() {
		for _, g := range list.Groups {
			if !seen[g.ID] {
				seen[g.ID] = true
				out = append(out, g.ID)
			}
		}
	}
	return out
}

// releaseEvery is how often the job looks whether a period is due.
const releaseEvery = time.Hour

// closePeriods closes the figures' periods as they fall due, until ctx ends. A
// demo's wait for its history, and close with it.
func (p *portal) closePeriods(ctx context.Context, f face) {
	if f.demo {
		return
	}
	rule := f.rule
	if rule == (trends.Rule{}) {
		rule = trends.DefaultRule
	}
	r, err := p.releaser(rule, time.Now, f.log)
	if err != nil {
		f.log.Error("no period can be closed", "error", err)
		return
	}
	look := func() {
		if _, err := r.Close(ctx, false); err != nil && ctx.Err() == nil && !errors.Is(err, context.Canceled) {
			f.log.Error("a period that is due could not be closed", "error", err)
		}
	}
	look()
	every(ctx, releaseEvery, look)
}

// release closes a demo's periods, once its history is there.
func (p *portal) release(ctx context.Context, s streams) error {
	r, err := p.releaser(trends.DefaultRule, time.Now, nil)
	if err != nil {
		return err
	}
	begun := time.Now()
	made, err := r.Close(ctx, false)
	if err != nil {
		return fmt.Errorf("figures: %w", err)
	}
	debug.FreeOSMemory() // what proving the releases took
	if len(made) > 0 {
		fmt.Fprintf(s.out, "Figures: %d periods released, in %s.\n", len(made), time.Since(begun).Round(time.Second/10))
	}
	return nil
}
