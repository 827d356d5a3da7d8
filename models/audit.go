package models

// AuditEntry is one act on the audit trail. It holds ids and names of fields,
// never people's data: no name, text, e-mail address, full address or token.
type AuditEntry struct {
	Seq          int64 `gorm:"primaryKey;autoIncrement:false"` // place in the log, from 1
	ID           string
	At           Stamp
	Action       string // what was done: "sign-in", "read", a referral's event, "export", …
	Outcome      string // AuditDone, AuditDenied or AuditFailed
	ActorID      string
	ActorRole    Role
	Organisation string // Actor.Organisation
	ReferralID   string // "" when the act concerns no referral
	Object       string // another thing it concerns: a user's id, a school's, a child's handle
	Fields       string // names of the fields that changed, separated by commas
	Rule         string // the rule that allowed or denied it
	RequestID    string
	Program      string // version of the program
	Version      int64  // for a write: the referral's version after it
	State        State  // for a write: the referral's state after it
	Digest       []byte // for a write: keyed digest of the referral's row and sealed values
	RowDigest    []byte // for a write: keyed digest of the row alone, which stands after an erasure
	Times        int    // how many like acts this entry counts; 1 but for repeated failures
	MAC          []byte // keyed authenticator of the entry at its place
}

// Outcomes of an act on the audit trail.
const (
	AuditDone   = "done"
	AuditDenied = "denied"
	AuditFailed = "failed"
)

// TableName is the table of entries, ordered by seq.
func (AuditEntry) TableName() string { return "audit_entries" }

// AuditBy begins an entry for what the actor does.
func AuditBy(a Actor, action string) AuditEntry {
	return AuditEntry{Action: action, Outcome: AuditDone, ActorID: a.ID, ActorRole: a.Role,
		Organisation: a.Organisation(), RequestID: a.RequestID, Times: 1}
}
