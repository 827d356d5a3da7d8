package models_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"znak/models"
)

// walkers are those who can see a referral of author's, and those who never
// have an event.
var walkers = []models.Actor{
	{ID: "author", Role: models.RoleTeacher},
	{ID: "psychologist", Role: models.RolePsychologist},
	{ID: "coordinator", Role: models.RoleCoordinator},
	{ID: "deputy", Role: models.RoleCoordinator},
	{ID: "centre", Role: models.RoleCentre},
	{ID: "centre2", Role: models.RoleCentre},
	{ID: "system", Role: models.RoleSystem},
	{ID: "ministry", Role: models.RoleMinistry},
	{ID: "auditor", Role: models.RoleAuditor},
	{ID: "admin", Role: models.RoleAdmin},
	{ID: "operator", Role: models.RoleOperator},
}

// ways are the moves between states that the domain allows, whatever the event.
var ways = map[models.State][]models.State{
	models.StateDraft:           {models.StateSubmitted},
	models.StateSubmitted:       {models.StateAcknowledged, models.StateInfoRequested, models.StateForwarded},
	models.StateAcknowledged:    {models.StateInfoRequested, models.StateForwarded, models.StateClosed},
	models.StateForwarded:       {models.StateReceived},
	models.StateReceived:        {models.StateInAssessment, models.StateInfoRequested},
	models.StateInAssessment:    {models.StateInfoRequested, models.StateClosed},
	models.StateReconsideration: {models.StateInfoRequested, models.StateClosed},
	models.StateClosed:          {models.StateReconsideration},
	models.StateInfoRequested: {models.StateSubmitted, models.StateAcknowledged, models.StateForwarded, models.StateReceived,
		models.StateInAssessment, models.StateReconsideration, models.StateClosed},
}

// walk is a referral going its way, with what a person would remember of it.
type walk struct {
	t         *rapid.T
	at        models.Standing
	forwarded bool
	proposer  string
}

func TestWalksStayOnTheWay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := &walk{t: t, at: models.Standing{State: models.StateDraft, AuthorID: "author"}}
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			w.step()
			w.holds()
		}
	})
}

// step lets anybody try anything.
func (w *walk) step() {
	a, e := w.draw()
	row, err := models.Find(w.at, e, a)
	if possible := slices.Contains(models.Possible(w.at, a), e); possible != (err == nil) && e != models.EventSubmit {
		w.t.Fatalf("%s is offered to %s: %v, and Find says %v", e, a.ID, possible, err)
	}
	if err != nil {
		w.refused(a, e, err)
		return
	}
	was := w.at
	w.at.State, w.at.ReturnState = row.Next(was)
	w.moved(was, a, e)
	w.effect(a, e)
}

// draw picks somebody and something: mostly what is possible, so that the walk
// gets far.
func (w *walk) draw() (models.Actor, models.Event) {
	type try struct {
		a models.Actor
		e models.Event
	}
	var all, open []try
	for _, a := range walkers {
		for _, e := range append([]models.Event{models.EventSubmit}, models.Events...) {
			all = append(all, try{a, e})
			if _, err := models.Find(w.at, e, a); err == nil {
				open = append(open, try{a, e})
			}
		}
	}
	if len(open) > 0 && rapid.IntRange(0, 3).Draw(w.t, "sense") > 0 {
		all = open
	}
	got := rapid.SampledFrom(all).Draw(w.t, "try")
	return got.a, got.e
}

func (w *walk) refused(a models.Actor, e models.Event, err error) {
	want := models.CodeConflict
	if !models.RoleMay(a, e) {
		want = models.CodeForbidden
	}
	if models.CodeOf(err) != want {
		w.t.Fatalf("%s by %s in %s: %v, want %s", e, a.ID, w.at.State, err, want)
	}
}

// moved judges a move by the rules of the domain.
func (w *walk) moved(was models.Standing, a models.Actor, e models.Event) {
	now := w.at.State
	if now != was.State && !slices.Contains(ways[was.State], now) {
		w.t.Fatalf("%s by %s led from %s to %s", e, a.ID, was.State, now)
	}
	if e == models.EventAnswer && now != was.ReturnState {
		w.t.Fatalf("the answer led to %s, the question came from %s", now, was.ReturnState)
	}
	if now != models.StateClosed || was.State == models.StateClosed {
		return
	}
	switch {
	case a.Role == models.RoleCentre && w.forwarded:
		if was.DecidedBy == a.ID && e == models.EventDecideReconsideration {
			w.t.Fatalf("%s answered the reconsideration of the own decision", a.ID)
		}
	case a.Role == models.RoleCoordinator && !w.forwarded && w.proposer != "" && w.proposer != a.ID:
	default:
		w.t.Fatalf("closed by %s alone (%s); proposed by %q, forwarded %v", a.ID, e, w.proposer, w.forwarded)
	}
}

// effect is what the events leave behind, as the domain tells it.
func (w *walk) effect(a models.Actor, e models.Event) {
	switch e {
	case models.EventAsk:
		w.at.AskedOf = models.ToSchool
		if a.Role == models.RoleCentre && rapid.Bool().Draw(w.t, "asks the coordinator") {
			w.at.AskedOf = models.ToCoordinator
		}
	case models.EventForward:
		w.forwarded, w.proposer, w.at.ClosingBy = true, "", ""
	case models.EventProposeClose:
		w.proposer, w.at.ClosingBy = a.ID, a.ID
	case models.EventDecide, models.EventDecideReconsideration:
		w.at.DecidedBy, w.at.Outcome = a.ID, rapid.SampledFrom(models.Outcomes).Draw(w.t, "outcome")
	}
}

// holds checks what must be true wherever the referral stands.
func (w *walk) holds() {
	may := func(id string, e models.Event) bool {
		i := slices.IndexFunc(walkers, func(a models.Actor) bool { return a.ID == id })
		_, err := models.Find(w.at, e, walkers[i])
		return err == nil
	}
	s := w.at
	if !slices.Contains(models.States, s.State) || (s.State == models.StateInfoRequested) != (s.ReturnState != "") {
		w.t.Fatalf("the referral stands nowhere: %+v", s)
	}
	if s.State == models.StateDraft {
		return
	}
	if !may("author", models.EventAdd) || !may("psychologist", models.EventAdd) {
		w.t.Fatalf("the school cannot add in %s", s.State)
	}
	place := s.State
	if place == models.StateInfoRequested {
		place = s.ReturnState
	}
	next := map[models.State]models.Event{models.StateSubmitted: models.EventForward, models.StateAcknowledged: models.EventForward,
		models.StateForwarded: models.EventReceive, models.StateReceived: models.EventAssess, models.StateInAssessment: models.EventDecide,
		models.StateReconsideration: models.EventDecideReconsideration}
	e, open := next[place]
	if open && !may("coordinator", e) && !may("centre", e) && !may("centre2", e) {
		w.t.Fatalf("nobody can move it on from %s by %s", place, e)
	}
	if e == models.EventForward && !may("system", e) {
		w.t.Fatalf("the portal cannot forward it from %s: a missed decision would stay missed", place)
	}
	if s.State == models.StateClosed && s.Outcome != "" && s.Outcome != models.OutcomeIdentified && !may("author", models.EventReconsider) {
		w.t.Fatal("the author cannot ask for reconsideration")
	}
}
