package referral_test

import (
	"bytes"
	"os"
	"testing"
	"unicode/utf16"

	"znak/models"
	"znak/models/store/storetest"
)

// columnsWith lists the columns of the database in which the text stands.
func columnsWith(t *testing.T, w *storetest.World, text string) (found []string) {
	t.Helper()
	return w.Raw().ColumnsWith(t, text)
}

// TestNothingOfAChildStandsInClear lets a referral go every way, and looks for
// what people typed in every byte on the disk.
func TestNothingOfAChildStandsInClear(t *testing.T) {
	w := storetest.New(t)
	everything(t, w)
	w.Draft(storetest.Teacher, w.Full)
	if _, _, err := w.Referrals.List(t.Context(), w.Actor(storetest.Coordinator), listAll, storetest.Marker); err != nil {
		t.Fatal(err)
	}
	words := []string{storetest.Marker, "52°", "Zvezdomirka", "Ђурђица", "звездомирка", "у ходнику", "рекла другарица", "VI-2", "\"danger_now\""}
	if w.Path == "" { // no file to look into
		for _, text := range words {
			if found := columnsWith(t, w, text); len(found) > 0 {
				t.Errorf("%q stands in %v", text, found)
			}
		}
		return
	}
	for _, suffix := range []string{"", "-wal"} {
		data, err := os.ReadFile(w.Path + suffix)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range words {
			if bytes.Contains(data, []byte(text)) {
				t.Errorf("%q stands in znak.db%s, in %v", text, suffix, columnsWith(t, w, text))
			}
			wide := utf16.Encode([]rune(text))
			var le []byte
			for _, u := range wide {
				le = append(le, byte(u), byte(u>>8))
			}
			if bytes.Contains(data, le) {
				t.Errorf("%q stands in znak.db%s in UTF-16", text, suffix)
			}
		}
		for _, g := range w.Checklists.All()[0].Groups {
			for _, s := range g.Signs {
				if bytes.Contains(data, []byte(s.ID)) {
					t.Errorf("the sign %s stands in znak.db%s", s.ID, suffix)
				}
			}
		}
	}
}

// everything lets a referral go through every event that there is.
func everything(t *testing.T, w *storetest.World) string {
	t.Helper()
	ref := w.Submitted(storetest.Teacher)
	for _, step := range []struct {
		who string
		e   models.Event
	}{
		{storetest.Coordinator, models.EventAcknowledge}, {storetest.Coordinator, models.EventAsk}, {storetest.Teacher, models.EventAnswer},
		{storetest.Coordinator, models.EventNote}, {storetest.Coordinator, models.EventUrgency}, {storetest.Coordinator, models.EventReassign},
		{storetest.Deputy, models.EventProposeClose}, {storetest.Psychologist, models.EventAdd}, {storetest.Deputy, models.EventForward},
		{storetest.Centre, models.EventReceive}, {storetest.Centre, models.EventAsk}, {storetest.Psychologist, models.EventAnswer},
		{storetest.Centre, models.EventAssess}, {storetest.Centre, models.EventNote}, {storetest.Centre, models.EventDecide},
		{storetest.Teacher, models.EventReconsider}, {storetest.Centre2, models.EventDecideReconsideration},
	} {
		w.Do(ref, step.who, step.e, w.Input(step.e))
	}
	closed := w.At(models.StateAcknowledged)
	w.Do(closed, storetest.Coordinator, models.EventProposeClose, w.Input(models.EventProposeClose))
	w.Do(closed, storetest.Deputy, models.EventConfirmClose, models.Input{})
	return ref
}

func TestTheTrailNamesActsAndNoWords(t *testing.T) {
	w := storetest.New(t)
	ref := everything(t, w)
	sound(t, w)
	got := map[string]models.AuditEntry{}
	for _, e := range trail(t, w, ref) {
		got[e.Action] = e
		if e.ReferralID == "" || e.ActorID == "" || e.Rule == "" || e.Program != "test" || e.Outcome != models.AuditDone || e.Version == 0 {
			t.Errorf("%s: %+v", e.Action, e)
		}
	}
	for action, fields := range map[string]string{"begin": "danger_now", "save": "test", "submit": "state,urgency,route", "acknowledge": "", "ask": "text,to",
		"answer": "text", "note": "text", "urgency": "reason,urgency", "reassign": "reason,to", "forward": "text", "propose-close": "text,reason_code,handed_to",
		"add": "text", "receive": "", "assess": "text", "decide": "text,outcome,criteria", "reconsider": "reason", "decide-reconsideration": "text,outcome,criteria"} {
		if e, ok := got[action]; !ok || e.Fields != fields {
			t.Errorf("%s: on the trail %v, fields %q, want %q", action, ok, e.Fields, fields)
		}
	}
}
