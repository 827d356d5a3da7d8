package models

// Reason is why a referral was erased. The trail and the ledger of erasures
// hold the code and never a text.
type Reason string

const (
	ReasonRetention   Reason = "retention"    // its time is over
	ReasonCourtOrder  Reason = "court-order"  // a court or the commissioner ordered it
	ReasonDataSubject Reason = "data-subject" // the child, or who acts for the child, asked for it
	ReasonMistake     Reason = "mistake"      // it was never about a child, or about another one
)

// Reasons lists the reasons for an erasure.
var Reasons = []Reason{ReasonRetention, ReasonCourtOrder, ReasonDataSubject, ReasonMistake}

// Erasure is what is left to be told of an erased referral.
type Erasure struct {
	ReferralID string `gorm:"primaryKey"`
	Reason     Reason
	ErasedBy   string // id of who did it: the operator
	MadeAt     Stamp
}

// TableName is the table of erasures.
func (Erasure) TableName() string { return "erasures" }

// KeptForm names, in a stored session, a form that was sent after the session
// had ended and waits, sealed, for the same person.
const KeptForm = "kept-form"
