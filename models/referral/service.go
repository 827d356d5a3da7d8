// Package referral holds the two verbs that change anything about a referral,
// Submit and Advance, and what leads up to them: beginning and saving a draft.
// State, timeline and audit entry are written in one transaction; reading a
// referral is an act too, and is on the audit trail before anything is shown.
package referral

import (
	"context"
	"encoding/json"
	"time"

	"znak/models"
	"znak/models/audit"
	"znak/models/checklist"
	"znak/models/directory"
	"znak/models/store"
	"znak/models/vault"
)

// Service does everything that anybody does to a referral.
type Service struct {
	Store      *store.Store
	Vault      *vault.Vault
	Audit      *audit.Log
	Checklists *checklist.Set
	Directory  *directory.Directory
	Calendar   models.Calendar
	Location   *time.Location // in which months and days are counted
	Now        func() time.Time
	Reference  func() string // makes reference numbers; nil = models.NewReference
	Outbox     Outbox        // who is told of what happens; nil = nobody
	Packer     Packer        // makes what the Centre is handed; nil = nothing is made
	validate   *validation
	tx         func(context.Context, func(*store.Tx) error) error
	inside     bool // acts inside a transaction that is already open
}

// New returns a service; every field but Reference, Outbox, Packer and the private ones must be set.
func New(s Service) *Service {
	if s.Reference == nil {
		s.Reference = models.NewReference
	}
	today := func() time.Time { return s.Now().In(s.Location) }
	s.validate, s.tx = newValidation(today), s.Store.Tx
	return &s
}

// Within returns the same service, acting inside a transaction that is already
// open instead of beginning its own: for making a history with Store.Batch.
func (s *Service) Within(run func(func(*store.Tx) error) error) *Service {
	within := *s
	within.inside = true
	within.tx = func(_ context.Context, fn func(*store.Tx) error) error { return run(fn) }
	return &within
}

// opened is a referral with its seal broken, inside one transaction.
type opened struct {
	*store.Sealed
	key     vault.DataKey
	content models.Content
	at      models.Stamp // the moment of the act; zero = the transaction's
}

// moment is that of what happens to it.
func (o *opened) moment(tx *store.Tx) models.Stamp {
	if o.at.IsZero() {
		return models.StampOf(tx.Now())
	}
	return o.at
}

// open unseals what the actor may see. After an erasure the content is empty.
func (s *Service) open(ctx context.Context, r Reads, a models.Actor, ref string) (*opened, error) {
	sealed, err := r.Sealed(ctx, a, ref)
	if err != nil {
		return nil, err
	}
	o := &opened{Sealed: sealed}
	if !sealed.ErasedAt.IsZero() {
		return o, nil
	}
	if o.key, err = s.Vault.Unwrap(sealed.ID, sealed.Wrapped); err != nil {
		return nil, err
	}
	plain, err := o.key.Open("referral_contents", sealed.ID, "content", sealed.Content)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(plain, &o.content); err != nil {
		return nil, err
	}
	return o, o.checkRow()
}

// checkRow refuses a row that says somebody else may see the referral than its
// sealed content does.
func (o *opened) checkRow() error {
	c := &o.content
	hidden := c.SchoolConflict == models.Yes && o.State != models.StateDraft
	if c.Author != o.AuthorID || c.School != o.SchoolID || hidden && !o.Restricted {
		return models.Errorf(models.CodeInternal, "error.internal", "referral %s: its row is not the one that its content was sealed with", o.ID)
	}
	return nil
}

// sealContent seals content for the referral.
func sealContent(key vault.DataKey, referralID string, content *models.Content) ([]byte, error) {
	plain, err := json.Marshal(content)
	if err != nil {
		return nil, err
	}
	return key.Seal("referral_contents", referralID, "content", plain)
}

// input unseals what a record of the timeline carries.
func (o *opened) input(rec *models.Record) (in models.Input, err error) {
	if !o.ErasedAt.IsZero() {
		return in, nil
	}
	plain, err := o.key.Open("referral_events", rec.ID, "body", rec.Body)
	if err != nil {
		return in, err
	}
	return in, json.Unmarshal(plain, &in)
}

// insertRecord adds the event to the timeline, its input sealed.
func (o *opened) insertRecord(tx *store.Tx, a models.Actor, e models.Event, from models.State, in models.Input) (models.Record, error) {
	rec := models.Record{ID: models.NewID(), ReferralID: o.ID, Version: o.Version, Event: e, FromState: from,
		ToState: o.State, ActorID: a.ID, ActorRole: a.Role, At: o.moment(tx)}
	plain, err := json.Marshal(in)
	if err != nil {
		return rec, err
	}
	if rec.Body, err = o.key.Seal("referral_events", rec.ID, "body", plain); err != nil {
		return rec, err
	}
	return rec, tx.InsertRecord(&rec)
}

// standing is what the lifecycle table needs to know.
func (o *opened) standing() (models.Standing, error) {
	st := models.Standing{State: o.State, ReturnState: o.ReturnState, AskedOf: o.AskedOf, AuthorID: o.AuthorID,
		ClosingBy: o.ClosingBy, DecidedBy: o.DecidedBy}
	for i := len(o.Records) - 1; i >= 0; i-- {
		rec := &o.Records[i]
		if rec.Event != models.EventDecide && rec.Event != models.EventDecideReconsideration {
			continue
		}
		in, err := o.input(rec)
		st.Outcome = in.Outcome
		return st, err
	}
	return st, nil
}

// record puts a write on the audit trail, with digests of the referral as the
// transaction leaves it: nothing of it may be written afterwards. b is what is
// stored now; nil = read it.
func (s *Service) record(ctx context.Context, tx *store.Tx, referralID string, b *store.AuditBundle, e models.AuditEntry) error {
	if b == nil {
		var err error
		if b, err = tx.AuditBundle(ctx, referralID); err != nil {
			return err
		}
	}
	return s.Audit.AppendWrite(tx, b, e)
}

// write begins the audit entry of a write.
func write(a models.Actor, action, fields, rule string) models.AuditEntry {
	e := models.AuditBy(a, action)
	e.Fields, e.Rule = fields, rule
	return e
}
