package trends

import (
	"context"
	"time"

	"znak/models"
	"znak/models/store"
)

// WorkingPace is how fast a duty is done.
type WorkingPace struct {
	Shown bool
	// Within is the least of a few steps within which half of the referrals had
	// it done, in hours that passed on the clock, nights and feasts included; 0
	// when half took longer than the longest step.
	Within int `json:",omitempty"`
	// Tenths is how many of ten were done before their clock ran out, where
	// Share is set.
	Share  bool
	Tenths int `json:",omitempty"`
}

// WorkingPaces are the paces of the duties, from one window's submissions.
type WorkingPaces struct{ Acknowledge, Decide, Receive WorkingPace }

// workingSteps are the steps of a pace: coarse, so that one referral more or
// less hardly ever moves it.
var workingSteps = [...]time.Duration{time.Hour, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour, 12 * time.Hour, 24 * time.Hour,
	48 * time.Hour, 72 * time.Hour, 96 * time.Hour, 168 * time.Hour}

// workingTally adds up one duty of one scope.
type workingTally struct {
	all, inTime int64
	steps       [len(workingSteps) + 1]int64
}

func (t *workingTally) add(c store.WorkingCount) {
	t.all, t.steps[c.Step] = t.all+c.N, t.steps[c.Step]+c.N
	if c.InTime {
		t.inTime += c.N
	}
}

// pace is what may be shown of a tally.
func (r WorkingRule) pace(t workingTally) WorkingPace {
	if t.all < r.threshold() {
		return WorkingPace{}
	}
	p := WorkingPace{Shown: true}
	p.Tenths, p.Share = r.tenths(t.inTime, t.all)
	var done int64
	for i, step := range workingSteps {
		if done += t.steps[i]; 2*done >= t.all {
			p.Within = int(step.Hours())
			break
		}
	}
	return p
}

// paces puts a scope's duties together. Receiving rests on the referrals that
// were forwarded: beside a small number of submissions, that it is shown would
// say how many were not. So it waits for more submissions.
func (r WorkingRule) paces(acknowledge, decide, receive workingTally) WorkingPaces {
	p := WorkingPaces{r.pace(acknowledge), r.pace(decide), WorkingPace{}}
	if r.enoughForShare(acknowledge.all) {
		p.Receive = r.pace(receive)
	}
	return p
}

// makeTimes makes the paces of every scope.
func (w *Working) makeTimes(ctx context.Context, window workingWindow) (map[string]any, error) {
	scopes, err := w.workingScopes(ctx)
	if err != nil {
		return nil, err
	}
	var tallies [3]map[string]workingTally
	for i, duty := range []models.Event{models.EventAcknowledge, models.EventForward, models.EventReceive} {
		counts, err := w.Store.WorkingTimes(ctx, models.System(), duty, models.StampOf(window.from), models.StampOf(window.until), workingSteps[:])
		if err != nil {
			return nil, err
		}
		tallies[i] = workingTallies(counts)
	}
	paces := map[string]WorkingPaces{}
	for _, s := range scopes {
		paces[s] = w.Rule.paces(tallies[0][s], tallies[1][s], tallies[2][s])
	}
	for i, duty := range workingDuties {
		w.Rule.coverRest(paces, scopes, tallies[i], duty)
	}
	out := map[string]any{}
	for scope, p := range paces {
		out[scope] = p
	}
	return out, nil
}

// workingDuties pick the pace of each duty, in the order in which they are made.
var workingDuties = [...]func(*WorkingPaces) *WorkingPace{
	func(p *WorkingPaces) *WorkingPace { return &p.Acknowledge },
	func(p *WorkingPaces) *WorkingPace { return &p.Decide },
	func(p *WorkingPaces) *WorkingPace { return &p.Receive },
}

// coverRest sees that what is left of the country without the desks that are
// shown rests on enough referrals, or on none: who knows about how many
// referrals each desk had could else tell the pace of the few from the others'.
// It hides the smallest desk, the last of equal ones, where it does not.
func (r WorkingRule) coverRest(paces map[string]WorkingPaces, scopes []string, tallies map[string]workingTally, duty func(*WorkingPaces) *WorkingPace) {
	rest, smallest := tallies[store.WorkingCountry].all, ""
	for _, s := range scopes {
		p := paces[s]
		if s == store.WorkingCountry || !duty(&p).Shown {
			continue
		}
		rest -= tallies[s].all
		if smallest == "" || tallies[s].all <= tallies[smallest].all {
			smallest = s
		}
	}
	if p := paces[smallest]; smallest != "" && rest > 0 && rest < r.threshold() {
		*duty(&p) = WorkingPace{}
		paces[smallest] = p
	}
}

// workingTallies adds counts up by desk and for the country.
func workingTallies(counts []store.WorkingCount) map[string]workingTally {
	out := map[string]workingTally{}
	for _, c := range counts {
		for _, scope := range []string{c.DeskID, store.WorkingCountry} {
			t := out[scope]
			t.add(c)
			out[scope] = t
		}
	}
	return out
}
