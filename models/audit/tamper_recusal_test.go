package audit_test

import (
	"testing"

	"znak/models"
	"znak/models/audit"
	"znak/models/store/storetest"
)

// Who handed a referral on does not see it any more; somebody who removes that
// from the database, or keeps others from seeing theirs, is found.
func TestStandingBackIsGuarded(t *testing.T) {
	w := storetest.New(t)
	ref := w.Submitted(storetest.Teacher)
	for _, hand := range []struct{ from, to string }{{storetest.Coordinator, storetest.Deputy}, {storetest.Deputy, storetest.National}} {
		w.Do(ref, hand.from, models.EventReassign, models.Input{To: hand.to, Reason: "Сукоб интереса."})
	}
	w.Submitted(storetest.Teacher)
	verify := func() audit.Report {
		t.Helper()
		w.Settle()
		r, err := w.Audit.Verify(t.Context(), audit.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	alter := func(query string, args ...any) {
		t.Helper()
		if _, err := w.Raw().Exec(query, args...); err != nil {
			t.Fatal(err)
		}
	}
	if r := verify(); !r.OK {
		t.Fatalf("%+v", r.Fault)
	}
	for undo, do := range map[string]string{
		"INSERT INTO recusals VALUES (?, 'coordinator')":                      "DELETE FROM recusals WHERE referral_id = ? AND user_id = 'coordinator'",
		"DELETE FROM recusals WHERE referral_id = ? AND user_id = 'national'": "INSERT INTO recusals VALUES (?, 'national')",
	} {
		alter(do, w.Head(ref).ID)
		if r := verify(); r.OK || r.Fault.Kind != audit.FaultRecusal || r.Fault.Ref != ref {
			t.Errorf("%s: %+v", do, r.Fault)
		}
		alter(undo, w.Head(ref).ID)
	}
	if r := verify(); !r.OK {
		t.Errorf("%+v", r.Fault)
	}
}
