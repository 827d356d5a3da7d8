package main

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-rod/rod"
	"github.com/go-rod/rod/lib/proto"
)

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
