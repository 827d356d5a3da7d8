package main

import (
	"context"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// build makes the binary as anyone would, and returns its path.
func build(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "znak")
	cmd := exec.Command("go", "build", "-buildvcs=false", "-o", path, ".")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return path
}

// znak runs another command of the binary, and returns what it printed.
func znak(t *testing.T, bin string, args ...string) (string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, bin, args...).CombinedOutput()
	return string(out), err
}

// verifyLog checks that the audit log of the folder holds.
func verifyLog(t *testing.T, bin, dir string) {
	t.Helper()
	if out, err := znak(t, bin, "audit", "verify", "--dir", dir); err != nil {
		t.Errorf("znak audit verify: %v\n%s", err, out)
	}
}
