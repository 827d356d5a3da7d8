package referral_test

import (
	"testing"

	"znak/models"
	"znak/models/store/storetest"
)

// Who steps back for a conflict of interest is not one of the two who close.
func TestHandingOnEndsTheOwnProposal(t *testing.T) {
	w := storetest.New(t)
	ref := w.At(models.StateAcknowledged)
	w.Do(ref, storetest.Coordinator, models.EventProposeClose, w.Input(models.EventProposeClose))
	w.Do(ref, storetest.Coordinator, models.EventReassign, models.Input{To: storetest.Deputy, Reason: "x"})
	if err := w.Try(ref, storetest.Deputy, models.EventConfirmClose, models.Input{}); models.CodeOf(err) != models.CodeConflict {
		t.Errorf("the proposal of somebody with a conflict of interest was confirmed: %v", err)
	}
}
