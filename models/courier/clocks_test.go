package courier_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"znak/models"
	"znak/models/audit"
	"znak/models/referral"
	"znak/models/store"
	"znak/models/store/storetest"
)

// The clocks of an immediate referral, minute by minute: each rings once.
func TestClocksOfDanger(t *testing.T) {
	p := newPost(t)
	ref := p.Submitted(teacher, danger)
	p.gets("submitted", "new to "+coordinator)
	at := func(after time.Duration, what string, want ...string) {
		t.Helper()
		p.Clock.Set(storetest.Start.Add(after))
		p.tick()
		p.tick()
		p.gets(after.String()+": "+what, want...)
	}
	at(44*time.Minute, "nothing yet")
	at(46*time.Minute, "a quarter of the hour is left", "ack-soon to "+coordinator)
	at(time.Hour, "to the minute")
	at(time.Hour+time.Minute, "an hour is over", "ack-late to "+coordinator, "ack-late to "+deputy, "ack-late to "+national, "ack-late to "+national2)
	at(2*time.Hour, "and was told")
	at(3*time.Hour+time.Minute, "an hour is left to decide", "decide-soon to "+coordinator)
	at(4*time.Hour+time.Minute, "four hours are over", "forwarded to "+centre, "forwarded to "+centre2,
		"decide-late to "+coordinator, "decide-late to "+deputy, "decide-late to "+national, "decide-late to "+national2)
	r := p.Head(ref)
	if r.State != models.StateForwarded {
		t.Fatalf("it is %s", r.State)
	}
	forwarded := 4*time.Hour + time.Minute
	at(forwarded+3*time.Hour+time.Minute, "the Centre's clock", "receive-soon to "+centre, "receive-soon to "+centre2)
	at(forwarded+4*time.Hour+time.Minute, "and it is over", "receive-late to "+centre, "receive-late to "+centre2, "receive-late to "+national, "receive-late to "+national2)
	at(1000*time.Hour, "no clock is left")
	var role, rule string
	if err := p.Raw().QueryRow("SELECT actor_role, rule FROM audit_entries WHERE action = 'forward'").Scan(&role, &rule); err != nil || role != "system" {
		t.Errorf("forwarded by %q (%s), %v", role, rule, err)
	}
	if n := p.count("SELECT count(*) FROM audit_entries WHERE action = 'clock'"); n != 5 {
		t.Errorf("%d rings are on the trail", n)
	}
	report, err := p.Audit.Verify(t.Context(), audit.Options{})
	if err != nil || !report.OK {
		t.Errorf("the log: %+v, %v", report, err)
	}
}

// Somebody who acts stops the clock; a question or a proposal to close does not.
func TestWhatStopsAClock(t *testing.T) {
	p := newPost(t)
	asked, proposed, closed, received := p.At(models.StateInfoRequested), p.At(models.StateAcknowledged), p.At(models.StateAcknowledged), p.At(models.StateReceived)
	p.Do(asked, coordinator, models.EventAcknowledge, models.Input{})
	for _, ref := range []string{proposed, closed} {
		p.Do(ref, coordinator, models.EventProposeClose, p.Input(models.EventProposeClose))
	}
	p.Do(closed, deputy, models.EventConfirmClose, models.Input{})
	p.Clock.Pass(30 * 24 * time.Hour)
	p.tick()
	for ref, want := range map[string]models.State{asked: models.StateForwarded, proposed: models.StateForwarded, closed: models.StateClosed, received: models.StateReceived} {
		if got := p.Head(ref).State; got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// A month without the portal, then a restart: everything that is due happens,
// once, and what is over is not reminded of.
func TestAfterALongOutage(t *testing.T) {
	p := newPost(t)
	for range 3 {
		p.Submitted(teacher)
	}
	p.letters()
	p.Clock.Pass(30 * 24 * time.Hour)
	p.Store.Close()
	p.reopen()
	p.tick()
	p.tick()
	if n := p.count("SELECT count(*) FROM referrals WHERE state = 'forwarded'"); n != 3 {
		t.Errorf("%d of 3 were forwarded", n)
	}
	if n := p.count("SELECT count(*) FROM clock_rings WHERE clock <> 'decide-late'"); n != 0 {
		t.Errorf("%d other clocks rang", n)
	}
}

// Two processes look at the same clocks at once.
func TestClocksOfSeveralProcesses(t *testing.T) {
	p := newPost(t)
	const n = 12
	for range n {
		p.Submitted(teacher)
	}
	p.letters()
	p.Clock.Pass(25 * time.Hour)
	var running sync.WaitGroup
	for range 4 {
		s, err := store.Open(t.Context(), p.URL, p.Clock.Now)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		c := *p.clocks
		c.Store = s
		running.Go(func() {
			if err := c.Tick(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	running.Wait()
	if rang, told := p.count("SELECT count(*) FROM clock_rings"), p.count("SELECT count(*) FROM jobs WHERE kind = 'ack-late'"); rang != n || told != 4*n {
		t.Errorf("%d rings, %d letters", rang, told)
	}
}

// A clock of the machine that jumps ahead and back makes things early, never
// twice, and keeps nothing from happening.
func TestJumpingClock(t *testing.T) {
	p := newPost(t)
	p.Submitted(teacher)
	p.letters()
	p.Clock.Pass(25 * time.Hour)
	p.tick()
	p.gets("a day ahead", "ack-late to "+coordinator, "ack-late to "+deputy, "ack-late to "+national, "ack-late to "+national2)
	p.Clock.Set(storetest.Start.Add(-48 * time.Hour))
	p.tick()
	p.gets("two days back")
	p.Clock.Set(storetest.Start.Add(25 * time.Hour))
	p.tick()
	p.gets("when it is really due")
}

// A change of urgency sets new times; their clocks ring anew.
func TestNewTimesRingAnew(t *testing.T) {
	p := newPost(t)
	ref := p.Submitted(teacher)
	p.letters()
	p.Clock.Pass(19 * time.Hour)
	p.tick()
	p.gets("a quarter of the day is left", "ack-soon to "+coordinator)
	p.Do(ref, coordinator, models.EventUrgency, models.Input{Urgency: models.Urgent, Reason: "?"})
	p.tick()
	p.gets("by the new time", "ack-soon to "+coordinator, "decide-soon to "+coordinator)
	p.Clock.Pass(4*time.Hour + time.Minute)
	p.tick()
	p.gets("and it runs out", "ack-late to "+coordinator, "ack-late to "+deputy, "ack-late to "+national, "ack-late to "+national2)
}

// Three working days over the end of summer time and a public holiday end at the
// same time of day, wherever the hour went.
func TestSummerTimeAndHolidays(t *testing.T) {
	for begin, end := range map[string]string{
		"2026-10-23 12:00": "2026-10-28 12:00", // the clocks go back
		"2026-03-26 12:00": "2026-03-31 12:00", // and forward
		"2026-04-09 09:00": "2026-04-16 09:00", // Easter
		"2026-10-25 02:30": "2026-10-28 23:59", // within the hour that is there twice, on a Sunday
	} {
		p := newPost(t)
		moment := func(s string) time.Time {
			at, err := time.ParseInLocation("2006-01-02 15:04", s, p.Location)
			if err != nil {
				t.Fatal(err)
			}
			return at
		}
		p.Clock.Set(moment(begin))
		ref := p.Submitted(teacher)
		p.Clock.Set(moment(end))
		p.tick()
		if got := p.Head(ref).State; got != models.StateSubmitted {
			t.Errorf("%s: it is %s at %s", begin, got, end)
		}
		p.Clock.Pass(time.Minute)
		p.tick()
		if got := p.Head(ref).State; got != models.StateForwarded {
			t.Errorf("%s: it is %s after %s", begin, got, end)
		}
	}
}

// A draft that says danger reminds its author when it was left for half an hour,
// and once for each time that it was left.
func TestDraftThatSaysDanger(t *testing.T) {
	p := newPost(t)
	p.Draft(teacher, p.Full)
	ref := p.Draft(teacher, danger)
	p.Clock.Pass(29 * time.Minute)
	p.tick()
	p.gets("29 minutes")
	p.Clock.Pass(2 * time.Minute)
	p.tick()
	p.tick()
	p.gets("31 minutes", "draft-danger to "+teacher)
	if m := p.caught.Messages()[0]; m.Link != "/referrals/"+ref+"/edit/danger" || !m.Urgent {
		t.Errorf("it leads to %s", m.Link)
	}
	if _, err := p.Referrals.Submit(t.Context(), p.Actor(teacher), ref); err != nil {
		t.Fatal(err)
	}
	p.letters()
	p.Clock.Pass(31 * time.Minute)
	p.tick()
	p.gets("submitted")
}

// Nobody but the portal may ask whose clock rings: drafts are among them.
func TestOnlyThePortalReadsTheClocks(t *testing.T) {
	p := newPost(t)
	for _, u := range storetest.People() {
		if _, err := p.Store.Ringing(t.Context(), p.Actor(u.ID), models.ClockDraft, "", 10); models.CodeOf(err) != models.CodeForbidden {
			t.Errorf("%s: %v", u.Role, err)
		}
	}
}

// nothingToPack cannot make a package: something that it needs is not there.
type nothingToPack struct{ referral.Packer }

func (nothingToPack) Pack(context.Context, *referral.Handing) (*models.Package, error) {
	return nil, models.ErrNotFound
}

// TestAForwardingThatFailsIsTold: what is missing is not taken for somebody
// else's having acted.
func TestAForwardingThatFailsIsTold(t *testing.T) {
	p := newPost(t)
	ref := p.Submitted(storetest.Teacher)
	p.clocks.Referrals = p.Service(func(s *referral.Service) { s.Packer = nothingToPack{} })
	p.Clock.Pass(30 * 24 * time.Hour)
	if err := p.clocks.Tick(t.Context()); err == nil || p.Head(ref).State != models.StateSubmitted {
		t.Errorf("%s, %v", p.Head(ref).State, err)
	}
}
