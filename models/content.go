package models

// Answer is what a member of staff says about one warning sign.
type Answer string

const (
	AnswerSeen      Answer = "seen"
	AnswerTold      Answer = "told"
	AnswerSuspected Answer = "suspected"
	AnswerNo        Answer = "no"
	AnswerUnknown   Answer = "unknown" // the default, and never an error
)

// Answers lists the answers in the order in which a form offers them.
var Answers = []Answer{AnswerSeen, AnswerTold, AnswerSuspected, AnswerNo, AnswerUnknown}

// Noticed says whether the answer means that something was noticed.
func (a Answer) Noticed() bool {
	return a == AnswerSeen || a == AnswerTold || a == AnswerSuspected
}

// Ternary is yes, no or unknown. The empty value counts as unknown.
type Ternary string

const (
	Yes     Ternary = "yes"
	No      Ternary = "no"
	Unknown Ternary = "unknown"
)

// SignAnswer is the answer to one sign, with what the reporter added to it.
type SignAnswer struct {
	Answer Answer `json:"answer" validate:"omitempty,oneof=seen told suspected no unknown"`
	Note   string `json:"note,omitempty" validate:"prose,max=1000"`
	Date   string `json:"date,omitempty" validate:"omitempty,datetime=2006-01-02,past"` // YYYY-MM-DD
}

// Child is what the reporter knows about the child. Every field may be empty.
// No ethnicity is asked or stored.
type Child struct {
	Name        string  `json:"name,omitempty" validate:"line,max=120"`
	BirthYear   int     `json:"birth_year,omitempty" validate:"omitempty,birthyear"`
	Sex         string  `json:"sex,omitempty" validate:"omitempty,oneof=f m unknown"` // f, m, unknown
	Class       string  `json:"class,omitempty" validate:"line,max=20"`
	Citizenship string  `json:"citizenship,omitempty" validate:"omitempty,oneof=rs other unknown"` // rs, other, unknown
	OnTheMove   Ternary `json:"on_the_move,omitempty" validate:"omitempty,oneof=yes no unknown"`
}

// Account is the reporter's own account, with what was noticed kept apart from
// what the reporter thinks.
type Account struct {
	Observed   string `json:"observed,omitempty" validate:"prose,max=10000"`
	ChildWords string `json:"child_words,omitempty" validate:"prose,max=10000"`
	OwnView    string `json:"own_view,omitempty" validate:"prose,max=10000"`
	People     string `json:"people,omitempty" validate:"prose,max=10000"`
	Told       string `json:"told,omitempty" validate:"prose,max=10000"`
}

// Empty says whether nothing was written.
func (a Account) Empty() bool { return a == Account{} }

// Content is everything that the school wrote: sealed as one value under the
// referral's own data key. Nobody changes it once it is submitted.
type Content struct {
	DangerNow              Ternary               `json:"danger_now,omitempty" validate:"omitempty,oneof=yes no unknown"`
	Signs                  map[string]SignAnswer `json:"signs,omitempty" validate:"dive"`
	Child                  Child                 `json:"child"`
	Account                Account               `json:"account"`
	FamilyContactDangerous Ternary               `json:"family_contact_dangerous,omitempty" validate:"omitempty,oneof=yes no unknown"`
	SchoolConflict         Ternary               `json:"school_conflict,omitempty" validate:"omitempty,oneof=yes no unknown"`
	// DangerAskedFor lists the signs after which the danger question was already
	// asked again.
	DangerAskedFor []string `json:"danger_asked_for,omitempty"`
	// ProposedUrgency and Drivers are what the checklist proposed when the
	// referral was submitted, kept as evidence of what triage was shown.
	ProposedUrgency Urgency  `json:"proposed_urgency,omitempty"`
	Drivers         []string `json:"drivers,omitempty"`
	// Author and School are the row's, sealed with the content: whoever changes
	// the row to see the referral cannot open it.
	Author string `json:"author"`
	School string `json:"school"`
	// FactID is the id of the figures' fact row. It stands here only, so that
	// erasing the referral cuts the link.
	FactID string `json:"fact_id,omitempty"`
}

// Submittable says whether there is enough to submit: danger now, or any sign
// noticed, or an account. The child's name may be missing.
func (c *Content) Submittable() bool {
	if c.DangerNow == Yes || !c.Account.Empty() {
		return true
	}
	for _, s := range c.Signs {
		if s.Answer.Noticed() {
			return true
		}
	}
	return false
}
