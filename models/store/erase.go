package store

import (
	"bytes"
	"context"

	"gorm.io/gorm"

	"znak/models"
)

// mayOperate says whether the actor is whoever runs the server, or the portal
// itself. Others get CodeForbidden.
func mayOperate(a models.Actor) error {
	if a.Role == models.RoleOperator || a.Role == models.RoleSystem {
		return nil
	}
	return models.E(models.CodeForbidden, "error.forbidden")
}

// ErasureTarget returns what stands in clear about a referral that is to be
// erased, by its reference or its id. The operator and the portal itself only;
// others get CodeForbidden. Returns models.ErrNotFound.
func (r *reader) ErasureTarget(ctx context.Context, a models.Actor, refOrID string) (*models.Referral, error) {
	if err := mayOperate(a); err != nil {
		return nil, err
	}
	var out models.Referral
	err := r.db.WithContext(ctx).Where("ref = ? OR id = ?", refOrID, refOrID).Take(&out).Error
	if err != nil {
		return nil, fault(err)
	}
	return &out, nil
}

// Erase destroys the referral's data key and search hashes, ends its waiting
// messages and the forms that wait for it, and stops its clocks. Row, sealed
// values without a key, figures and trail stand. The caller has read r, in this
// transaction, by ErasureTarget. Returns CodeConflict when it is erased already
// or somebody else changed it meanwhile.
func (tx *Tx) Erase(ctx context.Context, a models.Actor, r *models.Referral, reason models.Reason) error {
	if err := mayOperate(a); err != nil {
		return err
	}
	if !r.ErasedAt.IsZero() {
		return models.E(models.CodeConflict, "error.conflict")
	}
	now := models.StampOf(tx.now)
	r.ErasedAt, r.NextDue, r.AttentionAt = now, 0, 0
	if err := tx.UpdateReferral(r); err != nil {
		return err
	}
	if err := tx.eraseValues(r.ID); err != nil {
		return err
	}
	if err := tx.endKeptForms(ctx, r); err != nil {
		return err
	}
	row := models.Erasure{ReferralID: r.ID, Reason: reason, ErasedBy: a.ID, MadeAt: now}
	return fault(tx.db.Create(&row).Error)
}

// eraseValues removes what opens or finds the referral.
func (tx *Tx) eraseValues(id string) error {
	var hashes [][]byte
	if err := tx.db.Raw("SELECT hash FROM child_hashes WHERE referral_id = ?", id).Scan(&hashes).Error; err != nil {
		return fault(err)
	}
	for _, table := range []string{"data_keys", "name_hashes", "child_hashes"} {
		if err := tx.db.Exec("DELETE FROM "+table+" WHERE referral_id = ?", id).Error; err != nil {
			return fault(err)
		}
	}
	for _, h := range hashes {
		err := tx.db.Exec("DELETE FROM children WHERE hash = ? AND NOT EXISTS (SELECT 1 FROM child_hashes WHERE child_hashes.hash = children.hash)", h).Error
		if err != nil {
			return fault(err)
		}
	}
	return fault(tx.db.Exec("UPDATE jobs SET done_at = ?, dead_at = 0, leased_by = '', fault = 'erased' WHERE referral_id = ? AND done_at = 0",
		models.StampOf(tx.now), id).Error)
}

// endKeptForms ends the sessions in which a form waits for somebody who could
// have written it for this referral: which referral a form is for is sealed.
func (tx *Tx) endKeptForms(ctx context.Context, r *models.Referral) error {
	var owners []string
	err := tx.db.Raw("SELECT id FROM users WHERE id = ? OR school_id = ? OR role IN ?", r.AuthorID, r.SchoolID,
		[]models.Role{models.RoleCoordinator, models.RoleCentre}).Scan(&owners).Error
	if err != nil {
		return fault(err)
	}
	var sessions []Session
	if err := tx.db.WithContext(ctx).FindInBatches(&sessions, 500, func(_ *gorm.DB, _ int) error {
		for _, s := range sessions {
			if !bytes.Contains(s.Data, []byte(models.KeptForm)) || !holdsAny(s.Data, owners) {
				continue
			}
			if err := tx.DeleteSession(s.TokenHash); err != nil {
				return err
			}
		}
		return nil
	}).Error; err != nil {
		return fault(err)
	}
	return nil
}

// holdsAny says whether the data of a session, which is JSON, holds one of the
// ids as a value.
func holdsAny(data []byte, ids []string) bool {
	for _, id := range ids {
		if bytes.Contains(data, []byte(`"`+id+`"`)) {
			return true
		}
	}
	return false
}

// ErasureRow is an erasure with what stands in clear about the referral.
type ErasureRow struct {
	models.Erasure
	Ref string
}

// Erasures lists the erasures since a moment, the newest first, of referrals
// that the actor could see; the national desk gets all. For coordinators and
// officers of the Centre; anybody else gets CodeForbidden.
func (r *reader) Erasures(ctx context.Context, a models.Actor, since models.Stamp) (out []ErasureRow, err error) {
	if !a.Role.May(models.PermApprove) {
		return nil, models.E(models.CodeForbidden, "error.forbidden")
	}
	q := r.referrals(ctx, a)
	if a.Role == models.RoleCoordinator && a.DistrictID == models.NationalDesk {
		q = r.db.WithContext(ctx).Model(&models.Referral{}) // told of each, whosever it was
	}
	err = q.Select("erasures.*, referrals.ref").Joins("JOIN erasures ON erasures.referral_id = referrals.id").
		Where("erasures.made_at > ?", since).Order("erasures.made_at DESC, erasures.referral_id").Limit(200).Scan(&out).Error
	return out, fault(err)
}

// Scrub makes what was deleted leave the database's files as far as the
// database can do so at once: SQLite empties its write-ahead log; PostgreSQL
// writes the tables of keys and hashes anew, which only their owner may have
// done. What it cannot reach are copies, replicas and archived logs. Returns
// CodeUnavailable when others keep the database busy: try again.
func (s *Store) Scrub(ctx context.Context) error {
	if s.kind.serial {
		var busy, log, moved int
		err := s.w.WithContext(ctx).Raw("PRAGMA wal_checkpoint(TRUNCATE)").Row().Scan(&busy, &log, &moved)
		if err == nil && busy != 0 {
			err = models.Errorf(models.CodeUnavailable, "error.unavailable", "the write-ahead log is in use and was not emptied")
		}
		return fault(err)
	}
	tables := []string{"data_keys", "name_hashes", "child_hashes", "children", "sessions"}
	var own bool
	err := s.w.WithContext(ctx).Raw("SELECT bool_and(pg_has_role(tableowner, 'USAGE')) FROM pg_tables WHERE schemaname = ANY (current_schemas(FALSE)) AND tablename IN ?", tables).Scan(&own).Error
	if err == nil && !own { // the server would only pass over them
		err = models.Errorf(models.CodeForbidden, "", "only the owner of the tables can have them written anew: do it under the owner's address")
	}
	if err != nil {
		return fault(err)
	}
	for _, table := range tables {
		if err := s.w.WithContext(ctx).Exec("VACUUM (FULL) " + table).Error; err != nil {
			return fault(err)
		}
	}
	return nil
}

// EndAllSessions ends every session of everybody: after a restore, those of a
// time that is past would live again. For the operator.
func (tx *Tx) EndAllSessions() error { return fault(tx.db.Exec("DELETE FROM sessions").Error) }
