package backup

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"znak/models"
	"znak/models/audit"
	"znak/models/auth"
	"znak/models/store"
	"znak/models/vault"
)

// ErrNotPrepared says that no master key is prepared, and nothing is left to be
// wrapped anew.
var ErrNotPrepared = errors.New("no master key is prepared, and everything is wrapped by the present one")

// Rotation replaces the master key that wraps data keys. What is sealed with
// data keys stays as it is. Programs that serve meanwhile notice the new key
// file by themselves.
type Rotation struct {
	Store    *store.Store
	Vault    *vault.Vault
	Audit    *audit.Log
	Now      func() time.Time
	Progress func(done, all int64) // called after every batch; nil = nobody looks
	Prepared bool                  // take no new key but one that was prepared: other machines must have it
	Batch    int                   // how many data keys one transaction wraps anew; 0 = rewrapBatch
}

// rewrapBatch is how many data keys one transaction wraps anew.
const rewrapBatch = 500

// retireAfter is how long a master key stays after the last data key was
// wrapped anew: nothing that was begun under it may still be on its way.
const retireAfter = time.Hour

// Actions on the audit log; the object is the master key's id.
const (
	actionPrepare = "prepare-key"
	actionRotate  = "rotate-keys"
	actionRetire  = "retire-key"
)

func keyObject(id uint32) string { return fmt.Sprintf("key:%08x", id) }

func (r *Rotation) record(ctx context.Context, by models.Actor, action, rule string, id uint32) error {
	e := models.AuditBy(by, action)
	e.Object, e.Rule = keyObject(id), rule
	return r.Audit.Record(ctx, e)
}

// Prepare adds a master key that is not used yet, so that the key file can be
// copied to every machine before one of them does. For the operator.
func (r *Rotation) Prepare(ctx context.Context, by models.Actor) (id uint32, err error) {
	if id, err = r.Vault.Prepare(); err != nil {
		return 0, err
	}
	return id, r.record(ctx, by, actionPrepare, "operator", id)
}

// Rotate takes a new master key into use, a prepared one where there is one,
// and wraps every data key anew, batch by batch. One that was cut short at any
// point is gone on with: no further key is made while data keys are wrapped by
// an older one. For the operator. Returns ErrNotPrepared, or the key's id and how many data keys
// were wrapped anew.
func (r *Rotation) Rotate(ctx context.Context, by models.Actor) (id uint32, n int64, err error) {
	if id, err = r.use(ctx); err != nil {
		return 0, 0, err
	}
	if err := r.record(ctx, by, actionRotate, "begun", id); err != nil {
		return id, 0, err
	}
	for {
		left, err := r.left(ctx, id)
		if err != nil {
			return id, n, err
		}
		if left == 0 {
			return id, n, r.record(ctx, by, actionRotate, "finished", id)
		}
		for _, k := range store.WrappedKinds {
			done, err := r.rewrap(ctx, by, k, id, n, n+left)
			if n += done; err != nil {
				return id, n, err
			}
		}
	}
}

// use returns the id of the master key that is to wrap everything.
func (r *Rotation) use(ctx context.Context) (uint32, error) {
	if _, ok := r.Vault.Prepared(); ok {
		return r.Vault.Promote()
	}
	if err := r.Vault.Reload(); err != nil {
		return 0, err
	}
	now := r.Vault.MasterKeys()[0]
	left, err := r.left(ctx, now)
	if err != nil {
		return 0, err
	}
	if left > 0 {
		return now, nil // a rotation was cut short
	}
	if r.Prepared {
		return 0, ErrNotPrepared
	}
	return r.Vault.Rotate()
}

// left counts the data keys that another master key wraps.
func (r *Rotation) left(ctx context.Context, id uint32) (n int64, err error) {
	for _, k := range store.WrappedKinds {
		with, all, err := r.Store.CountWrapped(ctx, k, vault.WrapMark(id))
		if err != nil {
			return 0, err
		}
		n += all - with
	}
	return n, nil
}

// rewrap goes through one kind of data keys once.
func (r *Rotation) rewrap(ctx context.Context, by models.Actor, k store.WrappedKind, id uint32, before, all int64) (n int64, err error) {
	after := ""
	for {
		var batch []store.WrappedKey
		err := r.Store.Tx(ctx, func(tx *store.Tx) (err error) {
			if batch, err = tx.WrappedOtherwise(ctx, by, k, vault.WrapMark(id), after, cmp.Or(r.Batch, rewrapBatch)); err != nil {
				return err
			}
			for _, w := range batch {
				anew, _, err := r.Vault.Rewrap(boundTo(k, w.ID), w.Wrapped)
				if err != nil {
					return fmt.Errorf("the key of %s %s does not open: run audit verify: %w", k, w.ID, err)
				}
				if err := tx.Rewrap(k, w.ID, w.Wrapped, anew); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil || len(batch) == 0 {
			return n, err
		}
		n, after = n+int64(len(batch)), batch[len(batch)-1].ID
		if r.Progress != nil {
			r.Progress(before+n, all)
		}
	}
}

// boundTo is what a data key is bound to.
func boundTo(k store.WrappedKind, id string) string {
	if k == store.WrappedFactors {
		return auth.FactorKeyID(id)
	}
	return id
}
