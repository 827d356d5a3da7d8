package demo

import (
	"context"
	"time"

	"znak/models"
	"znak/models/referral"
	"znak/models/store"
)

// History makes the demo's referrals. People must be in the database.
type History struct {
	Service   *referral.Service
	Store     *store.Store
	Seed      int64
	Now       time.Time // the moment of the demo
	Referrals int       // how many there shall be

	cast  *cast
	diary *diary
	today time.Time // the midnight at which the made-up past ends
	tick  time.Time // the newest moment at which anybody acts
	open  int       // how many are open on purpose
}

// years is how far back the history goes.
const years = 2

// turn is how long one transaction may take: whoever uses the portal while the
// history is made waits no longer than that.
const turn = 80 * time.Millisecond

// Fill makes the referrals, those of the accounts that people sign in with and
// the open ones first, then the past from its beginning on. progress is told
// now and then how many there are. A referral that an earlier, interrupted Fill
// made is left as it is, so that it can be called again. Only the demo calls it.
func (h *History) Fill(ctx context.Context, progress func(done int)) error {
	if err := h.prepare(); err != nil {
		return err
	}
	for next := 0; next < h.Referrals; {
		if err := ctx.Err(); err != nil {
			return err
		}
		start := time.Now()
		err := h.Store.Batch(ctx, func(act func(time.Time, func(*store.Tx) error) error) error {
			for ; next < h.Referrals && time.Since(start) < turn; next++ {
				if err := h.make(ctx, act, next); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		progress(next)
	}
	return nil
}

func (h *History) prepare() error {
	lib, err := load()
	if err != nil {
		return err
	}
	now := h.Now.In(h.Service.Location)
	if h.cast, err = newCast(lib, now); err != nil {
		return err
	}
	h.today, h.tick = midnight(now), now.Truncate(time.Hour)
	h.diary = newDiary(h.today.AddDate(-years, 0, 0), h.today, h.Service.Calendar)
	rest := max(0, h.Referrals-len(scenes))
	h.open = min(rest/4, max(8, rest*15/1000))
	return nil
}

// make makes the n-th referral, whole.
func (h *History) make(ctx context.Context, act func(time.Time, func(*store.Tx) error) error, n int) error {
	l := &life{h: h, ctx: ctx, d: newDice(h.Seed, "referral", n), t: newDice(h.Seed, "time", n), end: h.today}
	refs := newDice(h.Seed, "reference", n)
	if h.Store.ReferralID(ctx, models.ReferenceFrom(refs.bytes)) != "" {
		return nil
	}
	refs = newDice(h.Seed, "reference", n)
	l.s = h.Service.Within(func(f func(*store.Tx) error) error { return act(l.at, f) })
	l.s.Reference = func() string { return models.ReferenceFrom(refs.bytes) }
	switch past := n - len(scenes) - h.open; {
	case n < len(scenes):
		l.play(scenes[n], n)
	case past < 0:
		l.pending()
	default:
		l.past(past, h.Referrals-len(scenes)-h.open)
	}
	return l.err
}

// school draws a school, by how often it writes.
func (h *History) school(d *dice) models.School { return h.cast.schools[d.weigh(h.cast.pupils)] }

// author draws who writes: a teacher mostly.
func (h *History) author(d *dice, school models.School) *person {
	staff := h.cast.staff[school.ID]
	if last := len(staff) - 1; !d.chance(0.28) {
		return one(d, staff[:last])
	}
	return h.cast.psychologist(school.ID)
}
