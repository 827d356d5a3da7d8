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
