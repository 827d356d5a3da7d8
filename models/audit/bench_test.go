package audit

import (
	"errors"
	"testing"

	"znak/models"
	"znak/models/store"
)

// fill puts n entries on the log.
func (w *world) fill(n int) {
	w.Helper()
	for n > 0 {
		list := make([]models.AuditEntry, min(n, 5000))
		for i := range list {
			list[i] = models.AuditBy(teacher, "read")
			list[i].ReferralID, list[i].Outcome = "r", models.AuditDenied
		}
		w.must(w.log.Record(w.Context(), list...))
		n -= len(list)
	}
}

// BenchmarkAppend measures one entry in an open transaction.
func BenchmarkAppend(b *testing.B) {
	w := newWorld(b)
	w.fill(10_000)
	stop := errors.New("stop")
	err := w.store.Tx(b.Context(), func(tx *store.Tx) error {
		for b.Loop() {
			w.must(w.log.Append(tx, models.AuditBy(teacher, "read")))
		}
		return stop
	})
	if !errors.Is(err, stop) {
		b.Fatal(err)
	}
}

// BenchmarkAppendWrite measures the entry of a referral's write, with its
// digests.
func BenchmarkAppendWrite(b *testing.B) {
	w := newWorld(b)
	w.fill(10_000)
	r := w.refer()
	w.must(w.store.Tx(b.Context(), func(tx *store.Tx) error {
		for b.Loop() {
			w.must(w.appendWrite(tx, r.ID, models.AuditBy(teacher, "add")))
		}
		return nil
	}))
}

// BenchmarkRecord measures one entry, durably, in its own transaction.
func BenchmarkRecord(b *testing.B) {
	w := newWorld(b)
	for b.Loop() {
		w.must(w.log.Record(b.Context(), models.AuditBy(teacher, "read")))
	}
}

func BenchmarkVerify100k(b *testing.B) {
	w := newWorld(b)
	w.fill(100_000)
	for b.Loop() {
		w.holds()
	}
}

func BenchmarkVerify2000Referrals(b *testing.B) {
	w := newWorld(b)
	for range 2000 {
		w.refer()
	}
	for b.Loop() {
		w.holds()
	}
}

func BenchmarkProve(b *testing.B) {
	w := newWorld(b)
	w.fill(100_000)
	r := w.refer()
	for b.Loop() {
		_, err := w.log.Prove(b.Context(), auditor, r.Ref)
		w.must(err)
	}
}
