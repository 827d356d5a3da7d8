package trends

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
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
	for i, d := range due {
		if i == 0 || due[i-1].year != d.year {
			if at, err = r.frozen(ctx, p, d.year); err != nil {
				return made, err
			}
		}
		record, err := r.close(ctx, p, at, d, dry)
		if models.CodeOf(err) == models.CodeConflict {
			return made, nil // another program is at it
		}
		if err != nil {
			return made, err
		}
		made = append(made, Made{d, record})
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

// frozen is the cube of a school year as it is published now.
func (r *Releaser) frozen(ctx context.Context, p *past, year int) (*cube, error) {
	c := r.layout.newCube()
	y := makePeriod(SchoolYear, year, 0)
	var codes, areas, tables []string
	for _, m := range y.months() {
		if t := p.truth[m.Code]; t != nil {
			c.setMonth(m.from, t)
		}
		codes = append(codes, m.Code, m.Within(Quarter).Code, y.Code)
	}
	for _, a := range r.layout.areas {
		areas = append(areas, a.Code)
	}
	for _, t := range r.layout.tables {
		tables = append(tables, t.ID)
	}
	rows, err := r.Store.FigureCells(ctx, r.by(), codes, areas, tables)
	if err != nil {
		return nil, err
	}
	return c, c.thaw(p, rows)
}

// thaw puts released cells in.
func (c *cube) thaw(p *past, rows []models.FigureCell) error {
	areas, codes := map[string]int{}, map[[2]string]int{}
	for i, a := range c.l.areas {
		areas[a.Code] = i
	}
	for i, code := range c.l.codes {
		codes[[2]string{code.table.ID, code.code}] = i
	}
	for _, row := range rows {
		period, err := ParsePeriod(row.Period)
		release, ok := p.released[row.Period]
		if !ok {
			continue // another program released it a moment ago: this one's will clash
		}
		area, known := areas[row.Area]
		code, counted := codes[[2]string{row.Figure, row.Code}]
		if err != nil || release.ID != row.ReleaseID || !known || !counted {
			return fmt.Errorf("release of %s: a cell of %s, %s has no place any more", row.Period, row.Figure, row.Area)
		}
		x := Rule{release.Threshold, release.Base}.cell(period.number(), area, code, c.sum(period.number(), area, code))
		x.fresh = false
		if x.status == Shown && (row.Status != string(Shown) || int64(x.value) != row.Value) {
			if row.Status == string(Shown) {
				return fmt.Errorf("release of %s: a cell of %s, %s is not what its counts make it: it was altered", row.Period, row.Figure, row.Area)
			}
			x.protecting = true
		}
		c.add(x)
	}
	for i := range c.cells {
		if x := &c.cells[i]; x.protecting {
			c.hide(x)
		}
	}
	return nil
}

// close makes and freezes the release of one period.
func (r *Releaser) close(ctx context.Context, p *past, c *cube, d Period, dry bool) (Record, error) {
	start := time.Now()
	if d.Kind == Month {
		c.setMonth(d.from, p.truth[d.Code])
	}
	c.propose(d, r.Rule)
	rounds := c.gate(d.Kind != Month)
	record := c.record(d, p.first)
	record.Rounds = rounds
	row, cells, err := r.freeze(p, c, d, record)
	if err != nil {
		return record, err
	}
	if !dry {
		err = r.Store.Tx(ctx, func(tx *store.Tx) error {
			if err := tx.AddRelease(row, cells); err != nil {
				return err
			}
			e := models.AuditBy(r.by(), "release")
			e.Object, e.Digest = d.Code, row.Digest
			return r.Log.Append(tx, e)
		})
		if err != nil {
			return record, err
		}
	}
	p.released[d.Code] = *row
	for i := range c.cells {
		c.cells[i].fresh = false
	}
	if r.Logger != nil {
		r.Logger.Info("period closed", "period", d.Code, "cells", record.Cells, "shown", record.Shown, "small", record.Small,
			"protecting", record.Protecting, "rounds", rounds, "took", time.Since(start).Round(time.Millisecond))
	}
	return record, nil
}

// record says what the fresh cells are: numbers alone.
func (c *cube) record(d, first Period) Record {
	var out Record
	for i := range c.cells {
		x := &c.cells[i]
		switch {
		case !x.fresh || x.status == NotReleased:
			continue
		case x.status == Shown:
			out.Shown++
		case x.protecting:
			out.Protecting++
		default:
			out.Small++
		}
		out.Cells++
	}
	for _, area := range c.l.areas {
		for _, code := range c.l.codes {
			if code.table.Made(area.Level, d.Kind) {
				out.NotReleased++
			}
		}
	}
	out.NotReleased -= out.Cells
	for _, m := range d.months() {
		if m.First >= first.First {
			out.Months++
		}
	}
	return out
}

// freeze turns the fresh cells into rows, with a digest of all of them.
func (r *Releaser) freeze(p *past, c *cube, d Period, record Record) (*models.FigureRelease, []models.FigureCell, error) {
	text, err := json.Marshal(record)
	if err != nil {
		return nil, nil, err
	}
	row := &models.FigureRelease{ID: models.NewID(), Period: d.Code, Kind: string(d.Kind), FirstDay: d.First, LastDay: d.Last,
		ReleasedAt: models.StampOf(r.Now()), Threshold: r.Rule.Threshold, Base: r.Rule.Base, Record: string(text), Truth: []byte{}}
	if d.Kind == Month {
		plain, err := r.layout.encode(p.truth[d.Code])
		if err != nil {
			return nil, nil, err
		}
		if row.Truth, err = r.Keys.SealFact(row.ID, plain); err != nil {
			return nil, nil, err
		}
	}
	var cells []models.FigureCell
	for i := range c.cells {
		if x := &c.cells[i]; x.fresh && x.status != NotReleased {
			code := &c.l.codes[x.code]
			cells = append(cells, models.FigureCell{ReleaseID: row.ID, Period: d.Code, Area: c.l.areas[x.area].Code, Figure: code.table.ID,
				Code: code.code, Status: string(x.status), Value: int64(x.value)})
		}
	}
	row.Digest = digest(row, cells)
	return row, cells, nil
}

// digest is that of everything public in a release.
func digest(r *models.FigureRelease, cells []models.FigureCell) []byte {
	h := sha256.New()
	write := func(texts ...string) {
		for _, s := range texts {
			var n [4]byte
			binary.BigEndian.PutUint32(n[:], uint32(len(s)))
			h.Write(n[:])
			h.Write([]byte(s))
		}
	}
	write("znak release v1", r.ID, r.Period, r.Kind, r.FirstDay, r.LastDay, fmt.Sprint(int64(r.ReleasedAt)), fmt.Sprint(r.Threshold), fmt.Sprint(r.Base), r.Record)
	for _, c := range cells {
		write(c.Area, c.Figure, c.Code, c.Status, fmt.Sprint(c.Value))
	}
	return h.Sum(nil)
}
