package models

import "slices"

// Event is what somebody does to a referral; it is also the last part of the
// path that does it.
type Event string

const (
	EventSubmit                Event = "submit"
	EventAcknowledge           Event = "acknowledge"
	EventAsk                   Event = "ask"
	EventAnswer                Event = "answer"
	EventNote                  Event = "note"
	EventUrgency               Event = "urgency"
	EventReassign              Event = "reassign"
	EventForward               Event = "forward"
	EventProposeClose          Event = "propose-close"
	EventConfirmClose          Event = "confirm-close"
	EventReceive               Event = "receive"
	EventAssess                Event = "assess"
	EventDecide                Event = "decide"
	EventReconsider            Event = "reconsider"
	EventDecideReconsideration Event = "decide-reconsideration"
	EventAdd                   Event = "add"
)

// Events lists every event that a person can cause on a submitted referral, in
// the order in which a page offers them. Submit is apart: it is a draft's.
var Events = []Event{EventAcknowledge, EventReceive, EventAnswer, EventAssess, EventForward, EventConfirmClose,
	EventDecide, EventDecideReconsideration, EventReconsider, EventAdd, EventAsk, EventUrgency, EventReassign,
	EventProposeClose, EventNote}

// Outcome is the Centre's decision, in the classes of its own statistics.
type Outcome string

const (
	OutcomeIdentified  Outcome = "identified"
	OutcomeNotAssessed Outcome = "not_assessed_as_victim"
	OutcomeDismissed   Outcome = "dismissed"
	OutcomeSuspended   Outcome = "suspended"
)

// Outcomes lists the outcomes in the order in which a form offers them.
var Outcomes = []Outcome{OutcomeIdentified, OutcomeNotAssessed, OutcomeDismissed, OutcomeSuspended}

// Criteria lists the codes of the published criteria by which the Centre
// decides: the act, the means and the purpose of the Council of Europe
// Convention (art. 4) and of article 388 of Serbia's Criminal Code, and what
// stands in the way of a finding. For a child the means need not be present.
var Criteria = []string{"act", "means", "purpose", "child", "no-exploitation", "no-contact", "other-protection", "insufficient-information"}

// CloseReasons lists the reason codes for closing without forwarding.
var CloseReasons = []string{"other-protection-need", "explained", "duplicate", "no-grounds"}

// HandedTo lists the bodies to which a closed referral can have been handed.
var HandedTo = []string{"social-work", "police", "school-measures"}

// Ask's addressees.
const (
	ToSchool      = "school"
	ToCoordinator = "coordinator"
)

// Input is what an event carries beyond its name. Which fields it needs stands
// in the transition table; everything in it is sealed with the referral.
type Input struct {
	Text       string   `json:"text,omitempty" validate:"prose,max=10000"`
	Reason     string   `json:"reason,omitempty" validate:"prose,max=10000"`
	To         string   `json:"to,omitempty"` // ask: school or coordinator; reassign: a colleague's id
	Urgency    Urgency  `json:"urgency,omitempty" validate:"omitempty,oneof=immediate urgent standard"`
	ReasonCode string   `json:"reason_code,omitempty"`
	HandedTo   string   `json:"handed_to,omitempty"`
	Outcome    Outcome  `json:"outcome,omitempty" validate:"omitempty,oneof=identified not_assessed_as_victim dismissed suspended"`
	Criteria   []string `json:"criteria,omitempty"`
	// SchoolConflict, on an addition of the author's: somebody at the school may
	// be involved after all.
	SchoolConflict Ternary `json:"school_conflict,omitempty" validate:"omitempty,oneof=yes no unknown"`
}

// KnownEvent says whether e is an event of the lifecycle table.
func KnownEvent(e Event) bool { return e == EventSubmit || slices.Contains(Events, e) }
