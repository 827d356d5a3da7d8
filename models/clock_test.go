package models_test

import (
	"testing"
	"time"

	"znak/models"
)

var submitted = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// tomorrows counts every day as a working day.
type tomorrows struct{}

func (tomorrows) AddWorkingDays(t time.Time, n int) time.Time { return t.AddDate(0, 0, n) }

func TestClocksByUrgency(t *testing.T) {
	const h = time.Hour
	for _, tt := range []struct {
		u                    models.Urgency
		ack, decide, receive time.Duration
	}{
		{models.Immediate, h, 4 * h, 4 * h},
		{models.Urgent, 4 * h, 24 * h, 24 * h},
		{models.Standard, 24 * h, 72 * h, 24 * h},
	} {
		r := models.Referral{Urgency: tt.u, SubmittedAt: models.StampOf(submitted), ForwardedAt: models.StampOf(submitted)}
		r.SetTriageClocks(tomorrows{})
		r.SetReceiveClock()
		for name, c := range map[string]struct {
			got  models.Stamp
			want time.Duration
		}{"acknowledge": {r.AckDue, tt.ack}, "decide": {r.DecideDue, tt.decide}, "receive": {r.ReceiveDue, tt.receive}} {
			if got := c.got.Time().Sub(submitted); got != c.want {
				t.Errorf("%s: %s within %s, want %s", tt.u, name, got, c.want)
			}
		}
	}
}

func TestWhichClockRuns(t *testing.T) {
	const ack, decide, receive = 10, 20, 30
	for _, tt := range []struct {
		state, back  models.State
		acknowledged bool
		want         models.Event
		due          models.Stamp
	}{
		{models.StateDraft, "", false, "", 0},
		{models.StateSubmitted, "", false, models.EventAcknowledge, ack},
		{models.StateInfoRequested, models.StateSubmitted, false, models.EventAcknowledge, ack},
		{models.StateAcknowledged, "", true, models.EventForward, decide},
		{models.StateInfoRequested, models.StateAcknowledged, true, models.EventForward, decide},
		{models.StateForwarded, "", false, models.EventReceive, receive},
		{models.StateReceived, "", true, "", 0},
		{models.StateInfoRequested, models.StateReceived, true, "", 0},
		{models.StateInAssessment, "", true, "", 0},
		{models.StateReconsideration, "", true, "", 0},
		{models.StateClosed, "", true, "", 0},
	} {
		r := models.Referral{State: tt.state, ReturnState: tt.back, AckDue: ack, DecideDue: decide, ReceiveDue: receive, ChangedAt: 5}
		if tt.acknowledged {
			r.AcknowledgedAt = 7
		}
		r.Reckon()
		d, ok := r.NextDuty()
		if d.What != tt.want || d.Due != tt.due || ok != (tt.want != "") || r.NextDue != tt.due {
			t.Errorf("%s (from %s): %v due %d, next %d; want %s due %d", tt.state, tt.back, d.What, d.Due, r.NextDue, tt.want, tt.due)
		}
		if late := r.Overdue(models.Stamp(tt.due + 1).Time()); late != (tt.want != "") || r.Overdue(models.Stamp(tt.due).Time()) {
			t.Errorf("%s: overdue is wrong around %d", tt.state, tt.due)
		}
	}
}

func TestQueueOrder(t *testing.T) {
	now := models.StampOf(submitted)
	soon := models.Referral{State: models.StateSubmitted, AckDue: now + 10, ChangedAt: now}
	late := models.Referral{State: models.StateSubmitted, AckDue: now + 20, ChangedAt: now}
	added := models.Referral{State: models.StateInAssessment, AttentionAt: now, ChangedAt: now}
	newer := models.Referral{State: models.StateClosed, ChangedAt: now}
	older := models.Referral{State: models.StateClosed, ChangedAt: now - 50}
	order := []*models.Referral{&added, &soon, &late, &newer, &older}
	for i, r := range order {
		r.Reckon()
		if i > 0 && order[i-1].QueueRank >= r.QueueRank {
			t.Errorf("place %d (%s) comes before place %d (%s)", i, r.State, i-1, order[i-1].State)
		}
	}
}
