package audit

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"znak/models"
)

// restored is a log of which two entries are lost, as a copy of it has it: seven
// entries, and checkpoints outside at eight and nine.
func restored(t *testing.T) (w *world, eight, nine []byte) {
	t.Helper()
	w = newWorld(t)
	w.acts(8)
	eight = w.checkpoint()
	w.acts(1)
	nine = w.checkpoint()
	w.unguard()
	w.cut(7)
	w.rebuild()
	return w, eight, nine
}

func (w *world) mark(accept bool, held ...[]byte) Restored {
	w.Helper()
	r, err := w.log.MarkRestored(w.Context(), operator, "backup:x", accept, Options{Checkpoints: held})
	w.must(err)
	return r
}

func TestALossIsToldAndAcceptedOnlyOnPurpose(t *testing.T) {
	w, eight, nine := restored(t)
	w.finds(FaultCut, 8, "", Options{})
	r, err := w.log.MarkRestored(t.Context(), operator, "backup:x", false, Options{})
	if !errors.Is(err, ErrLoss) || r.Kept != 7 || r.Lost != 9 {
		t.Fatalf("%+v, %v", r, err)
	}
	w.finds(FaultCut, 8, "", Options{}) // nothing was done
	w.mark(true)
	report := w.holdsAgainst(eight, nine)
	if len(report.Restored) != 1 || report.Restored[0] != (Restored{Seq: 8, Kept: 7, Lost: 9}) {
		t.Errorf("the report does not tell of the loss: %+v", report.Restored)
	}
	w.acts(5)
	now := w.checkpoint() // the log is signed again
	report = w.holdsAgainst(eight, nine, now)
	if report.Checkpoint.Size != 14 || len(report.Restored) != 1 {
		t.Errorf("%+v", report)
	}
	w.must(os.RemoveAll(filepath.Join(w.dir, "checkpoints")))
	w.holdsAgainst(eight, nine, now) // the auditors' own copies
}

func (w *world) holdsAgainst(held ...[]byte) Report {
	w.Helper()
	r, err := w.log.Verify(w.Context(), Options{Checkpoints: held})
	w.must(err)
	if !r.OK {
		w.Fatalf("does not hold: %+v", r.Fault)
	}
	return r
}

func TestARestoringExcusesWhatItAdmitsAndNothingElse(t *testing.T) {
	w, _, _ := restored(t)
	other := newWorld(t) // the same key, a longer log: what somebody else kept
	other.vault = w.vault
	other.log.keys = w.vault
	other.acts(12)
	twelve := other.checkpoint()
	w.mark(true)
	w.acts(10)
	w.checkpoint()
	w.finds(FaultCut, 8, "", Options{Checkpoints: [][]byte{twelve}})

	// One that turns up later can be admitted later: the place stays one.
	if _, err := w.log.MarkRestored(t.Context(), operator, "", false, Options{Checkpoints: [][]byte{twelve}}); !errors.Is(err, ErrLoss) {
		t.Fatal(err)
	}
	if _, err := w.log.MarkRestored(t.Context(), operator, "", true, Options{Checkpoints: [][]byte{twelve}}); err != nil {
		t.Fatal(err)
	}
	if r := w.holdsAgainst(twelve); len(r.Restored) != 1 || r.Restored[0] != (Restored{8, 7, 12}) {
		t.Errorf("%+v", r.Restored)
	}
}

// TestAMarkedLogCannotBeCutAgain: neither by cutting what came after the mark
// nor by marking it anew.
func TestAMarkedLogCannotBeCutAgain(t *testing.T) {
	cut := func(t *testing.T, left int64) (*world, []byte) {
		w, _, _ := restored(t)
		w.mark(true)
		w.acts(1) // at ten: smaller numbers than were lost are no cover
		w.acts(1)
		kept := w.checkpoint()
		w.must(os.RemoveAll(filepath.Join(w.dir, "checkpoints")))
		w.cut(left)
		w.rebuild()
		return w, kept
	}
	w, kept := cut(t, 9) // the mark stays
	w.finds(FaultCut, 10, "", Options{Checkpoints: [][]byte{kept}})
	w.acts(4)
	w.finds(FaultRewritten, 11, "", Options{Checkpoints: [][]byte{kept}})

	w, kept = cut(t, 7) // and now it is made again
	w.mark(true)
	w.acts(5)
	w.finds(FaultCut, 14, "", Options{Checkpoints: [][]byte{kept}})
}

func TestOnlyARestoringLosesEntries(t *testing.T) {
	for name, change := range map[string]func(*world, []byte){
		"without a mark": func(w *world, nine []byte) {
			h, err := openHead(nine, w.vault.Verifier())
			w.must(err)
			e := models.AuditBy(operator, actionLost)
			e.Object = lostObject(7, h)
			w.must(w.log.Record(w.Context(), e))
			w.settle()
		},
		"its own branch": func(w *world, nine []byte) {
			h, err := openHead(nine, w.vault.Verifier())
			w.must(err)
			r := models.AuditBy(operator, actionRestored)
			r.ID, r.Object = "again", restoredObject(0, h.root)
			e := models.AuditBy(operator, actionLost)
			e.Object = lostObject(7, h)
			w.must(w.log.Record(w.Context(), r, e))
			w.settle()
		},
	} {
		t.Run(name, func(t *testing.T) {
			w, _, nine := restored(t)
			w.must(os.RemoveAll(filepath.Join(w.dir, "checkpoints")))
			change(w, nine)
			w.finds(FaultRestored, 8, "", Options{Checkpoints: [][]byte{nine}})
		})
	}
}

func TestALogThatWentOnUnmarkedIsNotExcused(t *testing.T) {
	w, _, _ := restored(t)
	if err := w.log.Continues(t.Context()); models.CodeOf(err) != models.CodeConflict {
		t.Errorf("said to continue: %v", err)
	}
	w.acts(6) // beyond nine, by the program itself
	if _, err := w.log.MarkRestored(t.Context(), operator, "backup:x", true, Options{}); models.CodeOf(err) != models.CodeConflict {
		t.Errorf("marked: %v", err)
	}
	w.finds(FaultRewritten, 8, "", Options{})
}

// TestAnOlderCopyAfterARestoring: the first restored branch is lost as well.
func TestAnOlderCopyAfterARestoring(t *testing.T) {
	w, _, nine := restored(t)
	w.mark(true)
	w.acts(4)
	thirteen := w.checkpoint()
	w.cut(5)
	w.rebuild()
	w.finds(FaultCut, 6, "", Options{})
	if r := w.mark(true); r.Lost < 12 {
		t.Errorf("%+v", r)
	}
	w.acts(20)
	w.checkpoint()
	w.holdsAgainst(nine, thirteen)
	w.cut(20)
	w.rebuild()
	w.finds(FaultCut, 21, "", Options{})
}

// TestAnAdmissionIsOfOneBranchAndOneRoot: a long loss that was admitted covers
// neither the branch that came after it nor another log of the same length.
func TestAnAdmissionIsOfOneBranchAndOneRoot(t *testing.T) {
	w := newWorld(t)
	other := newWorld(t) // another log, signed by the same key
	other.log.keys = w.vault
	other.acts(20)
	twenty := other.checkpoint()
	w.acts(20)
	lost := w.checkpoint()
	w.unguard()
	w.cut(7)
	w.rebuild()
	w.mark(true)
	w.acts(1)
	ten := w.checkpoint() // of the new branch, and shorter than what was lost
	w.holdsAgainst(lost, ten)
	w.finds(FaultCut, 8, "", Options{Checkpoints: [][]byte{lost, twenty}})

	w.must(os.RemoveAll(filepath.Join(w.dir, "checkpoints")))
	w.cut(7)
	w.rebuild()
	w.mark(true, lost) // anew, without a word of the branch that it replaces
	w.acts(1)
	w.holdsAgainst(lost)
	w.finds(FaultCut, 11, "", Options{Checkpoints: [][]byte{lost, ten}})
}
