package vault_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"znak/models/vault"
)

func TestRotation(t *testing.T) {
	v, path := newFile(t)
	key, wrapped := newKey(t, v, "a")
	sealed := seal(t, key, "x")
	old := v.MasterKeys()[0]
	if same, changed, err := v.Rewrap("a", wrapped); err != nil || changed || !slices.Equal(same, wrapped) {
		t.Fatalf("rewrap before rotation: %v, %v", changed, err)
	}
	id, err := v.Rotate()
	if err != nil || id == old {
		t.Fatalf("rotate: %d, %v", id, err)
	}

	v = open(t, path) // as after a restart
	if ids := v.MasterKeys(); !slices.Equal(ids, []uint32{id, old}) {
		t.Fatalf("master keys are %v", ids)
	}
	if again, err := v.Unwrap("a", wrapped); err != nil || !opens(again, sealed, "x") {
		t.Fatalf("the old wrapped key does not open: %v", err)
	}
	moved, changed, err := v.Rewrap("a", wrapped)
	if by, _ := vault.WrappedBy(moved); err != nil || !changed || by != id {
		t.Fatalf("rewrap: by %d, %v, %v", by, changed, err)
	}
	if err := v.Retire(id); err == nil {
		t.Fatal("the primary master key was retired")
	}
	if err := v.Retire(old); err != nil {
		t.Fatal(err)
	}
	v = open(t, path)
	if _, err := v.Unwrap("a", wrapped); !errors.Is(err, vault.ErrSealed) {
		t.Errorf("a retired master key still unwraps: %v", err)
	}
	if again, err := v.Unwrap("a", moved); err != nil || !opens(again, sealed, "x") {
		t.Errorf("the rewrapped key does not open: %v", err)
	}
}

func TestRotationKeepsEverythingElse(t *testing.T) {
	v, path := newFile(t)
	fact, err := v.SealFact("f", []byte("x"))
	if err != nil {
		t.Fatal(err)
	}
	child, digest, vkey := v.ChildHash("Ана", 2012), v.Digest([]byte("x")), v.VerifierKey()
	if _, err := v.Rotate(); err != nil {
		t.Fatal(err)
	}
	w := open(t, path)
	if _, err := w.OpenFact("f", fact); err != nil {
		t.Errorf("fact: %v", err)
	}
	if !slices.Equal(child, w.ChildHash("Ана", 2012)) || !slices.Equal(digest, w.Digest([]byte("x"))) || vkey != w.VerifierKey() {
		t.Error("rotation changed another key")
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode after rotation: %v, %v", info.Mode(), err)
	}
}

// A server that runs while the operator rotates must use the new key at once:
// otherwise what it wraps is lost when the old one is retired.
func TestRunningServerSeesRotation(t *testing.T) {
	server, path := newFile(t)
	operator := open(t, path)
	_, early := newKey(t, server, "early")
	id, err := operator.Rotate()
	if err != nil {
		t.Fatal(err)
	}
	moved, _, err := operator.Rewrap("early", early)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := server.Unwrap("early", moved); err != nil {
		t.Errorf("the server does not open what the operator re-wrapped: %v", err)
	}
	if _, err := operator.Rotate(); err != nil {
		t.Fatal(err)
	}
	_, late := newKey(t, server, "late")
	if by, _ := vault.WrappedBy(late); by == id || by != operator.MasterKeys()[0] {
		t.Errorf("the server wraps with %d, not the newest key", by)
	}
}

func TestLostOrForeignFileStopsNoSubmission(t *testing.T) {
	v, path := newFile(t)
	_, before := newKey(t, v, "a")
	spoil := map[string]func() error{
		"damaged": func() error { return os.WriteFile(path, []byte("{"), 0o600) },
		"missing": func() error { return os.Remove(path) },
		"foreign": func() error { return vault.NewMemory().Save(path) },
	}
	for _, name := range []string{"damaged", "missing", "foreign"} {
		if err := spoil[name](); err != nil {
			t.Fatal(err)
		}
		_, wrapped := newKey(t, v, "b")
		if by, _ := vault.WrappedBy(wrapped); by != v.MasterKeys()[0] {
			t.Errorf("%s: wrapped by %d", name, by)
		}
		if _, err := v.Unwrap("a", before); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := v.Reload(); err == nil {
			t.Errorf("%s: reload says nothing", name)
		}
		if _, err := v.Rotate(); err == nil {
			t.Errorf("%s: rotated", name)
		}
	}
}

func TestRotationsAtOnceLoseNoKey(t *testing.T) {
	_, path := newFile(t)
	var wg sync.WaitGroup
	for range 6 {
		v := open(t, path)
		wg.Go(func() {
			_, wrapped, err := v.NewDataKey("a")
			if err == nil {
				_, err = v.Rotate()
			}
			if err == nil {
				_, err = v.Unwrap("a", wrapped)
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := len(open(t, path).MasterKeys()); n != 7 {
		t.Errorf("%d master keys, want 7", n)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "*")); len(left) != 1 {
		t.Errorf("files left: %v", left)
	}
}

func TestRotationInMemory(t *testing.T) {
	v := vault.NewMemory()
	_, wrapped := newKey(t, v, "a")
	id, err := v.Rotate()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := v.Unwrap("a", wrapped); err != nil || v.MasterKeys()[0] != id || v.Reload() != nil {
		t.Errorf("after rotation: %v", err)
	}
	path := filepath.Join(t.TempDir(), "keys.json")
	if err := v.Save(path); err != nil {
		t.Fatal(err)
	}
	if _, err := open(t, path).Unwrap("a", wrapped); err != nil {
		t.Errorf("the saved keys do not open it: %v", err)
	}
	if err := v.Save(path); !errors.Is(err, fs.ErrExist) {
		t.Errorf("overwritten: %v", err)
	}
}
