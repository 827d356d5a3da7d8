package courier_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"znak/models"
	"znak/models/courier"
	"znak/models/store"
)

// queue puts n letters to the admin into the outbox.
func (p *post) queue(n int) {
	p.T.Helper()
	jobs := make([]models.Job, n)
	for i := range jobs {
		jobs[i] = models.Job{Queue: courier.Queue, Kind: string(models.LetterInvitation), RecipientID: admin, Object: models.NewID()}
	}
	p.Tx(func(tx *store.Tx) error { return tx.QueueJobs(jobs...) })
}

// invite gives invitations a link.
func invite(m *courier.Mailer) *courier.Mailer {
	m.Links = map[models.Letter]courier.LinkFunc{models.LetterInvitation: func(_ context.Context, j models.Job) (string, error) { return "/invite/" + j.Object, nil }}
	return m
}

// Couriers of several processes share one database: nothing is sent twice.
func TestManyCouriersDoubleNothing(t *testing.T) {
	p := newPost(t)
	const n = 6*courier.BatchSize + 7
	p.queue(n)
	var running sync.WaitGroup
	for range 4 {
		s, err := store.Open(t.Context(), p.URL, p.Clock.Now)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		m := invite(p.another(p.caught))
		m.Store = s
		running.Go(func() {
			for {
				n, _, err := m.Batch(context.Background())
				if err != nil {
					t.Error(err)
				}
				if n == 0 {
					return
				}
			}
		})
	}
	running.Wait()
	sent := map[string]int{}
	for _, m := range p.caught.Messages() {
		sent[m.ID]++
	}
	for id, times := range sent {
		if times != 1 {
			t.Errorf("%s was sent %d times", id, times)
		}
	}
	if len(sent) != n || p.count("SELECT count(*) FROM jobs WHERE done_at > 0 AND attempts = 1") != n {
		t.Errorf("%d of %d were sent", len(sent), n)
	}
}

// Whoever lost its lease meanwhile changes nothing any more.
func TestLostLease(t *testing.T) {
	p := newPost(t)
	p.queue(1)
	var slow []models.Job
	p.Tx(func(tx *store.Tx) (err error) {
		slow, err = tx.ClaimJobs(courier.Queue, "slow", 10, courier.Lease)
		return err
	})
	p.drain(invite(p.another(p.caught)))
	if n := len(p.caught.Messages()); n != 0 {
		t.Fatal("a leased job was taken")
	}
	p.Clock.Pass(courier.Lease)
	p.drain(invite(p.another(p.caught)))
	p.Tx(func(tx *store.Tx) error {
		slow[0].DueAt = 1
		mine, err := tx.SettleJob(slow[0])
		if mine {
			t.Error("it settled a job that was not its own any more")
		}
		return err
	})
	if n := len(p.caught.Messages()); n != 1 || p.count("SELECT count(*) FROM jobs WHERE done_at > 0") != 1 {
		t.Errorf("%d letters", n)
	}
}

// Stopping hands back what was leased and not begun, at once.
func TestStopHandsJobsBack(t *testing.T) {
	p := newPost(t)
	p.queue(10)
	ctx, stop := context.WithCancel(t.Context())
	m := invite(p.another(after{p.caught, stop}))
	if n, _, err := m.Batch(ctx); n != 10 || err != nil {
		t.Fatal(n, err)
	}
	if done, free := p.count("SELECT count(*) FROM jobs WHERE done_at > 0"),
		p.count("SELECT count(*) FROM jobs WHERE done_at = 0 AND leased_by = '' AND attempts = 0 AND due_at = ?", models.StampOf(p.Clock.Now())); done != 1 || free != 9 {
		t.Errorf("%d done, %d handed back", done, free)
	}
	p.drain(invite(p.another(p.caught)))
	if n := len(p.caught.Messages()); n != 10 {
		t.Errorf("%d letters in all", n)
	}
}

// The workers themselves: woken by the commit, they send; stopped, they end.
func TestWorkersAreWokenByTheCommit(t *testing.T) {
	p := newPost(t)
	sent := make(chan struct{}, 1)
	m := p.another(after{p.caught, func() { sent <- struct{}{} }})
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { m.Run(ctx) })
	p.Submitted(teacher)
	select {
	case <-sent:
	case <-time.After(20 * time.Second):
		t.Error("no letter left")
	}
	stop()
	running.Wait()
	if err := m.Ready(); err != nil {
		t.Error(err)
	}
}

// A letter without a way to make its link is given up, not sent.
func TestInvitationWithoutALink(t *testing.T) {
	p := newPost(t)
	p.Tx(func(tx *store.Tx) error { return p.outbox.Invite(tx, admin, "invitation-1") })
	p.drain(p.mailer)
	if n := p.count("SELECT count(*) FROM jobs WHERE done_at = 0 AND fault = 'no-link'"); n != 1 || len(p.caught.Messages()) != 0 {
		t.Error("it was sent without a link")
	}
	p.Clock.Pass(time.Hour)
	p.drain(invite(p.mailer))
	if got := p.caught.Messages(); len(got) != 1 || got[0].Link != "/invite/invitation-1" {
		t.Errorf("got %+v", got)
	}
}

func TestBackoffGrowsAndScatters(t *testing.T) {
	for attempts, around := range map[int]time.Duration{1: 30 * time.Second, 2: time.Minute, 5: 8 * time.Minute, 6: 16 * time.Minute, 7: 30 * time.Minute, 150: 30 * time.Minute} {
		seen := map[time.Duration]bool{}
		for range 50 {
			d := courier.Backoff(attempts)
			seen[d] = true
			if d < around/2 || d >= around+around/2 {
				t.Errorf("after %d attempts: %v", attempts, d)
			}
		}
		if len(seen) < 10 {
			t.Errorf("after %d attempts all wait alike", attempts)
		}
	}
}

// Waiting letters do not slow a submission: two portals take turns, so that
// whatever else the machine does slows both.
func BenchmarkSubmitBesideWaitingLetters(b *testing.B) {
	portals := []*post{newPost(b), newPost(b)}
	portals[1].queue(100_000)
	var took [2][]time.Duration
	for b.Loop() {
		for i, p := range portals {
			ref := p.Draft(teacher, p.Full)
			begun := time.Now()
			if _, err := p.Referrals.Submit(context.Background(), p.Actor(teacher), ref); err != nil {
				b.Fatal(err)
			}
			took[i] = append(took[i], time.Since(begun))
		}
	}
	for i, name := range []string{"none-µs", "100000-µs"} {
		slices.Sort(took[i])
		b.ReportMetric(float64(took[i][len(took[i])/2].Microseconds()), name)
	}
}
