package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// How much is measured.
const (
	benchAlone    = 200 // submissions one after the other
	benchEach     = 40  // submissions of each of 16 clients at once
	benchPages    = 500 // openings of a page
	benchHistory  = 2000
	benchAnswers  = 65 // answers on a draft
	benchWarm     = 20 // of each kind, not counted
	mebi          = 1 << 20
	targetSubmit  = 10 * time.Millisecond
	targetRate    = 300.0
	targetPage    = 5 * time.Millisecond
	targetMemory  = 80 * mebi
	targetWeight  = most
	benchVariable = "ZNAK_BENCH"
)

// TestBench prints what the program takes, beside what this machine allows in
// the same run. It judges nothing but faults: a machine that is busy with other
// things misses targets.
func TestBench(t *testing.T) {
	if os.Getenv(benchVariable) == "" {
		t.Skip("make bench runs it")
	}
	bin, dir := build(t), filepath.Join(t.TempDir(), "demo")
	began := time.Now()
	p := startDemo(t, bin, dir, benchHistory)
	fmt.Printf("\n%-58s %s\n", "Filled, "+strconv.Itoa(benchHistory)+" referrals of two years", time.Since(began).Round(time.Millisecond))
	peak, idle := p.settledMemory()
	fmt.Printf("%-58s %.0f MiB%s; right after filling %.0f MiB\n\n", "Memory when idle (VmRSS)", idle/mebi, verdict(idle < targetMemory, "80 MiB"), peak/mebi)

	c := gather(t, p.base)
	writeDrafts(t, c, benchAlone+benchEach+2*benchWarm)
	own := benchSubmissions(t, c)
	page := benchPage(t, c.clients[0], c.drafts[0][0])
	printWeights(t, p.base)
	c.leave()
	p.stop()

	limit := sqlLimit(t, dir)
	fmt.Printf("\n%-58s %14s %14s\n", "Submission: "+strconv.Itoa(benchAnswers)+" answers, sealed, routed, audited, durable", "portal, HTTP", "plain SQL")
	fmt.Printf("%-58s %14s %14s%s\n", "  one after the other, median", short(median(own.alone)), short(median(limit.alone)), verdict(median(own.alone) < targetSubmit, "10 ms"))
	fmt.Printf("%-58s %14s %14s\n", "  one after the other, 99th percentile", short(percentile(own.alone, 99)), short(percentile(limit.alone, 99)))
	fmt.Printf("%-58s %12.0f/s %12.0f/s%s\n", "  16 clients at once", own.rate, limit.rate, verdict(own.rate >= targetRate, "300/s"))
	fmt.Printf("%-58s %14s %14s\n", "  (one small row in a transaction, median)", "", short(median(limit.row)))
	fmt.Printf("\n%-58s %14s %14s\n", "Checklist page, "+strconv.Itoa(page.bytes)+" bytes compressed", "portal", "bare Echo")
	fmt.Printf("%-58s %14s %14s%s\n", "  median (its reading is audited, durable)", short(median(page.own)), short(median(page.bare)), verdict(median(page.own) < targetPage, "5 ms"))
	fmt.Printf("%-58s %14s %14s\n\n", "  99th percentile", short(percentile(page.own, 99)), short(percentile(page.bare, 99)))
	verifyLog(t, bin, dir)
}

func verdict(holds bool, target string) string {
	if holds {
		return "  (target " + target + ": held)"
	}
	return "  (target " + target + ": MISSED)"
}

func short(d time.Duration) string { return d.Round(10 * time.Microsecond).String() }

func median(d []time.Duration) time.Duration { return percentile(d, 50) }

func percentile(d []time.Duration, p int) time.Duration {
	sorted := slices.Sorted(slices.Values(d))
	return sorted[min(len(sorted)*p/100, len(sorted)-1)]
}

// memory is what the program holds of the machine's memory, in bytes.
func (p *process) memory() float64 {
	p.t.Helper()
	select {
	case <-p.gone:
		p.t.Fatalf("the demo ended by itself: %v\n%s", p.endedWith, p.said)
	default:
	}
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	must(p.t, err)
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kib, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			must(p.t, err)
			return kib * 1024
		}
	}
	p.t.Fatal("no VmRSS")
	return 0
}

// settledMemory reads the memory once it has not shrunk for ten seconds, two
// minutes at most.
func (p *process) settledMemory() (first, settled float64) {
	first = p.memory()
	settled = first
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for end, since := time.Now().Add(2*time.Minute), time.Now(); time.Now().Before(end) && time.Since(since) < 10*time.Second; <-tick.C {
		if now := p.memory(); now < settled-mebi/2 {
			settled, since = now, time.Now()
		}
	}
	return first, settled
}
