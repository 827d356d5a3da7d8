package audit

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"znak/models"
)

func TestATailCutWithoutTraceIsFoundByACheckpointOutside(t *testing.T) {
	w, _ := history(t)
	kept := w.checkpoint() // at nine entries; in the folder, and with the auditor
	w.cut(7)
	w.rebuild()
	w.finds(FaultCut, 8, "", Options{})
	if _, err := w.log.Checkpoint(t.Context()); models.CodeOf(err) != models.CodeInternal {
		t.Errorf("signed a log that was cut: %v", err)
	}
	w.must(os.RemoveAll(filepath.Join(w.dir, "checkpoints")))
	w.holds() // without any checkpoint nobody can know
	w.finds(FaultCut, 8, "", Options{Checkpoints: [][]byte{kept}})
	w.acts(5) // grown beyond, by the program itself
	w.finds(FaultRewritten, 9, "", Options{Checkpoints: [][]byte{kept}})
}

func TestAGrownForkIsNotSigned(t *testing.T) {
	w, _ := history(t)
	w.checkpoint()
	w.cut(7)
	w.rebuild()
	w.acts(5)
	w.finds(FaultRewritten, 9, "", Options{})
	if _, err := w.log.Checkpoint(t.Context()); models.CodeOf(err) != models.CodeInternal {
		t.Errorf("signed a log that is another: %v", err)
	}
}

func TestDamagedCheckpointsAreFound(t *testing.T) {
	w, _ := history(t)
	first := w.checkpoint()
	w.acts(3)
	w.checkpoint()
	if got := w.holds().Checkpoint; got.Size != 12 || got.Root == "" {
		t.Errorf("held against %+v, want the checkpoint at 12", got)
	}
	file := filepath.Join(w.dir, "checkpoints", "000000000000", "000000000009.txt")
	w.must(os.Chmod(file, 0o600))
	w.must(os.WriteFile(file, []byte(strings.Replace(string(first), "\n9\n", "\n8\n", 1)), 0o600))
	w.finds(FaultCheckpoint, 0, "", Options{})
	w.must(os.WriteFile(file, first, 0o600))
	w.holds()
	w.finds(FaultCheckpoint, 0, "", Options{Checkpoints: [][]byte{[]byte("no checkpoint\n")}})
	w.must(os.Rename(file, filepath.Join(w.dir, "checkpoints", "000000000000", "000000000003.txt")))
	w.finds(FaultCheckpoint, 0, "", Options{})

	other := newWorld(t)
	other.acts(3)
	w.must(os.Remove(filepath.Join(w.dir, "checkpoints", "000000000000", "000000000003.txt")))
	w.finds(FaultCheckpoint, 0, "", Options{Checkpoints: [][]byte{other.checkpoint()}})
}
