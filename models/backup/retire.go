package backup

import (
	"context"
	"encoding/base64"
	"slices"

	"znak/models"
	"znak/models/store"
	"znak/models/vault"
)

// Retire destroys every master key that wraps nothing any more, and returns
// their ids; a prepared one stays. Backups in which one of them still wraps
// something open only with a key file of their time: so what was erased is gone
// from those backups too once the last such copy is. For the operator. Returns
// CodeConflict while something is wrapped by an older key, or was until a short
// while ago.
func (r *Rotation) Retire(ctx context.Context, by models.Actor) (retired []uint32, err error) {
	if err := r.Vault.Reload(); err != nil {
		return nil, err
	}
	ids := r.Vault.MasterKeys()
	if err := r.settled(ctx, by, ids[0]); err != nil {
		return nil, err
	}
	prepared, isPrepared := r.Vault.Prepared()
	for _, id := range ids[1:] {
		if isPrepared && id == prepared {
			continue
		}
		if err := r.unused(ctx, id); err != nil {
			return retired, err
		}
		if err := r.record(ctx, by, actionRetire, "begun", id); err != nil {
			return retired, err
		}
		if err := r.Vault.Retire(id); err != nil {
			return retired, err
		}
		retired = append(retired, id)
		if err := r.record(ctx, by, actionRetire, "finished", id); err != nil {
			return retired, err
		}
	}
	return retired, nil
}

// settled refuses until a while after the rotation to the present key ended.
func (r *Rotation) settled(ctx context.Context, by models.Actor, id uint32) error {
	if err := r.Audit.Settle(ctx); err != nil {
		return err
	}
	list, err := r.Store.AuditTrail(ctx, by, store.AuditFilter{Action: actionRotate, Outcome: models.AuditDone, Limit: 20})
	if err != nil {
		return err
	}
	i := slices.IndexFunc(list, func(e models.AuditEntry) bool { return e.Object == keyObject(id) && e.Rule == "finished" })
	if i < 0 {
		return models.Errorf(models.CodeConflict, "", "no rotation to the present master key has ended: run znak keys rotate first")
	}
	if until := list[i].At.Time().Add(retireAfter); r.Now().Before(until) {
		return models.Errorf(models.CodeConflict, "", "the rotation ended only just now: try again after %s", until.Local().Format("15:04"))
	}
	return nil
}

// unused refuses a master key by which something that is stored is wrapped or
// sealed.
func (r *Rotation) unused(ctx context.Context, id uint32) error {
	mark := vault.WrapMark(id)
	for _, k := range store.WrappedKinds {
		n, _, err := r.Store.CountWrapped(ctx, k, mark)
		if err != nil {
			return err
		}
		if n > 0 {
			return models.Errorf(models.CodeConflict, "", "%d rows of %s are wrapped by master key %08x: run znak keys rotate again", n, k, id)
		}
	}
	// What waits in a session for its owner stands there in base64.
	n, err := r.Store.SessionsHolding(ctx, base64.RawStdEncoding.EncodeToString(mark)[:6])
	if err == nil && n > 0 {
		err = models.Errorf(models.CodeConflict, "", "%d sessions hold a form that master key %08x seals: try again in 12 hours, when they have ended", n, id)
	}
	return err
}
