package vault_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"znak/models/vault"
)

func TestGenerateMakesAPrivateFileAndNeverOverwrites(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data", "keys.json")
	if err := vault.Generate(path); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("mode %v, %v", info.Mode(), err)
	}
	before, _ := os.ReadFile(path)
	if err := vault.Generate(path); !errors.Is(err, fs.ErrExist) {
		t.Errorf("second time: %v", err)
	}
	if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
		t.Error("the key file was overwritten")
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "*")); len(left) != 1 {
		t.Errorf("files left: %v", left)
	}
}

func TestFileOpenToOthersIsRefused(t *testing.T) {
	_, path := newFile(t)
	for _, mode := range []fs.FileMode{0o640, 0o604, 0o620, 0o660, 0o644} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := vault.Open(path); err == nil || !strings.Contains(err.Error(), "chmod 600") {
			t.Errorf("mode %o: %v", mode, err)
		}
		if _, err := vault.Open(path, vault.AllowShared()); err != nil {
			t.Errorf("mode %o, allowed: %v", mode, err)
		}
	}
}

func TestOpenRefusesWhatIsNotAKeyFile(t *testing.T) {
	_, path := newFile(t)
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	edit := func(old, new string) string {
		s := strings.Replace(string(good), old, new, 1)
		if s == string(good) {
			t.Fatalf("%q is not in the key file", old)
		}
		return s
	}
	for name, c := range map[string]struct{ text, want string }{
		"empty":          {"", "not a key file"},
		"another format": {edit(`"znak-keys"`, `"other"`), "not a key file"},
		"newer version":  {edit(`"version": 1`, `"version": 2`), "newer"},
		"unknown field":  {edit(`"sum"`, `"extra": 1, "sum"`), "does not know"},
		"no keys":        {`{"format":"znak-keys","version":1}`, "damaged"},
		"wrong checksum": {edit(`"sum": "`, `"sum": "0`), "checksum"},
		"changed key":    {edit(`PRIVATE+KEY+znak/`, `PRIVATE+KEY+znak/x`), "checksum"},
		"more after it":  {string(good) + "{}", "not a key file"},
		"cut":            {string(good[:len(good)/2]), "not a key file"},
	} {
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := vault.Open(path); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
	if _, err := vault.Open(filepath.Join(t.TempDir(), "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing: %v", err)
	}
	if _, err := vault.Open(t.TempDir()); err == nil {
		t.Error("a directory was opened")
	}
}

// Every single flipped bit among the keys must be noticed: a vault that sealed
// with a damaged key would lose what it seals.
func TestDamageAnywhereIsNoticed(t *testing.T) {
	v, path := newFile(t)
	good, _ := os.ReadFile(path)
	for i := 0; i < len(good); i += 3 {
		bad := bytes.Clone(good)
		bad[i] ^= 1 << (i % 7)
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		w, err := vault.Open(path)
		if err == nil && (w.VerifierKey() != v.VerifierKey() || !bytes.Equal(w.Digest(), v.Digest()) ||
			!bytes.Equal(w.ChildHash("a", 1), v.ChildHash("a", 1)) || w.MasterKeys()[0] != v.MasterKeys()[0]) {
			t.Fatalf("byte %d: a damaged key was taken", i)
		}
	}
}

func TestCheckpointKey(t *testing.T) {
	v, _ := newFile(t)
	signed, err := note.Sign(&note.Note{Text: "znak\n1\nroot\n"}, v.Signer())
	if err != nil {
		t.Fatal(err)
	}
	auditor, err := note.NewVerifier(v.VerifierKey())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := note.Open(signed, note.VerifierList(auditor)); err != nil {
		t.Errorf("the auditor's copy of the key: %v", err)
	}
	if _, err := note.Open(signed, note.VerifierList(v.Verifier())); err != nil {
		t.Errorf("Verifier: %v", err)
	}
	if other := vault.NewMemory(); other.Verifier().Name() == v.Verifier().Name() || !strings.HasPrefix(v.Signer().Name(), "znak/") {
		t.Error("two installations share a name")
	}
}
