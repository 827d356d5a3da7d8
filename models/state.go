package models

// State is where a referral stands.
type State string

const (
	StateDraft           State = "draft"
	StateSubmitted       State = "submitted"
	StateAcknowledged    State = "acknowledged"
	StateInfoRequested   State = "info_requested"
	StateForwarded       State = "forwarded"
	StateReceived        State = "received"
	StateInAssessment    State = "in_assessment"
	StateReconsideration State = "reconsideration"
	StateClosed          State = "closed"
)

// States lists every state in the order of a referral's way.
var States = []State{StateDraft, StateSubmitted, StateAcknowledged, StateInfoRequested, StateForwarded,
	StateReceived, StateInAssessment, StateReconsideration, StateClosed}

// Urgency says how soon somebody must act.
type Urgency string

const (
	Immediate Urgency = "immediate" // someone is in danger now
	Urgent    Urgency = "urgent"    // a direct sign, or risk in the coming days
	Standard  Urgency = "standard"
)

// Urgencies lists the urgencies, the most urgent first.
var Urgencies = []Urgency{Immediate, Urgent, Standard}

// Rank orders urgencies: 0 is the most urgent; an unknown urgency ranks last.
func (u Urgency) Rank() int {
	for i, v := range Urgencies {
		if u == v {
			return i
		}
	}
	return len(Urgencies)
}

// Valid says whether u is one of Urgencies.
func (u Urgency) Valid() bool { return u.Rank() < len(Urgencies) }
