package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"znak/models"
	"znak/models/audit"
)

const small = 80

func TestEveryStateIsThereAndNothingIsOverdue(t *testing.T) {
	for _, now := range []time.Time{
		morning(t),
		time.Date(2026, 11, 22, 23, 59, 0, 0, belgrade(t)), // a Sunday, late
		time.Date(2027, 1, 4, 0, 1, 0, 0, belgrade(t)),     // between New Year and Christmas
		time.Date(2026, 4, 14, 13, 59, 0, 0, belgrade(t)),  // the day after Easter Monday
		time.Date(2026, 7, 25, 7, 0, 0, 0, belgrade(t)),
		time.Date(2026, 10, 25, 3, 30, 0, 0, belgrade(t)), // the clocks go back
	} {
		t.Run(now.Format("2006-01-02 15:04"), func(t *testing.T) {
			w := newWorld(t, now)
			w.fill(2 * small)
			states, n := map[models.State]int{}, 0
			for _, a := range w.everybody() {
				for _, r := range w.list(a) {
					if r.AuthorID != a.ID {
						continue
					}
					n++
					states[r.State]++
					if r.Overdue(now) || r.Overdue(now.Add(20*time.Minute)) {
						t.Errorf("%s in state %s is overdue at the start: due %v", r.Ref, r.State, r.NextDue.Time())
					}
					if r.ChangedAt.Time().After(now) {
						t.Errorf("%s changed in the future, at %v", r.Ref, r.ChangedAt.Time())
					}
				}
			}
			if n != 2*small {
				t.Errorf("%d referrals, want %d", n, 2*small)
			}
			for _, s := range models.States {
				if states[s] == 0 {
					t.Errorf("no referral is in state %s: %v", s, states)
				}
			}
		})
	}
}

func TestSameSeedAndDateGiveTheSameData(t *testing.T) {
	read := func(now time.Time) map[string]string {
		w := newWorld(t, now)
		w.fill(small)
		out := map[string]string{}
		for _, a := range w.everybody() {
			for _, r := range w.list(a) {
				if r.AuthorID == a.ID {
					out[r.Ref] = w.told(a, r)
				}
			}
		}
		return out
	}
	one, two := read(morning(t)), read(morning(t).Add(20*time.Minute))
	if len(one) != small || !maps.Equal(one, two) {
		for ref := range one {
			if one[ref] != two[ref] {
				t.Fatalf("%s differs:\n%s\n%s", ref, one[ref], two[ref])
			}
		}
		t.Fatalf("references differ: %d and %d", len(one), len(two))
	}
	later := read(morning(t).Add(9 * time.Hour))
	if !slices.Equal(slices.Sorted(maps.Keys(one)), slices.Sorted(maps.Keys(later))) {
		t.Error("a later start on the same day has other references")
	}
}

// told is everything that the author can see of a referral.
func (w *world) told(a models.Actor, r models.Referral) string {
	w.Helper()
	r.ID = ""
	if r.State == models.StateDraft {
		d, err := w.service.Draft(context.Background(), a, r.Ref, "review")
		w.must(err)
		return w.text(r, d.Content, nil)
	}
	d, err := w.service.Read(context.Background(), a, r.Ref, "read")
	w.must(err)
	var moments []string
	for _, m := range d.Timeline {
		moments = append(moments, fmt.Sprint(m.Event, m.At, m.ActorRole, m.FromState, m.ToState, m.Input))
	}
	return w.text(r, d.Content, moments)
}

func (w *world) text(r models.Referral, c models.Content, moments []string) string {
	w.Helper()
	r.QueueRank = 0
	c.FactID = ""
	b, err := json.Marshal([]any{r, c, moments})
	w.must(err)
	return string(b)
}

func TestHistoryIsOnTheAuditTrail(t *testing.T) {
	w := newWorld(t, morning(t))
	w.fill(small)
	w.must(w.log.Settle(context.Background()))
	report, err := w.log.Verify(context.Background(), audit.Options{})
	w.must(err)
	if !report.OK || report.Entries < 5*small {
		t.Errorf("verify: %+v", report)
	}
}

func TestInterruptedFillGoesOn(t *testing.T) {
	w := newWorld(t, morning(t))
	ctx, stop := context.WithCancel(context.Background())
	h := w.history(small)
	if err := h.Fill(ctx, func(int) { stop() }); err == nil {
		t.Skip("all of it was made in one turn")
	}
	before := 0
	for _, a := range w.everybody() {
		before += len(w.list(a))
	}
	if before == 0 {
		t.Error("nothing is there after the first turn")
	}
	w.fill(small)
	n := 0
	for _, a := range w.everybody() {
		for _, r := range w.list(a) {
			if r.AuthorID == a.ID {
				n++
			}
		}
	}
	if n != small {
		t.Errorf("%d referrals after going on, want %d", n, small)
	}
}

func TestFewReferrals(t *testing.T) {
	for _, n := range []int{0, 1, len(scenes), len(scenes) + 1} {
		w := newWorld(t, morning(t))
		last := 0
		w.must(w.history(n).Fill(context.Background(), func(done int) { last = done }))
		if last != n {
			t.Errorf("%d referrals asked, %d made", n, last)
		}
	}
}
