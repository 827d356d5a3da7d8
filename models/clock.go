package models

import "time"

// Stamp is a moment as microseconds since 1970 in UTC: the same number in
// every database, in digests and in JSON. Zero means "not yet".
type Stamp int64

// StampOf returns t as a Stamp.
func StampOf(t time.Time) Stamp { return Stamp(t.UnixMicro()) }

// Time returns the moment in UTC.
func (s Stamp) Time() time.Time { return time.UnixMicro(int64(s)).UTC() }

// IsZero says whether the moment is not set.
func (s Stamp) IsZero() bool { return s == 0 }

// Calendar counts working days; the one in use follows Serbia's public
// holidays and its clock.
type Calendar interface {
	// AddWorkingDays returns the moment n working days after t, at t's time of
	// day. A moment outside working days counts from the next working day's start.
	AddWorkingDays(t time.Time, n int) time.Time
}

// Limits are the clocks of one urgency (domain: "Clocks").
type Limits struct {
	Acknowledge       time.Duration // from submission
	Decide            time.Duration // from submission; zero when WorkingDays counts
	DecideWorkingDays int           // from submission
	Receive           time.Duration // from forwarding: the Centre's own clock
}

// DefaultLimits are the clocks by urgency.
var DefaultLimits = map[Urgency]Limits{
	Immediate: {Acknowledge: time.Hour, Decide: 4 * time.Hour, Receive: 4 * time.Hour},
	Urgent:    {Acknowledge: 4 * time.Hour, Decide: 24 * time.Hour, Receive: 24 * time.Hour},
	Standard:  {Acknowledge: 24 * time.Hour, DecideWorkingDays: 3, Receive: 24 * time.Hour},
}

// SetTriageClocks sets when the referral must be acknowledged and decided, from
// its urgency and the moment of its submission.
func (r *Referral) SetTriageClocks(cal Calendar) {
	l := DefaultLimits[r.Urgency]
	at := r.SubmittedAt.Time()
	r.AckDue = StampOf(at.Add(l.Acknowledge))
	if l.DecideWorkingDays > 0 {
		r.DecideDue = StampOf(cal.AddWorkingDays(at, l.DecideWorkingDays))
	} else {
		r.DecideDue = StampOf(at.Add(l.Decide))
	}
}

// ResetTriageClocks sets the triage's clocks anew after the urgency was changed
// at that moment. A more urgent clock that would have run out already runs from
// now instead, but never longer than the old one: raising the urgency makes
// nobody late. An acknowledgement that was made, or missed, stays as it was.
func (r *Referral) ResetTriageClocks(cal Calendar, now Stamp) {
	ack, decide := r.AckDue, r.DecideDue
	r.SetTriageClocks(cal)
	l := DefaultLimits[r.Urgency]
	if !r.AcknowledgedAt.IsZero() || ack < now {
		r.AckDue = ack
	} else {
		r.AckDue = restarted(r.AckDue, ack, now, l.Acknowledge)
	}
	r.DecideDue = restarted(r.DecideDue, decide, now, l.Decide)
}

// restarted is when a clock runs out that was set anew: as set, unless that is
// over already.
func restarted(set, old, now Stamp, limit time.Duration) Stamp {
	if set >= now || old <= set {
		return set
	}
	return min(old, now+Stamp(limit.Microseconds()))
}

// SetReceiveClock sets when the Centre must receive the referral, from its
// urgency and the moment of forwarding.
func (r *Referral) SetReceiveClock() {
	r.ReceiveDue = StampOf(r.ForwardedAt.Time().Add(DefaultLimits[r.Urgency].Receive))
}

// Duty is what must happen next to a referral, and by when.
type Duty struct {
	What Event // acknowledge, forward (that is: decide) or receive
	Due  Stamp
}

// NextDuty returns the clock that runs now; ok is false when none does.
func (r *Referral) NextDuty() (d Duty, ok bool) {
	switch {
	case r.State == StateForwarded:
		return Duty{EventReceive, r.ReceiveDue}, true
	case !r.InTriage():
		return Duty{}, false
	case r.AcknowledgedAt.IsZero():
		return Duty{EventAcknowledge, r.AckDue}, true
	}
	return Duty{EventForward, r.DecideDue}, true
}

// Overdue says whether the clock that runs now has run out at t.
func (r *Referral) Overdue(t time.Time) bool {
	return !r.NextDue.IsZero() && r.NextDue < StampOf(t)
}

// afterClocks is the rank from which referrals without a clock are queued, the
// one that changed last first.
const afterClocks = int64(1) << 61

// Reckon sets NextDue and QueueRank after a change.
func (r *Referral) Reckon() {
	d, ok := r.NextDuty()
	r.NextDue, r.QueueRank = 0, afterClocks-int64(r.ChangedAt)
	if ok {
		r.NextDue, r.QueueRank = d.Due, int64(d.Due)
	}
	if !r.AttentionAt.IsZero() {
		r.QueueRank = min(r.QueueRank, int64(r.AttentionAt))
	}
}
