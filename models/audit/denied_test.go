package audit

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"znak/models"
)

// times lists how many failures each entry counts, the oldest first.
func (w *world) times() (out []int) {
	list := w.entries()
	for i := len(list) - 1; i >= 0; i-- {
		out = append(out, list[i].Times)
	}
	return out
}

func (w *world) deny(n int, a models.Actor, rule, source string) {
	w.Helper()
	for range n {
		w.must(w.log.Denied(w.Context(), a, "read", rule, "", source))
	}
}

func (w *world) has(want ...int) {
	w.Helper()
	if got := w.times(); fmt.Sprint(got) != fmt.Sprint(want) {
		w.Fatalf("entries count %v, want %v", got, want)
	}
}

func TestAFloodOfDenialsIsOneEntryAMinute(t *testing.T) {
	w := newWorld(t)
	w.deny(500, teacher, "scope", "192.0.2.1")
	w.has(1) // the first at once
	w.deny(1, teacher, "scope", "192.0.2.2")
	w.deny(1, teacher, "role", "192.0.2.1")
	w.deny(1, auditor, "role", "192.0.2.1")
	w.has(1, 1, 1, 1) // others are others
	w.clock.pass(time.Minute)
	w.must(w.log.flush(t.Context(), countFor))
	w.has(1, 1, 1, 1, 499)
	w.deny(10, teacher, "scope", "192.0.2.1")
	w.has(1, 1, 1, 1, 499)
	w.clock.pass(time.Minute)
	w.deny(1, teacher, "scope", "192.0.2.1") // also without anybody flushing
	w.has(1, 1, 1, 1, 499, 11)
	w.must(w.log.Flush(t.Context()))
	w.has(1, 1, 1, 1, 499, 11)
	e := w.entries()[0]
	if e.Outcome != models.AuditDenied || e.ActorID != teacher.ID || e.Rule != "scope" {
		t.Errorf("entry %+v", e)
	}
	w.holds()
}

func TestAQuietMinuteBeginsAnew(t *testing.T) {
	w := newWorld(t)
	w.deny(1, teacher, "scope", "a")
	w.clock.pass(2 * time.Minute)
	w.must(w.log.flush(t.Context(), countFor))
	w.deny(1, teacher, "scope", "a")
	w.has(1, 1)
	if n := len(w.log.counts.m); n != 1 {
		t.Errorf("%d kinds remembered", n)
	}
}

func TestFailuresThatDifferKeepWhatTheyHaveInCommon(t *testing.T) {
	w := newWorld(t)
	for _, referral := range []string{"r0", "r1", "r2"} {
		e := models.AuditBy(teacher, "sign-in")
		e.Outcome, e.ReferralID, e.Object = models.AuditFailed, referral, "u1"
		w.must(w.log.Counted(t.Context(), "a", e))
	}
	w.must(w.log.Flush(t.Context()))
	e := w.entries()[0]
	if e.Times != 2 || e.ReferralID != "" || e.Object != "u1" || e.Outcome != models.AuditFailed {
		t.Errorf("entry %+v", e)
	}
}

func TestAFloodFromEverywhereIsBounded(t *testing.T) {
	var c counts
	now, written := time.Unix(0, 0), 0
	for i := range 3 * countKinds {
		e := models.AuditBy(models.Actor{ID: fmt.Sprint("u", i)}, "read")
		if _, due := c.add(now, fmt.Sprint(i), e); due != nil {
			written++
		}
	}
	if len(c.m) > countKinds+1 || written > countKinds+1 {
		t.Errorf("%d kinds, %d written", len(c.m), written)
	}
	total := written
	for _, due := range c.take(now, 0) {
		total += due.n
		if due.entry.ActorID != "" {
			t.Errorf("failures of many are told of %q", due.entry.ActorID)
		}
	}
	if total != 3*countKinds {
		t.Errorf("%d of %d counted", total, 3*countKinds)
	}
}

func TestWhatCouldNotBeWrittenIsCountedOn(t *testing.T) {
	w := newWorld(t)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if err := w.log.Denied(gone, teacher, "read", "scope", "", "a"); err == nil {
		t.Fatal("written without a database")
	}
	w.deny(2, teacher, "scope", "a")
	if w.log.Flush(gone) == nil {
		t.Fatal("written without a database")
	}
	w.must(w.log.Flush(t.Context()))
	w.has(3)
}

func TestRunSignsWhatGrewAndEndsTidily(t *testing.T) {
	w := newWorld(t)
	ctx, cancel := context.WithCancel(t.Context())
	checkpoint, minute := make(chan time.Time), make(chan time.Time)
	done := make(chan struct{})
	w.acts(2)
	go func() { w.log.run(ctx, checkpoint, minute, nil); close(done) }()
	tick := func(c chan time.Time) { c <- time.Time{}; c <- time.Time{} } // the second is taken when the first is done
	w.acts(1)
	tick(checkpoint)
	w.deny(3, teacher, "scope", "a")
	w.clock.pass(time.Minute)
	tick(minute)
	w.has(1, 1, 1, 1, 2)
	tick(checkpoint)
	tick(checkpoint) // nothing new
	w.deny(2, teacher, "scope", "a")
	cancel()
	<-done
	w.has(1, 1, 1, 1, 2, 2)
	files, err := filepath.Glob(filepath.Join(w.dir, "checkpoints", "*", "*"))
	w.must(err)
	var sizes []int64
	for _, f := range files {
		size, _ := sizeIn(filepath.Base(filepath.Dir(f)), filepath.Base(f))
		sizes = append(sizes, size)
	}
	if last := sizes[len(sizes)-1]; last != 6 || sizes[len(sizes)-2] != 5 {
		t.Errorf("checkpoints at %v, want the last at 5 and 6", sizes)
	}
	if got := w.holds().Checkpoint.Size; got != 6 {
		t.Errorf("newest checkpoint at %d", got)
	}
}

func TestAHalfWrittenCheckpointIsNone(t *testing.T) {
	w := newWorld(t)
	w.acts(1)
	w.checkpoint()
	w.must(os.WriteFile(filepath.Join(w.dir, "checkpoints", "000000000000", ".new-123"), []byte("znak"), 0o600))
	w.acts(1)
	w.checkpoint()
	w.holds()
}
