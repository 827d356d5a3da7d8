package demo

import (
	"context"
	"slices"
	"testing"

	"znak/models"
)

// What somebody who signs in is promised to find.
func TestAccountsFindWhatTheyArePromised(t *testing.T) {
	w := newWorld(t, morning(t))
	w.fill(small)
	for email, want := range map[string][]models.State{
		"teacher@demo.znak":         models.States,
		"teacher2@demo.znak":        {models.StateDraft, models.StateSubmitted, models.StateClosed},
		"psychologist@demo.znak":    {models.StateSubmitted, models.StateInfoRequested, models.StateInAssessment, models.StateClosed},
		"teacher.nis@demo.znak":     {models.StateDraft, models.StateSubmitted, models.StateInfoRequested, models.StateForwarded},
		"coordinator@demo.znak":     {models.StateSubmitted, models.StateAcknowledged, models.StateInfoRequested, models.StateForwarded, models.StateClosed},
		"deputy@demo.znak":          {models.StateSubmitted, models.StateAcknowledged},
		"coordinator.nis@demo.znak": {models.StateSubmitted, models.StateAcknowledged, models.StateInfoRequested, models.StateForwarded},
		"national@demo.znak":        {models.StateSubmitted, models.StateAcknowledged, models.StateClosed},
		"centre@demo.znak":          {models.StateForwarded, models.StateReceived, models.StateInAssessment, models.StateInfoRequested, models.StateReconsideration, models.StateClosed},
	} {
		have := map[models.State]int{}
		for _, r := range w.list(w.as(email)) {
			have[r.State]++
		}
		for _, s := range want {
			if have[s] == 0 {
				t.Errorf("%s finds nothing in state %s: %v", email, s, have)
			}
		}
	}
	if n := len(w.list(w.as("teacher@demo.znak"))); n < 8 || n > 12 {
		t.Errorf("teacher@ has %d referrals", n)
	}
}

// What somebody who signs in is promised to be able to do.
func TestAccountsHaveSomethingToDo(t *testing.T) {
	w := newWorld(t, morning(t))
	w.fill(small)
	for email, want := range map[string][]models.Event{
		"teacher@demo.znak":      {models.EventAnswer, models.EventReconsider, models.EventAdd},
		"psychologist@demo.znak": {models.EventAnswer, models.EventAdd},
		"coordinator@demo.znak":  {models.EventAcknowledge, models.EventConfirmClose, models.EventForward, models.EventProposeClose},
		"deputy@demo.znak":       {models.EventConfirmClose},
		"national@demo.znak":     {models.EventAcknowledge},
		"centre@demo.znak":       {models.EventReceive, models.EventAssess, models.EventDecide, models.EventDecideReconsideration},
		"centre2@demo.znak":      {models.EventDecideReconsideration},
	} {
		var can []models.Event
		for _, r := range w.list(w.as(email)) {
			if r.State != models.StateDraft {
				d, err := w.service.Read(context.Background(), w.as(email), r.Ref, "read")
				w.must(err)
				can = append(can, d.Possible...)
			}
		}
		for _, e := range want {
			if !slices.Contains(can, e) {
				t.Errorf("%s finds nothing to %s", email, e)
			}
		}
	}
}

func TestOneChildHasAHistory(t *testing.T) {
	w := newWorld(t, morning(t))
	w.fill(small)
	keeper, most := w.as("psychologist@demo.znak"), 0
	for _, r := range w.list(keeper) {
		if r.State == models.StateDraft {
			continue
		}
		d, err := w.service.Read(context.Background(), keeper, r.Ref, "read")
		w.must(err)
		if int(d.ChildCount) > most {
			most = int(d.ChildCount)
			list, err := w.service.Child(context.Background(), keeper, d.ChildPath)
			w.must(err)
			if len(list) != most {
				t.Errorf("the child of %s has %d referrals, its history shows %d", r.Ref, most, len(list))
			}
		}
	}
	if most < 3 {
		t.Errorf("no child of the school has more than %d referrals", most)
	}
}

func TestNobodyBreaksTheGrammarOfPhrases(t *testing.T) {
	lib, err := load()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []sections{lib.signs, lib.phrases, lib.names} {
		for heading, lines := range s {
			for _, line := range lines {
				for _, girl := range []bool{false, true} {
					for _, v := range []voice{{}, {woman: true}, {latin: true}, {latin: true, bare: true}} {
						text := v.say(line, girl)
						for _, mark := range "{}[]|" {
							if slices.Contains([]rune(text), mark) {
								t.Errorf("[%s] %q becomes %q", heading, line, text)
							}
						}
					}
				}
			}
		}
	}
	if got := (voice{latin: true}).say("Љубав и {ђак|ђаци}, џеп.", true); got != "Ljubav i đaci, džep." {
		t.Errorf("in Latin script: %q", got)
	}
	if got := (voice{latin: true, bare: true}).say("Ђак чека „нешто“.", false); got != `Djak ceka "nesto".` {
		t.Errorf("on a foreign keyboard: %q", got)
	}
}

// A slip in the data would quietly make poorer reports.
func TestProfilesNameSignsThatAreThere(t *testing.T) {
	w := newWorld(t, morning(t))
	lib, err := load()
	w.must(err)
	for _, p := range lib.profiles {
		list, ok := w.service.Checklists.Current(p.checklist)
		if !ok {
			t.Fatalf("profile %s: no checklist %s", p.id, p.checklist)
		}
		for _, id := range append(slices.Clone(p.core), p.others...) {
			if _, ok := list.Sign(id); !ok || len(lib.signs[id]) == 0 {
				t.Errorf("profile %s: sign %s is not on the list %s, or nothing is written about it", p.id, id, p.checklist)
			}
		}
		for _, section := range []string{"words.", "view."} {
			if len(lib.phrases[section+p.id]) == 0 {
				t.Errorf("nobody says anything under [%s%s]", section, p.id)
			}
		}
	}
}
