package vault

import (
	"path/filepath"
	"slices"
	"testing"
)

// TestAPreparedKeyIsUsedByNobodyYet: every machine gets it before one wraps
// anything with it.
func TestAPreparedKeyIsUsedByNobodyYet(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	if err := Generate(path); err != nil {
		t.Fatal(err)
	}
	v, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := v.Prepared(); ok {
		t.Error("a new key file has a prepared key")
	}
	if _, err := v.Promote(); err == nil {
		t.Error("promoted a key that is not there")
	}
	first := v.MasterKeys()[0]
	id, err := v.Prepare()
	if err != nil {
		t.Fatal(err)
	}
	_, wrapped, err := v.NewDataKey("r")
	if err != nil {
		t.Fatal(err)
	}
	if by, _ := WrappedBy(wrapped); by != first || !slices.Equal(WrapMark(first), wrapped[:5]) {
		t.Errorf("wrapped by %x, want %x", by, first)
	}
	other, err := Open(path) // another machine
	if err != nil {
		t.Fatal(err)
	}
	if got, err := v.Promote(); got != id || err != nil {
		t.Fatalf("%x, %v", got, err)
	}
	if _, ok := v.Prepared(); ok || v.MasterKeys()[0] != id {
		t.Error("it is still only prepared")
	}
	_, wrapped, err = v.NewDataKey("r")
	if by, _ := WrappedBy(wrapped); by != id || err != nil {
		t.Errorf("wrapped by %x, %v", by, err)
	}
	if _, err := other.Unwrap("r", wrapped); err != nil {
		t.Errorf("another machine cannot open it: %v", err)
	}
	if again, err := v.Rotate(); err != nil || again == id {
		t.Errorf("%x, %v", again, err)
	}
	if _, ok := v.Prepared(); ok {
		t.Error("after a rotation an old key passes for a prepared one")
	}
}
