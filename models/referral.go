package models

// Referral is what stands in clear about a referral: what scoping, routing and
// clocks need. Everything about the child is in its sealed Content.
type Referral struct {
	ID               string
	Ref              string // reference number, ZN-XXXX-XXXX
	State            State
	ReturnState      State  // while information is requested: where the answer returns it to
	AskedOf          string // while information is requested: ToSchool or ToCoordinator
	Version          int64  // counts every change; guards against a stale page
	SchoolID         string
	DistrictID       string // the school's district
	DeskID           string // the desk that holds it: a district, or NationalDesk
	AuthorID         string
	Urgency          Urgency
	Restricted       bool // somebody at the school may be involved: the author alone sees it there
	ChecklistID      string
	ChecklistVersion int
	RoutedTo         string // the contact to whom the submission was routed
	RouteRule        string // why: primary, deputy, national, conflict
	ClosingBy        string // who proposed to close; "" when no proposal is open
	DecidedBy        string // the officer of the newest outcome
	BegunAt          Stamp
	ChangedAt        Stamp
	SubmittedAt      Stamp
	AcknowledgedAt   Stamp
	ForwardedAt      Stamp
	ReceivedAt       Stamp
	ClosedAt         Stamp
	AckDue           Stamp
	DecideDue        Stamp
	ReceiveDue       Stamp
	NextDue          Stamp // when the clock that runs now runs out; zero when none runs
	QueueRank        int64 // orders a queue: what is due first, then what changed last
	AttentionAt      Stamp // something new that nobody of the holding side has acted on yet
	ErasedAt         Stamp
}

// InTriage says whether the district, not the Centre, holds the referral and a
// decision is still due.
func (r *Referral) InTriage() bool {
	at := r.State
	if at == StateInfoRequested {
		at = r.ReturnState
	}
	return at == StateSubmitted || at == StateAcknowledged
}

// AtCentre says whether the referral was handed to the Centre, whatever became
// of it there.
func (r *Referral) AtCentre() bool { return !r.ForwardedAt.IsZero() }

// Forward notes that it is handed to the Centre at that moment: the Centre's
// clock begins, and a proposal to close counts no more.
func (r *Referral) Forward(at Stamp) {
	r.ForwardedAt, r.ClosingBy = at, ""
	r.SetReceiveClock()
}

// NewFor says whether there is something new that the role's side holds and
// has not acted on.
func (r *Referral) NewFor(role Role) bool {
	if r.AttentionAt.IsZero() {
		return false
	}
	return role == RoleCentre || role == RoleCoordinator && !r.AtCentre()
}

// Record is one entry of a referral's timeline. Its Input is sealed.
type Record struct {
	ID         string
	ReferralID string
	Version    int64 // the referral's version after it; orders the timeline
	Event      Event
	FromState  State
	ToState    State
	ActorID    string
	ActorRole  Role
	At         Stamp
	Body       []byte // Input, sealed under the referral's key
}

// TableName is the table of records.
func (Record) TableName() string { return "referral_events" }

// View is how much of a record somebody may see.
type View int

const (
	ViewNone      View = iota // not even that it happened
	ViewMilestone             // that it happened, when, and by which side
	ViewOutcome               // and the outcome class
	ViewFull                  // and everything in it
)

// ViewFor says how much of the record the role may see. The school sees
// milestones, questions put to it and what it wrote itself; never internal
// notes, the urgency set by triage, or the Centre's reasons.
func (r *Record) ViewFor(role Role, in Input) View {
	switch role {
	case RoleCentre:
		if r.Event == EventReassign {
			return ViewNone
		}
		return ViewFull
	case RoleCoordinator:
		if r.ActorRole == RoleCentre && r.Event == EventNote {
			return ViewNone
		}
		if r.Event == EventAssess {
			return ViewMilestone
		}
		return ViewFull
	case RoleTeacher, RolePsychologist:
		return r.schoolView(in)
	}
	return ViewNone
}

func (r *Record) schoolView(in Input) View {
	school := r.ActorRole == RoleTeacher || r.ActorRole == RolePsychologist
	switch r.Event {
	case EventAsk:
		if in.To == ToSchool {
			return ViewFull
		}
	case EventAnswer:
		if school {
			return ViewFull
		}
	case EventAdd:
		return ViewFull
	case EventReconsider:
		if school {
			return ViewFull
		}
		return ViewMilestone
	case EventDecide, EventDecideReconsideration:
		return ViewOutcome
	case EventSubmit, EventAcknowledge, EventForward, EventConfirmClose, EventReceive, EventAssess:
		return ViewMilestone
	}
	return ViewNone
}
