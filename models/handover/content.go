package handover

import (
	"time"

	"znak/models"
)

// Format and FormatVersion name the form of a package's content. A field that
// is added does not change the version; one that changes its meaning does.
const (
	Format        = "znak-handover"
	FormatVersion = 1
)

// Content is what a package says: the referral as its reader may see it. Texts
// are as they were typed; codes are those of docs/handover.md. What is not known
// or not for this reader is left out.
type Content struct {
	Format        string       `json:"format"`
	FormatVersion int          `json:"format_version"`
	ID            string       `json:"id"` // random, so that the digest gives nothing away
	Reference     string       `json:"reference"`
	Version       int64        `json:"version"` // of the referral; a higher one replaces a lower one
	MadeAt        string       `json:"made_at"`
	MadeFor       models.Role  `json:"made_for"`
	Cause         models.Event `json:"cause,omitempty"` // the act that handed it over; none for an export

	School       School         `json:"school"`
	ReporterRole models.Role    `json:"reporter_role,omitempty"`
	State        models.State   `json:"state"`
	Urgency      models.Urgency `json:"urgency,omitempty"`
	Proposed     *Proposed      `json:"proposed,omitempty"`
	Restricted   bool           `json:"restricted"` // somebody at the school may be involved
	Times        Times          `json:"times"`

	DangerNow              models.Ternary `json:"danger_now,omitempty"`
	FamilyContactDangerous models.Ternary `json:"family_contact_dangerous,omitempty"`
	SchoolConflict         models.Ternary `json:"school_conflict,omitempty"`
	Child                  models.Child   `json:"child"`
	Checklist              Checklist      `json:"checklist"`
	Signs                  []Sign         `json:"signs"` // those that were answered, in the checklist's order
	Unanswered             int            `json:"unanswered"`
	Account                models.Account `json:"account"`
	Timeline               []Entry        `json:"timeline"`
}

// Text is one text in both languages; Serbian is in Cyrillic.
type Text struct {
	Sr string `json:"sr"`
	En string `json:"en"`
}

// School is the school that wrote.
type School struct {
	Code         string `json:"code"`
	Name         string `json:"name"`
	Level        string `json:"level"`
	Municipality string `json:"municipality"`
	District     string `json:"district"`
	DistrictName Text   `json:"district_name"`
}

// Proposed is what the checklist proposed, and the signs that drove it.
type Proposed struct {
	Urgency models.Urgency `json:"urgency"`
	Signs   []string       `json:"signs"`
}

// Times are the moments of the referral's way, and until when the next steps are
// due. All are RFC 3339 in UTC.
type Times struct {
	Submitted    string `json:"submitted,omitempty"`
	Acknowledged string `json:"acknowledged,omitempty"`
	Forwarded    string `json:"forwarded,omitempty"`
	Received     string `json:"received,omitempty"`
	Closed       string `json:"closed,omitempty"`
	AckDue       string `json:"acknowledge_due,omitempty"`
	DecideDue    string `json:"decide_due,omitempty"`
	ReceiveDue   string `json:"receive_due,omitempty"`
}

// Checklist names the very version by which the signs were answered.
type Checklist struct {
	ID      string `json:"id"`
	Version int    `json:"version"`
	Digest  string `json:"digest"` // SHA-256 of its content
	Title   Text   `json:"title"`
}

// Sign is a warning sign with the school's answer.
type Sign struct {
	ID     string        `json:"id"`
	Group  string        `json:"group"`
	Text   Text          `json:"text"`
	Answer models.Answer `json:"answer"`
	Note   string        `json:"note,omitempty"`
	Date   string        `json:"date,omitempty"` // YYYY-MM-DD
}

// Entry is one entry of the timeline. Of a milestone only event, moment and
// side are there.
type Entry struct {
	Version    int64          `json:"version"`
	Event      models.Event   `json:"event"`
	At         string         `json:"at"`
	Role       models.Role    `json:"role"` // who acted; system = the portal itself
	State      models.State   `json:"state,omitempty"`
	Text       string         `json:"text,omitempty"`
	Reason     string         `json:"reason,omitempty"`
	AskedOf    string         `json:"asked_of,omitempty"`
	Urgency    models.Urgency `json:"urgency,omitempty"`
	ReasonCode string         `json:"reason_code,omitempty"`
	HandedTo   string         `json:"handed_to,omitempty"`
	Outcome    models.Outcome `json:"outcome,omitempty"`
	Criteria   []string       `json:"criteria,omitempty"`
	Conflict   models.Ternary `json:"school_conflict,omitempty"`
}

// stamp writes a moment; "" when there is none.
func stamp(s models.Stamp) string {
	if s.IsZero() {
		return ""
	}
	return s.Time().Format(time.RFC3339Nano)
}

// Moment reads a moment of a content; the zero time when there is none.
func Moment(s string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return time.Time{}
	}
	return t
}
