package trends

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"runtime"

	"golang.org/x/sync/errgroup"

	"znak/models/referral"
	"znak/models/store"
)

// Opening a row of the figures costs more than reading it: rows are read by one
// and opened by a few, in batches, so that what is in memory stays bounded.
const (
	openers = 4 // at most
	batch   = 256
)

// factRow is a row of the figures as it is kept.
type factRow struct {
	id, month string
	body      []byte
}

// facts counts every row of the figures up to a month into the months of out.
func (r *Releaser) facts(ctx context.Context, s *store.Snapshot, until string, out map[string]counts) error {
	g, ctx := errgroup.WithContext(ctx)
	batches := make(chan []factRow, openers)
	sheets := make([]map[string]counts, min(openers, runtime.GOMAXPROCS(0)))
	for i := range sheets {
		sheet := map[string]counts{}
		for month := range out {
			sheet[month] = r.layout.newCounts()
		}
		sheets[i] = sheet
		g.Go(func() error { return r.open(batches, sheet) })
	}
	g.Go(func() error {
		defer close(batches)
		return read(ctx, s, r, until, batches)
	})
	if err := g.Wait(); err != nil {
		return err
	}
	for _, sheet := range sheets {
		for month, c := range sheet {
			out[month].plus(c)
		}
	}
	return nil
}

// read passes the rows on in batches, until the context ends.
func read(ctx context.Context, s *store.Snapshot, r *Releaser, until string, batches chan<- []factRow) error {
	var some []factRow
	pass := func() error {
		select {
		case batches <- some:
			some = make([]factRow, 0, batch)
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	err := s.Facts(ctx, r.by(), until, func(id, month string, body []byte) error {
		if some = append(some, factRow{id, month, bytes.Clone(body)}); len(some) < batch {
			return nil
		}
		return pass()
	})
	if err != nil {
		return err
	}
	return pass()
}

// open opens rows and counts them on a sheet of its own.
func (r *Releaser) open(batches <-chan []factRow, sheet map[string]counts) error {
	for some := range batches {
		for i := range some {
			if err := r.openOne(&some[i], sheet); err != nil {
				return err
			}
		}
	}
	return nil
}

// decidedKey stands in every row of a referral that the Centre decided on.
var decidedKey = []byte(`"outcome_month"`)

func (r *Releaser) openOne(row *factRow, sheet map[string]counts) error {
	plain, err := r.Keys.OpenFact(row.id, row.body)
	if err != nil {
		return fmt.Errorf("a row of the figures of %s cannot be opened", row.month)
	}
	if sheet[row.month] == nil && !bytes.Contains(plain, decidedKey) {
		return nil // of a month counted before, and undecided
	}
	var f referral.Fact
	if err := json.Unmarshal(plain, &f); err != nil {
		return fmt.Errorf("a row of the figures of %s is damaged", row.month)
	}
	return r.layout.addFact(&f, sheet[row.month], sheet[f.OutcomeMonth])
}

// plus adds other counts.
func (c counts) plus(other counts) {
	for place, row := range other {
		for col, n := range row {
			c[place][col] += n
		}
	}
}
