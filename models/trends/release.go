package trends

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"znak/models"
	"znak/models/store"
)

// Releaser closes periods. It is for the job and the command alone, and safe
// for use by one goroutine at a time; of several programs that close the same
// period at once one does, and the others find it done.
type Releaser struct {
	Store    *store.Store
	Keys     Keys
	Log      Log
	Location *time.Location
	Rule     Rule
	Groups   []string // ids of the sign groups of every checklist
	Now      func() time.Time
	Operator bool // a person ran the command: the audit log says so
	Logger   *slog.Logger

	layout *layout
}

// Keys opens and seals what only a release may read.
type Keys interface {
	OpenFact(id string, sealed []byte) ([]byte, error)
	SealFact(id string, plain []byte) ([]byte, error)
}

// Log is the audit log.
type Log interface {
	Append(tx *store.Tx, entries ...models.AuditEntry) error
}

// Start checks the rule and readies the releaser. It must be called first.
func (r *Releaser) Start() (err error) {
	if err := r.Rule.Check(); err != nil {
		return err
	}
	r.layout, err = newLayout(r.Groups)
	return err
}

func (r *Releaser) by() models.Actor {
	if r.Operator {
		return models.Actor{ID: "operator", Role: models.RoleOperator}
	}
	return models.System()
}

// Made is what closing a period came to.
type Made struct {
	Period Period
	Record Record
}

// past is what is released already.
type past struct {
	released map[string]models.FigureRelease // by period
	truth    map[string]counts               // by month
	first    Period                          // month of the first referral
}

// Close closes every period that is due, the oldest first, and returns those
// that it closed. With dry it freezes nothing, and says what it would do. What
// it closed before an error stays closed.
func (r *Releaser) Close(ctx context.Context, dry bool) (made []Made, err error) {
	p, err := r.look(ctx)
	if err != nil || p.first.IsZero() {
		return nil, err
	}
	due := r.due(p)
	var months []Period
	for _, d := range due {
		if d.Kind == Month {
			months = append(months, d)
		}
	}
	fresh, err := r.count(ctx, months)
	if err != nil {
		return nil, err
	}
	for code, c := range fresh {
		p.truth[code] = c
	}
	var at *cube
	for len(due) > 0 {
		// A month goes out together with the quarter and the year that it ends.
		together := 1
		for together < len(due) && due[together].Last == due[0].Last {
			together++
		}
		if at == nil || at.year != due[0].year {
			if at, err = r.frozen(ctx, p, due[0].year); err != nil {
				return made, err
			}
		}
		some, err := r.close(ctx, p, at, due[:together], dry)
		made, due = append(made, some...), due[together:]
		if models.CodeOf(err) == models.CodeConflict {
			return made, nil // another program is at it
		}
		if err != nil {
			return made, err
		}
		if err := ctx.Err(); err != nil {
			return made, err
		}
	}
	return made, nil
}

// look reads what is released and when the figures begin.
func (r *Releaser) look(ctx context.Context) (*past, error) {
	p := &past{released: map[string]models.FigureRelease{}, truth: map[string]counts{}}
	begin, err := r.Store.FactMonth(ctx, r.by())
	if err != nil || begin == "" {
		return p, err
	}
	if p.first, err = ParsePeriod(begin); err != nil {
		return p, fmt.Errorf("the figures' rows begin with %q, which is no month", begin)
	}
	rows, err := r.Store.FigureTruths(ctx, r.by())
	if err != nil {
		return p, err
	}
	for _, row := range rows {
		p.released[row.Period] = row
		if Kind(row.Kind) != Month {
			continue
		}
		plain, err := r.Keys.OpenFact(row.ID, row.Truth)
		if err != nil {
			return p, fmt.Errorf("the counts of release %s cannot be opened with this key file", row.Period)
		}
		if p.truth[row.Period], err = r.layout.decode(plain); err != nil {
			return p, fmt.Errorf("the counts of release %s are damaged: %w", row.Period, err)
		}
		if m, err := ParsePeriod(row.Period); err == nil && m.First < p.first.First {
			p.first = m
		}
	}
	return p, nil
}

// due lists the periods that are over and not released, in the order in which
// they are closed: a month, then the quarter and the school year that it ends.
func (r *Releaser) due(p *past) (out []Period) {
	now := r.Now()
	for m := p.first; !now.Before(m.Next().begins(r.Location).AddDate(0, 0, FunnelDays)); m = m.Next() {
		for _, kind := range []Kind{Month, Quarter, SchoolYear} {
			w := m.Within(kind)
			if _, done := p.released[w.Code]; !done && w.Last == m.Last {
				out = append(out, w)
			}
		}
	}
	return out
}
