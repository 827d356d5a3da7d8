package main

import (
	"context"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/go-rod/rod"
	"github.com/go-rod/rod/lib/launcher"
	"github.com/go-rod/rod/lib/launcher/flags"
)

// needed reports what the browser tests lack: a fault in the gate, which sets
// ZNAK_E2E, and a reason to skip elsewhere.
func needed(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("ZNAK_E2E") == "1" {
		t.Fatalf("%s is missing: run make test, which installs it", what)
	}
	t.Skipf("%s is missing: make test installs it and runs this test", what)
}

// chromium starts a browser with a profile of its own. No browser is ever
// downloaded.
func chromium(t *testing.T) *rod.Browser {
	t.Helper()
	name := os.Getenv("ZNAK_CHROMIUM")
	if name == "" {
		name = "chromium"
	}
	bin, err := exec.LookPath(name)
	if err != nil {
		needed(t, "Chromium")
	}
	profile, err := os.MkdirTemp("", "znak-chromium-")
	must(t, err)
	l := launcher.New().Bin(bin).Leakless(false).Headless(true).NoSandbox(true).UserDataDir(profile)
	for _, f := range []flags.Flag{"disable-gpu", "disable-quic", "no-first-run", "disable-background-networking",
		"disable-component-update", "disable-sync", "hide-scrollbars", "disable-dev-shm-usage"} {
		l = l.Set(f)
	}
	address, err := l.Launch()
	must(t, err)
	t.Cleanup(func() {
		l.Kill()
		l.Cleanup() // waits for its end, removes the profile
	})
	// Whatever hangs ends before the tests' own time does, so that nothing is
	// left running.
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	if end, ok := t.Deadline(); ok {
		ctx, cancel = context.WithDeadline(t.Context(), end.Add(-20*time.Second))
	}
	t.Cleanup(cancel)
	b := rod.New().ControlURL(address).Context(ctx)
	must(t, b.Connect())
	return b
}
