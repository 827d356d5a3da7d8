package trends

import (
	"context"
	"fmt"
	"time"

	"znak/models"
	"znak/models/referral"
	"znak/models/store"
)

// counts are the true counts of one month: by place, by column. Nobody but the
// release holds them in clear.
type counts [][]int32

func (l *layout) newCounts() counts {
	c := make(counts, len(l.places))
	for i := range c {
		c[i] = make([]int32, len(l.names))
	}
	return c
}

// FunnelDays is how long a referral is followed in the funnel: a station
// counts when it was reached within so many days of the submission. A month is
// released when they have passed for its last day too.
const FunnelDays = 28

// count counts the months from the rows of the figures and from the stations
// of the referrals. Months are by code.
func (r *Releaser) count(ctx context.Context, months []Period) (map[string]counts, error) {
	out := map[string]counts{}
	for _, m := range months {
		out[m.Code] = r.layout.newCounts()
	}
	if len(months) == 0 {
		return out, nil
	}
	first, last := months[0], months[len(months)-1]
	err := r.Store.Snapshot(ctx, func(s *store.Snapshot) error {
		err := r.facts(ctx, s, last.Code, out)
		if err != nil {
			return err
		}
		from, until := models.StampOf(first.begins(r.Location)), models.StampOf(last.Next().begins(r.Location))
		return s.Milestones(ctx, r.by(), from, until, func(m store.Milestone) {
			r.layout.addStations(m, out[m.Submitted.Time().In(r.Location).Format(monthForm)])
		})
	})
	return out, err
}

// addFact counts a fact in the month of its submission and in that of its
// outcome, where they are wanted.
func (l *layout) addFact(f *referral.Fact, submitted, decided counts) error {
	at := l.place(f.District)
	if submitted != nil {
		row := submitted[at]
		row[columnN]++
		for _, v := range [...][2]string{{TableUrgency, string(f.Urgency)}, {TableAge, f.AgeBand}, {TableSex, f.Sex}, {TableRole, string(f.Role)}, {TableSchool, f.Level}} {
			col, ok := l.columnOf[v[0]+":"+v[1]]
			if !ok {
				return fmt.Errorf("a row of the figures has an unknown value of %s: the program that released it must know it", v[0])
			}
			row[col]++
		}
		for _, g := range f.Groups {
			if col, ok := l.columnOf[TableGroup+":"+g]; ok {
				row[col]++
			}
		}
	}
	if decided != nil && f.Outcome != "" {
		col, ok := l.columnOf[TableOutcome+":"+string(f.Outcome)]
		if !ok {
			return fmt.Errorf("a row of the figures has an unknown outcome")
		}
		decided[at][col]++
	}
	return nil
}

// addStations counts the stations that a referral reached in time. Whoever has
// an outcome was received and forwarded, whatever the clock says.
func (l *layout) addStations(m store.Milestone, month counts) {
	if month == nil {
		return
	}
	limit := models.StampOf(m.Submitted.Time().Add(FunnelDays * 24 * time.Hour))
	by := func(s models.Stamp) bool { return s > 0 && s <= limit }
	row := month[l.place(m.DistrictID)]
	forwarded := by(m.Forwarded)
	received := forwarded && by(m.Received)
	for _, s := range [...]struct {
		name    string
		reached bool
	}{{"acknowledged", by(m.Acknowledged)}, {CodeForwarded, forwarded}, {"received", received}, {"outcome", received && by(m.Done)}} {
		if col := l.columnOf[TableFunnel+":"+s.name]; s.reached && row[col] < row[columnN] {
			row[col]++
		}
	}
}
