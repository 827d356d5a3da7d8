package models

import "slices"

// Who says which actors may cause a transition, beyond the store's scope,
// which has already decided whether they can see the referral at all.
type Who string

const (
	WhoAuthor       Who = "author"       // who wrote the referral
	WhoSchool       Who = "school"       // the author, or the school's psychologist
	WhoCoordinator  Who = "coordinator"  // a coordinator of the desk that holds it
	WhoSecond       Who = "second"       // a coordinator other than the one who proposed the closing
	WhoCentre       Who = "centre"       // an officer of the Centre
	WhoOther        Who = "other"        // an officer of the Centre other than the one who decided
	WhoAsked        Who = "asked"        // whoever the open question was put to
	WhoConcerned    Who = "concerned"    // the author, the psychologist or the coordinator
	WhoDesk         Who = "desk"         // a coordinator, or the portal itself when a clock ran out
	WhoProfessional Who = "professional" // a coordinator or an officer of the Centre
)

// Need is one thing that an event must carry.
type Need string

const (
	NeedContent  Need = "content"  // danger now, a sign noticed, or an account
	NeedText     Need = "text"     // a text
	NeedReason   Need = "reason"   // a reason
	NeedTo       Need = "to"       // an addressee
	NeedUrgency  Need = "urgency"  // an urgency
	NeedClosing  Need = "closing"  // a reason code and the body it was handed to
	NeedOutcome  Need = "outcome"  // an outcome class and at least one published criterion
	NeedProposal Need = "proposal" // an open proposal to close
	NeedNegative Need = "negative" // an outcome of the Centre other than identified
)

// Transition is one row of the lifecycle table.
type Transition struct {
	From  []State
	Event Event
	To    State // "" = stays where it is; StateReturn = back to where the question was asked
	Who   Who
	Needs []Need
}

// StateReturn stands in the table for "where it was before the question".
const StateReturn State = "return"

var submittedStates = []State{StateSubmitted, StateAcknowledged, StateInfoRequested, StateForwarded, StateReceived,
	StateInAssessment, StateReconsideration, StateClosed}

// Lifecycle is the one table of the way of a referral. A question that is open
// never stops the side that asked it: in StateInfoRequested every event that
// the asking state allows is allowed too (see Find), because a school that
// does not answer must not keep a child waiting.
var Lifecycle = []Transition{
	{From: []State{StateDraft}, Event: EventSubmit, To: StateSubmitted, Who: WhoAuthor, Needs: []Need{NeedContent}},

	{From: []State{StateSubmitted}, Event: EventAcknowledge, To: StateAcknowledged, Who: WhoCoordinator},
	{From: []State{StateSubmitted, StateAcknowledged}, Event: EventAsk, To: StateInfoRequested, Who: WhoCoordinator, Needs: []Need{NeedText, NeedTo}},
	{From: []State{StateSubmitted, StateAcknowledged}, Event: EventUrgency, Who: WhoCoordinator, Needs: []Need{NeedUrgency, NeedReason}},
	{From: []State{StateSubmitted, StateAcknowledged}, Event: EventReassign, Who: WhoCoordinator, Needs: []Need{NeedTo, NeedReason}},
	{From: []State{StateSubmitted, StateAcknowledged}, Event: EventForward, To: StateForwarded, Who: WhoDesk},
	{From: []State{StateAcknowledged}, Event: EventProposeClose, Who: WhoCoordinator, Needs: []Need{NeedClosing, NeedText}},
	{From: []State{StateAcknowledged}, Event: EventConfirmClose, To: StateClosed, Who: WhoSecond, Needs: []Need{NeedProposal}},

	{From: []State{StateForwarded}, Event: EventReceive, To: StateReceived, Who: WhoCentre},
	{From: []State{StateReceived}, Event: EventAssess, To: StateInAssessment, Who: WhoCentre},
	{From: []State{StateReceived, StateInAssessment, StateReconsideration}, Event: EventAsk, To: StateInfoRequested, Who: WhoCentre, Needs: []Need{NeedText, NeedTo}},
	{From: []State{StateInAssessment}, Event: EventDecide, To: StateClosed, Who: WhoCentre, Needs: []Need{NeedOutcome, NeedText}},
	{From: []State{StateClosed}, Event: EventReconsider, To: StateReconsideration, Who: WhoConcerned, Needs: []Need{NeedReason, NeedNegative}},
	{From: []State{StateReconsideration}, Event: EventDecideReconsideration, To: StateClosed, Who: WhoOther, Needs: []Need{NeedOutcome, NeedText}},

	{From: []State{StateInfoRequested}, Event: EventAnswer, To: StateReturn, Who: WhoAsked, Needs: []Need{NeedText}},
	{From: submittedStates, Event: EventNote, Who: WhoProfessional, Needs: []Need{NeedText}},
	{From: submittedStates, Event: EventAdd, Who: WhoSchool, Needs: []Need{NeedText}},
}

// Standing is what the lifecycle needs to know about a referral.
type Standing struct {
	State       State
	ReturnState State  // while information is requested: where the answer returns it to
	AskedOf     string // while information is requested: ToSchool or ToCoordinator
	AuthorID    string
	ClosingBy   string  // who proposed to close; "" when no proposal is open
	DecidedBy   string  // the officer of the newest outcome
	Outcome     Outcome // the newest outcome; "" when the Centre decided nothing
}

// effective is the state by which the table is read: a question leaves the
// side that asked free to act, except that it cannot ask twice at once.
func (s Standing) effective() State {
	if s.State == StateInfoRequested {
		return s.ReturnState
	}
	return s.State
}

// Find returns the row of the table for the event in this standing, for this
// actor. It returns CodeForbidden when the actor's role never has the event,
// and CodeConflict when the event has no place in this standing or not for
// this very person (a second person is needed, or the one who was asked).
func Find(s Standing, e Event, a Actor) (*Transition, error) {
	known, mine := false, false
	for i := range Lifecycle {
		t := &Lifecycle[i]
		if t.Event != e {
			continue
		}
		known = true
		if !t.Who.role(a) {
			continue
		}
		mine = true
		if t.fits(s) && t.Who.person(s, a) && t.standingNeeds(s) {
			return t, nil
		}
	}
	switch {
	case !known:
		return nil, ErrNotFound
	case !mine:
		return nil, E(CodeForbidden, "error.forbidden")
	}
	return nil, E(CodeConflict, "error.conflict")
}

// RoleMay says whether the actor's role ever has the event.
func RoleMay(a Actor, e Event) bool {
	return slices.ContainsFunc(Lifecycle, func(t Transition) bool { return t.Event == e && t.Who.role(a) })
}

// fits says whether the row starts from where the referral stands.
func (t *Transition) fits(s Standing) bool {
	if slices.Contains(t.From, s.State) {
		return true
	}
	return s.State == StateInfoRequested && t.Event != EventAsk && slices.Contains(t.From, s.effective())
}

// standingNeeds checks the needs that the referral, not the input, must meet.
func (t *Transition) standingNeeds(s Standing) bool {
	for _, n := range t.Needs {
		if n == NeedProposal && s.ClosingBy == "" {
			return false
		}
		if n == NeedNegative && (s.Outcome == "" || s.Outcome == OutcomeIdentified) {
			return false
		}
	}
	return true
}

// Next returns the state and the return state after the transition. Moving on
// within the side that asked leaves its question open; leaving that side, or
// answering, ends it.
func (t *Transition) Next(s Standing) (state, returnState State) {
	open := s.State == StateInfoRequested
	switch {
	case t.To == "":
		return s.State, s.ReturnState
	case t.To == StateReturn:
		return s.ReturnState, ""
	case t.To == StateInfoRequested:
		return t.To, s.State
	case open && (t.To == StateAcknowledged || t.To == StateInAssessment):
		return s.State, t.To
	}
	return t.To, ""
}

// role says whether the actor's role ever is this Who.
func (w Who) role(a Actor) bool {
	switch w {
	case WhoAuthor, WhoSchool:
		return a.AtSchool()
	case WhoCoordinator, WhoSecond:
		return a.Role == RoleCoordinator
	case WhoDesk:
		return a.Role == RoleCoordinator || a.Role == RoleSystem
	case WhoCentre, WhoOther:
		return a.Role == RoleCentre
	case WhoAsked, WhoConcerned:
		return a.AtSchool() || a.Role == RoleCoordinator
	case WhoProfessional:
		return a.Role == RoleCoordinator || a.Role == RoleCentre
	}
	return false
}

// person says whether this very person is this Who for this referral.
func (w Who) person(s Standing, a Actor) bool {
	author := a.ID == s.AuthorID
	switch w {
	case WhoAuthor:
		return author
	case WhoSchool:
		return author || a.Role == RolePsychologist
	case WhoSecond:
		return a.ID != s.ClosingBy
	case WhoOther:
		return a.ID != s.DecidedBy
	case WhoAsked:
		if s.AskedOf == ToCoordinator {
			return a.Role == RoleCoordinator
		}
		return author || a.Role == RolePsychologist
	case WhoConcerned:
		return author || a.Role == RolePsychologist || a.Role == RoleCoordinator
	}
	return true
}

// Possible lists the events that the actor could cause now, in page order.
func Possible(s Standing, a Actor) []Event {
	var out []Event
	for _, e := range Events {
		if _, err := Find(s, e, a); err == nil {
			out = append(out, e)
		}
	}
	return out
}
