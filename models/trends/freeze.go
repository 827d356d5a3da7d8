package trends

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"time"

	"znak/models"
	"znak/models/store"
)

// close makes the releases of periods with the same last day, the shortest
// first, proves them together, and freezes one after the other. Where it stops
// between two, the first is safe by itself.
func (r *Releaser) close(ctx context.Context, p *past, c *cube, due []Period, dry bool) (made []Made, err error) {
	start := time.Now()
	if due[0].Kind == Month {
		c.setMonth(due[0].from, p.truth[due[0].Code])
	}
	rounds := c.release(due, r.Rule)
	for _, d := range due {
		record := c.record(d, p.first)
		record.Rounds = rounds
		row, cells, err := r.freeze(p, c, d, record)
		if err == nil && !dry {
			err = r.write(ctx, row, cells)
		}
		if err != nil {
			return made, err
		}
		p.released[d.Code] = *row
		made = append(made, Made{d, record})
		if r.Logger != nil {
			r.Logger.Info("period closed", "period", d.Code, "cells", record.Cells, "shown", record.Shown, "small", record.Small,
				"protecting", record.Protecting, "rounds", rounds, "took", time.Since(start).Round(time.Millisecond))
		}
	}
	c.settled()
	return made, nil
}

// write freezes a release: its rows and its entry on the audit log, or neither.
func (r *Releaser) write(ctx context.Context, row *models.FigureRelease, cells []models.FigureCell) error {
	return r.Store.Tx(ctx, func(tx *store.Tx) error {
		if err := tx.AddRelease(row, cells); err != nil {
			return err
		}
		e := models.AuditBy(r.by(), "release")
		e.Object, e.Digest = row.Period, row.Digest
		return r.Log.Append(tx, e)
	})
}

// release proposes the cells of periods with the same last day, and hides what
// has to be.
func (c *cube) release(due []Period, rule Rule) (rounds int) {
	all := false
	for _, d := range due {
		c.propose(d, rule)
		all = all || d.Kind != Month
	}
	return c.gate(all)
}

// settled ends a release: nothing in it changes any more.
func (c *cube) settled() {
	for i := range c.cells {
		c.cells[i].fresh = false
	}
}

// record says what a period's fresh cells are: numbers alone.
func (c *cube) record(d, first Period) Record {
	var out Record
	for i := range c.cells {
		x := &c.cells[i]
		switch {
		case !x.fresh || x.status == NotReleased || x.period != d.number():
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
		if x := &c.cells[i]; x.fresh && x.status != NotReleased && x.period == d.number() {
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
