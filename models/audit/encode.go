package audit

import (
	"encoding/binary"

	"golang.org/x/mod/sumdb/tlog"

	"znak/models"
)

// The first text of every encoding says what it is and in which version. An
// encoding never changes: a column that is added later needs a new version, and
// entries that say which version they are in.
const (
	entryFormat = "znak audit entry v1"
	rowFormat   = "znak referral row v1"
	sealFormat  = "znak referral v1"
)

// encoder writes values one after the other such that no two lists of values
// give the same bytes: numbers as eight bytes, texts after their length.
type encoder struct{ b []byte }

func encode(format string) *encoder {
	e := &encoder{b: make([]byte, 0, 512)}
	e.text(format)
	return e
}

func (e *encoder) text(texts ...string) {
	for _, s := range texts {
		e.b = binary.BigEndian.AppendUint32(e.b, uint32(len(s)))
		e.b = append(e.b, s...)
	}
}

func (e *encoder) bytes(b []byte) { e.text(string(b)) }

func (e *encoder) number(numbers ...int64) {
	for _, n := range numbers {
		e.b = binary.BigEndian.AppendUint64(e.b, uint64(n))
	}
}

func (e *encoder) stamp(stamps ...models.Stamp) {
	for _, s := range stamps {
		e.number(int64(s))
	}
}

func (e *encoder) truth(b bool) {
	if b {
		e.b = append(e.b, 1)
	} else {
		e.b = append(e.b, 0)
	}
}

// Leaf returns the bytes that stand for the entry in the tree: every column but
// the authenticator, which is made of the leaf's hash.
func Leaf(a *models.AuditEntry) []byte {
	e := encode(entryFormat)
	e.number(a.Seq)
	e.text(a.ID)
	e.stamp(a.At)
	e.text(a.Action, a.Outcome, a.ActorID, string(a.ActorRole), a.Organisation, a.ReferralID,
		a.Object, a.Fields, a.Rule, a.RequestID, a.Program)
	e.number(a.Version)
	e.text(string(a.State))
	e.bytes(a.Digest)
	e.bytes(a.RowDigest)
	e.number(int64(a.Times))
	return e.b
}

// LeafHash returns the entry's hash in the tree.
func LeafHash(a *models.AuditEntry) tlog.Hash { return tlog.RecordHash(Leaf(a)) }

// row writes every column of a referral's row.
func (e *encoder) row(r *models.Referral) {
	e.text(r.ID, r.Ref, string(r.State), string(r.ReturnState), r.AskedOf)
	e.number(r.Version)
	e.text(r.SchoolID, r.DistrictID, r.DeskID, r.AuthorID, string(r.Urgency))
	e.truth(r.Restricted)
	e.text(r.ChecklistID)
	e.number(int64(r.ChecklistVersion))
	e.text(r.RoutedTo, r.RouteRule, r.ClosingBy, r.DecidedBy)
	e.stamp(r.BegunAt, r.ChangedAt, r.SubmittedAt, r.AcknowledgedAt, r.ForwardedAt, r.ReceivedAt,
		r.ClosedAt, r.AckDue, r.DecideDue, r.ReceiveDue, r.NextDue)
	e.number(r.QueueRank)
	e.stamp(r.AttentionAt, r.ErasedAt)
}

// event writes every column of an entry of a referral's timeline.
func (e *encoder) event(r *models.Record) {
	e.text(r.ID, r.ReferralID)
	e.number(r.Version)
	e.text(string(r.Event), string(r.FromState), string(r.ToState), r.ActorID, string(r.ActorRole))
	e.stamp(r.At)
	e.bytes(r.Body)
}
