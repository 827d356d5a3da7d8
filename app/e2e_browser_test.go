package main

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-rod/rod"
	"github.com/go-rod/rod/lib/launcher"
	"github.com/go-rod/rod/lib/launcher/flags"
	"github.com/go-rod/rod/lib/proto"
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

// visitor is one person with a window and cookies of their own.
type visitor struct {
	t    *testing.T
	page *rod.Page
	base string

	mu       sync.Mutex
	troubles []string // what the browser's console complained of
	allowed  string   // a complaint that the test provokes
}

// visit opens a window as narrow as a small telephone's. Nothing is cached, so
// that each page weighs what it weighs on a first visit.
func visit(t *testing.T, b *rod.Browser, base string) *visitor {
	t.Helper()
	own, err := b.Timeout(patience).Incognito()
	must(t, err)
	page, err := own.CancelTimeout().Page(proto.TargetCreateTarget{URL: "about:blank"})
	must(t, err)
	v := &visitor{t: t, page: page, base: base}
	t.Cleanup(func() { _ = page.Close() }) // the browser may be gone first
	v.width(360)
	page.EnableDomain(&proto.NetworkEnable{})
	must(t, proto.NetworkSetCacheDisabled{CacheDisabled: true}.Call(v.soon()))
	go page.EachEvent(func(e *proto.LogEntryAdded) {
		if e.Entry.Level == proto.LogLogEntryLevelError || e.Entry.Source == proto.LogLogEntrySourceSecurity {
			v.complain(e.Entry.Text + " " + e.Entry.URL)
		}
	}, func(e *proto.RuntimeExceptionThrown) {
		v.complain(e.ExceptionDetails.Text)
	}, func(e *proto.RuntimeConsoleAPICalled) {
		if e.Type == proto.RuntimeConsoleAPICalledTypeError || e.Type == proto.RuntimeConsoleAPICalledTypeAssert {
			v.complain("console.error")
		}
	})()
	return v
}

func (v *visitor) complain(text string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.allowed == "" || !strings.Contains(text, v.allowed) {
		v.troubles = append(v.troubles, text)
	}
}

// allow lets one kind of complaint pass, "" none.
func (v *visitor) allow(text string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.allowed = text
}

// quiet checks that the console had nothing to complain of since it was asked
// last, and returns what it had.
func (v *visitor) quiet() []string {
	v.mu.Lock()
	defer v.mu.Unlock()
	out := v.troubles
	v.troubles = nil
	return out
}

// soon is the window for one act that must not take long.
func (v *visitor) soon() *rod.Page { return v.page.Timeout(patience) }

func (v *visitor) width(px int) {
	v.t.Helper()
	must(v.t, v.soon().SetViewport(&proto.EmulationSetDeviceMetricsOverride{Width: px, Height: 740, DeviceScaleFactor: 1}))
}

// patience is how long anything in the browser may take.
const patience = 20 * time.Second

// turn does something that leads to another page, and waits until that is
// there.
func (v *visitor) turn(act func()) {
	v.t.Helper()
	before := v.document()
	act()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.After(patience); ; {
		if now := v.document(); now != before && v.loaded() {
			return
		}
		select {
		case <-tick.C:
		case <-deadline:
			v.t.Fatalf("no new page within %v, still at %s", patience, v.path())
		}
	}
}

// document names the document that is shown; each new one has a new name.
func (v *visitor) document() proto.NetworkLoaderID {
	tree, err := proto.PageGetFrameTree{}.Call(v.soon())
	if err != nil {
		return ""
	}
	return tree.FrameTree.Frame.LoaderID
}

func (v *visitor) loaded() bool {
	res, err := proto.RuntimeEvaluate{Expression: `document.readyState === "complete" && location.href !== "about:blank"`, ReturnByValue: true}.Call(v.soon())
	return err == nil && res.ExceptionDetails == nil && res.Result.Value.Bool()
}
