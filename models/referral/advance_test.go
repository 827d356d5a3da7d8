package referral_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"znak/models"
	"znak/models/store/storetest"
)

// faults are the fields that an error complains about.
func faults(err error) (fields []string) {
	var e *models.Error
	if errors.As(err, &e) {
		for _, f := range e.Fields {
			fields = append(fields, f.Field+" "+f.Key)
		}
	}
	slices.Sort(fields)
	return fields
}

// actor is who does an event in the builders' world.
var actor = map[models.Event]string{models.EventAnswer: storetest.Teacher, models.EventAdd: storetest.Teacher, models.EventReconsider: storetest.Teacher,
	models.EventReceive: storetest.Centre, models.EventAssess: storetest.Centre, models.EventDecide: storetest.Centre, models.EventDecideReconsideration: storetest.Centre2,
	models.EventConfirmClose: storetest.Deputy}

// place is a state in which an event has its place.
var place = map[models.Event]models.State{models.EventAcknowledge: models.StateSubmitted, models.EventAnswer: models.StateInfoRequested,
	models.EventReceive: models.StateForwarded, models.EventAssess: models.StateReceived, models.EventDecide: models.StateInAssessment,
	models.EventReconsider: models.StateClosed, models.EventDecideReconsideration: models.StateReconsideration}

func TestEveryEventNeedsWhatTheTableSays(t *testing.T) {
	want := map[models.Event]string{
		models.EventAsk: "text error.text_needed,to error.choice_needed", models.EventAnswer: "text error.text_needed",
		models.EventNote: "text error.text_needed", models.EventUrgency: "reason error.reason_needed,urgency error.choice_needed",
		models.EventReassign:     "reason error.reason_needed,to error.choice_needed",
		models.EventProposeClose: "handed_to error.choice_needed,reason_code error.choice_needed,text error.text_needed",
		models.EventDecide:       "criteria error.criteria_needed,outcome error.choice_needed,text error.text_needed",
		models.EventReconsider:   "reason error.reason_needed", models.EventAdd: "text error.text_needed",
		models.EventDecideReconsideration: "criteria error.criteria_needed,outcome error.choice_needed,text error.text_needed",
	}
	w := storetest.New(t)
	for _, e := range models.Events {
		who, state := actor[e], place[e]
		if who == "" {
			who = storetest.Coordinator
		}
		if state == "" {
			state = models.StateAcknowledged
		}
		ref := w.At(state)
		if e == models.EventConfirmClose {
			w.Do(ref, storetest.Coordinator, models.EventProposeClose, w.Input(models.EventProposeClose))
		}
		before := *w.Head(ref)
		err := w.Try(ref, who, e, models.Input{Text: " \n\t ", Reason: "  "})
		if got := strings.Join(faults(err), ","); got != want[e] {
			t.Errorf("%s with nothing but spaces: %v (%q), want %q", e, err, got, want[e])
		}
		if want[e] == "" {
			continue
		}
		if *w.Head(ref) != before {
			t.Errorf("%s: a refused act changed the referral", e)
		}
		w.Do(ref, who, e, w.Input(e))
		if got := w.Head(ref).Version; got != before.Version+1 {
			t.Errorf("%s: version %d after %d", e, got, before.Version)
		}
	}
	sound(t, w)
}

func TestInputsThatAreRefused(t *testing.T) {
	w := storetest.New(t)
	asked, triage, assessed := w.At(models.StateInfoRequested), w.At(models.StateAcknowledged), w.At(models.StateInAssessment)
	decide := func(in models.Input) models.Input {
		in.Text = "x"
		return in
	}
	for _, tt := range []struct {
		name, ref, who string
		e              models.Event
		in             models.Input
		field          string
	}{
		{"too long", asked, storetest.Teacher, models.EventAnswer, models.Input{Text: strings.Repeat("ж", 10001)}, "text error.too_long"},
		{"control characters", asked, storetest.Teacher, models.EventAnswer, models.Input{Text: "a\x00b"}, "text error.control"},
		{"text turned round", asked, storetest.Teacher, models.EventAnswer, models.Input{Text: "a\u202eb"}, "text error.control"},
		{"no UTF-8", asked, storetest.Teacher, models.EventAnswer, models.Input{Text: "a\xffb"}, "text error.utf8"},
		{"a question to the coordinator by one", triage, storetest.Coordinator, models.EventAsk, models.Input{Text: "x", To: models.ToCoordinator}, "to error.choice_needed"},
		{"handing on to oneself", triage, storetest.Coordinator, models.EventReassign, models.Input{Reason: "x", To: storetest.Coordinator}, "to error.choice_needed"},
		{"handing on to another district", triage, storetest.Coordinator, models.EventReassign, models.Input{Reason: "x", To: storetest.CoordinatorFar}, "to error.choice_needed"},
		{"handing on to a teacher", triage, storetest.Coordinator, models.EventReassign, models.Input{Reason: "x", To: storetest.Teacher}, "to error.choice_needed"},
		{"an urgency of one's own", triage, storetest.Coordinator, models.EventUrgency, models.Input{Reason: "x", Urgency: "whenever"}, "urgency error.choice"},
		{"an outcome of one's own", assessed, storetest.Centre, models.EventDecide, decide(models.Input{Outcome: "victim", Criteria: []string{"act"}}), "outcome error.choice"},
		{"no criterion", assessed, storetest.Centre, models.EventDecide, decide(models.Input{Outcome: models.OutcomeDismissed}), "criteria error.criteria_needed"},
		{"an unpublished criterion", assessed, storetest.Centre, models.EventDecide, decide(models.Input{Outcome: models.OutcomeDismissed, Criteria: []string{"act", "feeling"}}), "criteria error.criteria_needed"},
	} {
		err := w.Try(tt.ref, tt.who, tt.e, tt.in)
		if models.CodeOf(err) != models.CodeInvalid || !slices.Contains(faults(err), tt.field) {
			t.Errorf("%s: %v, want %s", tt.name, err, tt.field)
		}
	}
	w.Do(asked, storetest.Teacher, models.EventAnswer, models.Input{Text: strings.Repeat("ж", 10000)})
}

func TestOfTwoCoordinatorsOneWins(t *testing.T) {
	w := storetest.New(t)
	ref := w.Submitted(storetest.Teacher)
	version := w.Head(ref).Version
	results := make(chan error, 8)
	var wg sync.WaitGroup
	for i := range 8 {
		who := []string{storetest.Coordinator, storetest.Deputy}[i%2]
		wg.Go(func() {
			_, err := w.Referrals.Advance(context.Background(), w.Actor(who), ref, models.EventAcknowledge, version, models.Input{})
			results <- err
		})
	}
	wg.Wait()
	close(results)
	won := 0
	for err := range results {
		if err == nil {
			won++
		} else {
			code(t, "the one who came too late", err, models.CodeConflict)
		}
	}
	if won != 1 || count(t, w, "referral_events") != 2 {
		t.Errorf("%d acknowledged it", won)
	}
	sound(t, w)
}

func TestStalePagesAreRefused(t *testing.T) {
	w := storetest.New(t)
	ref := w.Submitted(storetest.Teacher)
	stale := w.Head(ref).Version
	w.Do(ref, storetest.Deputy, models.EventNote, models.Input{Text: "x"})
	for _, version := range []int64{stale, 0, -1, stale + 2} {
		_, err := w.Referrals.Advance(t.Context(), w.Actor(storetest.Coordinator), ref, models.EventForward, version, models.Input{})
		code(t, "a stale page", err, models.CodeConflict)
	}
}
