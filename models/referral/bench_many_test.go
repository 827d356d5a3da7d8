package referral_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"znak/models"
	"znak/models/store/storetest"
)

// BenchmarkSubmitAtOnce is submissions by sixteen clients at once, with all
// signs answered, to the durable commit, while the log is numbered and signed
// beside them.
func BenchmarkSubmitAtOnce(b *testing.B) {
	w := storetest.New(b)
	refs := make([]string, b.N)
	for i := range refs {
		refs[i] = w.Draft(storetest.Teacher, func(c *models.Content) {
			c.Signs = map[string]models.SignAnswer{}
			for _, g := range w.Checklists.All()[0].Groups {
				for _, sign := range g.Signs {
					c.Signs[sign.ID] = models.SignAnswer{Answer: models.AnswerSuspected, Note: "Примећено више пута током недеље."}
				}
			}
		})
	}
	ctx, stop := context.WithCancel(b.Context())
	var running sync.WaitGroup
	defer running.Wait()
	defer stop()
	w.Settle()
	running.Go(func() { w.Audit.Run(ctx, 10*time.Second) })
	teacher, next := w.Actor(storetest.Teacher), atomic.Int64{}
	var clients sync.WaitGroup
	b.ResetTimer()
	for range submitters {
		clients.Go(func() {
			for i := next.Add(1) - 1; i < int64(b.N); i = next.Add(1) - 1 {
				if _, err := w.Referrals.Submit(b.Context(), teacher, refs[i]); err != nil {
					b.Error(err)
				}
			}
		})
	}
	clients.Wait()
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "submissions/s")
}
