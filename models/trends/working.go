// Package trends makes the figures that the ministry and the coordinators see.
// What it hands out is protected already: it holds no count that could point at
// a child.
package trends

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"znak/models"
	"znak/models/store"
)

// Working makes and keeps the figures on the working of the system: how long
// its duties take, what waits, which accounts are used. How they are protected,
// and what remains, is in docs/figures-system.md.
type Working struct {
	Store    *store.Store
	Now      func() time.Time
	Location *time.Location // where days and months are counted
	Rule     WorkingRule

	making sync.Mutex // one at a time reads all referrals
}

// Parts of the figures, which are made at different times.
const (
	workingTimes = "times" // once a month
	workingToday = "today" // once a day
)

// WorkingView is what one actor may see.
type WorkingView struct {
	From, Until time.Time // the submissions that the times rest on: from, until before
	Next        time.Time // when the times are made anew
	TimesAt     time.Time // when they were made
	TodayAt     time.Time // when the rest was
	Places      []WorkingPlace
}

// WorkingPlace is one scope's figures: a desk's, or the country's.
type WorkingPlace struct {
	Scope string // a district's id, or store.WorkingCountry
	WorkingPaces
	WorkingState
}

// Place returns the figures of a scope.
func (v *WorkingView) Place(scope string) (WorkingPlace, bool) {
	for _, p := range v.Places {
		if p.Scope == scope {
			return p, true
		}
	}
	return WorkingPlace{}, false
}

// Look returns the figures that the actor may see: the ministry and the
// national desk see the country and every desk, a district's coordinator the
// own desk; others get CodeForbidden. Whoever looks first has them made; all
// programs on one database then show the same.
func (w *Working) Look(ctx context.Context, a models.Actor) (*WorkingView, error) {
	now := w.Now().In(w.Location)
	window, today := workingWindowAt(now), workingDayAt(now)
	times, err := w.kept(ctx, a, workingTimes, window.day(), func() (map[string]any, error) { return w.makeTimes(ctx, window) })
	if err != nil {
		return nil, err
	}
	states, err := w.kept(ctx, a, workingToday, today, func() (map[string]any, error) { return w.makeToday(ctx, now) })
	if err != nil {
		return nil, err
	}
	v := &WorkingView{From: window.from, Until: window.until, Next: window.next()}
	at := map[string]int{}
	for _, row := range times {
		at[row.Scope] = len(v.Places)
		v.Places, v.TimesAt = append(v.Places, WorkingPlace{Scope: row.Scope}), row.MadeAt.Time().In(w.Location)
		if err := json.Unmarshal([]byte(row.Body), &v.Places[at[row.Scope]].WorkingPaces); err != nil {
			return nil, err
		}
	}
	for _, row := range states {
		i, ok := at[row.Scope]
		if !ok {
			i = len(v.Places) // a district that came since the times were made
			v.Places = append(v.Places, WorkingPlace{Scope: row.Scope})
		}
		v.TodayAt = row.MadeAt.Time().In(w.Location)
		if err := json.Unmarshal([]byte(row.Body), &v.Places[i].WorkingState); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// kept returns the figures of a part as they were kept for the day, and has
// them made and kept before if nobody has yet.
func (w *Working) kept(ctx context.Context, a models.Actor, part, day string, figures func() (map[string]any, error)) ([]store.WorkingRow, error) {
	rule := w.Rule.String()
	rows, err := w.Store.WorkingKept(ctx, a, part, day, rule)
	if err != nil || len(rows) > 0 {
		return rows, err
	}
	w.making.Lock()
	defer w.making.Unlock()
	if rows, err = w.Store.WorkingKept(ctx, a, part, day, rule); err != nil || len(rows) > 0 {
		return rows, err
	}
	made, err := figures()
	if err != nil {
		return nil, err
	}
	at := models.StampOf(w.Now())
	for scope, figure := range made {
		body, err := json.Marshal(figure)
		if err != nil {
			return nil, err
		}
		rows = append(rows, store.WorkingRow{Part: part, Day: day, Rule: rule, Scope: scope, Body: string(body), MadeAt: at})
	}
	if err := w.Store.Tx(ctx, func(tx *store.Tx) error { return tx.KeepWorking(part, day, rows) }); err != nil {
		return nil, err
	}
	return w.Store.WorkingKept(ctx, a, part, day, rule)
}

// workingScopes lists every scope: a figure is kept for each, hidden or not.
func (w *Working) workingScopes(ctx context.Context) ([]string, error) {
	districts, err := w.Store.Districts(ctx)
	if err != nil {
		return nil, err
	}
	scopes := []string{store.WorkingCountry}
	for _, d := range districts {
		scopes = append(scopes, d.ID)
	}
	return scopes, nil
}
