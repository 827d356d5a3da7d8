package backup

import (
	"context"
	"fmt"
	"slices"
	"time"

	"znak/models"
	"znak/models/audit"
	"znak/models/store"
)

// Eraser erases referrals.
type Eraser struct {
	Store  *store.Store
	Audit  *audit.Log
	Ledger *Ledger
	Now    func() time.Time
}

// Erased is what came of an erasure. Unclean is why deleted bytes may still
// stand in the database's own files; nil when they do not.
type Erased struct {
	Ref     string
	Unclean error
}

// Target returns what stands in clear about the referral that is to be erased,
// and refuses what may not be: an unknown reason, a referral that is erased
// already, and for ReasonRetention one that is still open. For the operator.
func (e *Eraser) Target(ctx context.Context, by models.Actor, ref string, reason models.Reason) (*models.Referral, error) {
	if !slices.Contains(models.Reasons, reason) {
		return nil, models.Errorf(models.CodeInvalid, "", "the reason is one of %s", models.Reasons)
	}
	r, err := e.Store.ErasureTarget(ctx, by, ref)
	if models.CodeOf(err) == models.CodeNotFound {
		return nil, models.Errorf(models.CodeNotFound, "", "there is no referral %s", ref)
	}
	switch {
	case err != nil:
		return nil, err
	case !r.ErasedAt.IsZero():
		return nil, models.Errorf(models.CodeConflict, "", "%s was erased on %s", r.Ref, r.ErasedAt.Time().Format(time.DateOnly))
	case reason == models.ReasonRetention && Open(r):
		return nil, models.Errorf(models.CodeConflict, "", "%s is not closed: retention ends nothing that somebody still has to act on", r.Ref)
	}
	return r, nil
}

// Open says whether somebody still has to act on the referral: to erase it
// leaves a child to whoever else knows.
func Open(r *models.Referral) bool {
	return r.State != models.StateClosed && r.State != models.StateDraft
}

// Erase destroys the referral's data key and everything by which it is found,
// for good. First it is on the ledger, durably: when the program dies in
// between, Resume ends what was begun. For the operator; returns what Target
// does.
func (e *Eraser) Erase(ctx context.Context, by models.Actor, ref string, reason models.Reason) (Erased, error) {
	f, done, err := e.Ledger.hold()
	if err != nil {
		return Erased{}, err
	}
	defer done()
	r, err := e.Target(ctx, by, ref, reason)
	if err != nil {
		return Erased{}, err
	}
	if err := e.Ledger.add(f, Line{At: e.Now(), ReferralID: r.ID, Ref: r.Ref, Reason: reason}); err != nil {
		return Erased{}, fmt.Errorf("the ledger of erasures cannot be written, and nothing was erased: %w", err)
	}
	if _, err := e.one(ctx, by, r.ID, reason, "operator"); err != nil {
		return Erased{}, fmt.Errorf("%s is on the ledger, but not erased yet: end it with znak erase --resume: %w", r.Ref, err)
	}
	return Erased{Ref: r.Ref, Unclean: e.Store.Scrub(ctx)}, nil
}

// one erases a referral in one transaction; false when it is not there, or is
// erased already.
func (e *Eraser) one(ctx context.Context, by models.Actor, id string, reason models.Reason, rule string) (done bool, err error) {
	err = e.Store.Tx(ctx, func(tx *store.Tx) error {
		done = false
		r, err := tx.ErasureTarget(ctx, by, id)
		if models.CodeOf(err) == models.CodeNotFound || err == nil && !r.ErasedAt.IsZero() {
			return nil
		}
		if err != nil {
			return err
		}
		if err := tx.Erase(ctx, by, r, reason); err != nil {
			return err
		}
		b, err := tx.AuditBundle(ctx, id)
		if err != nil {
			return err
		}
		entry := models.AuditBy(by, "erase")
		entry.Fields, entry.Object, entry.Rule = "data_key,name_hashes,child_hashes", "reason:"+string(reason), rule
		done = true
		return e.Audit.AppendErasure(tx, b, entry)
	})
	return done, err
}

// Resume erases whatever the ledger names and the database still has: an
// erasure that was cut short, or a copy from before it. Called when the portal
// starts, by `znak erase --resume` and after a restore; Store.Scrub comes after
// it where something was done.
func (e *Eraser) Resume(ctx context.Context, by models.Actor) (refs []string, err error) {
	lines, err := e.Ledger.Lines()
	if err != nil {
		return nil, err
	}
	for _, l := range lines {
		done, err := e.one(ctx, by, l.ReferralID, l.Reason, "ledger")
		if err != nil {
			return refs, err
		}
		if done {
			refs = append(refs, l.Ref)
		}
	}
	return refs, nil
}
