package models

// Job is one piece of outgoing work that was promised in the transaction of an
// act and is done afterwards, at least once. It holds ids only: whatever a
// message says is made when it is sent.
type Job struct {
	ID          string // also names the message: the same in every attempt
	Queue       string // which workers take it
	Kind        string // what it is about
	ReferralID  string // "" when it concerns no referral
	RecipientID string // the account that it is for; "" when it is for none
	Object      string // the id of another thing that it is about
	Attempts    int    // begun so far
	MadeAt      Stamp
	DueAt       Stamp  // not before; while it is leased: when the lease ends
	LeasedBy    string // the worker's token of this lease; "" = free
	DoneAt      Stamp  // delivered, or no longer needed
	DeadAt      Stamp  // given up; somebody must look
	Fault       string // code of the last fault: never a server's words, which may hold an address
}

// TableName is the table of jobs.
func (Job) TableName() string { return "jobs" }

// Letter says what a message is about. Its text is in the catalogue of
// messages, and nothing in it comes from a referral but reference and times.
type Letter string

const (
	LetterNew         Letter = "new"          // a referral was routed to the reader
	LetterHandedOn    Letter = "handed-on"    // a colleague handed one on to the reader
	LetterAckSoon     Letter = "ack-soon"     // the time to acknowledge runs out
	LetterAckLate     Letter = "ack-late"     // and has run out
	LetterDecideSoon  Letter = "decide-soon"  // the time to decide runs out
	LetterDecideLate  Letter = "decide-late"  // and has run out: the portal forwarded it
	LetterForwarded   Letter = "forwarded"    // a referral waits at the Centre
	LetterReceiveSoon Letter = "receive-soon" // the Centre's time to receive runs out
	LetterReceiveLate Letter = "receive-late" // and has run out
	LetterQuestion    Letter = "question"     // a question waits for the reader's answer
	LetterAnswer      Letter = "answer"       // the reader's question was answered
	LetterAdded       Letter = "added"        // the school added something
	LetterClosing     Letter = "closing"      // a closing waits for a second signature
	LetterOutcome     Letter = "outcome"      // it was decided or closed
	LetterReconsider  Letter = "reconsider"   // the school or the desk asks for another decision
	LetterDraft       Letter = "draft-danger" // a draft that says danger was not sent
	LetterDeskEmpty   Letter = "desk-empty"   // a referral waits and nobody can act on it
	LetterUndelivered Letter = "undelivered"  // the Centre's system gave no receipt for a package
	LetterInvitation  Letter = "invitation"   // a one-time link to choose a password
)

// Letters lists every kind of message.
var Letters = []Letter{LetterNew, LetterHandedOn, LetterAckSoon, LetterAckLate, LetterDecideSoon, LetterDecideLate, LetterForwarded,
	LetterReceiveSoon, LetterReceiveLate, LetterQuestion, LetterAnswer, LetterAdded, LetterClosing, LetterOutcome, LetterReconsider,
	LetterDraft, LetterDeskEmpty, LetterUndelivered, LetterInvitation}

// Clock is one moment at which the portal does something by itself.
type Clock string

const (
	ClockAckSoon     Clock = "ack-soon"     // a reminder before the time to acknowledge runs out
	ClockAckLate     Clock = "ack-late"     // it has run out: deputies and the national desk are told
	ClockDecideSoon  Clock = "decide-soon"  // a reminder before the time to decide runs out
	ClockDecideLate  Clock = "decide-late"  // it has run out: the portal forwards
	ClockReceiveSoon Clock = "receive-soon" // a reminder before the Centre's time to receive runs out
	ClockReceiveLate Clock = "receive-late" // it has run out
	ClockDraft       Clock = "draft-danger" // a draft that says danger is left unsent
)

// Clocks lists every clock, in the order in which they are looked at: what is
// forwarded is not reminded of first.
var Clocks = []Clock{ClockDecideLate, ClockAckLate, ClockReceiveLate, ClockAckSoon, ClockDecideSoon, ClockReceiveSoon, ClockDraft}

// Due returns the moment that the clock counts to, or for a draft the moment
// from which it counts. A clock rings once for each such moment.
func (c Clock) Due(r *Referral) Stamp {
	switch c {
	case ClockAckSoon, ClockAckLate:
		return r.AckDue
	case ClockDecideSoon, ClockDecideLate:
		return r.DecideDue
	case ClockReceiveSoon, ClockReceiveLate:
		return r.ReceiveDue
	case ClockDraft:
		return r.ChangedAt
	}
	return 0
}

// System is the portal itself as an actor: it acts when a person did not.
func System() Actor { return Actor{ID: "system", Role: RoleSystem} }
