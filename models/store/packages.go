package store

import (
	"context"
	"strconv"
	"time"

	"znak/models"
)

// QueueCentre is the queue of what is delivered to the Centre's own system. The
// id of such a job is that of its message.
const QueueCentre = "centre"

// JobPackage is the kind of those jobs; their object is the package's version.
const JobPackage = "package"

// handsTo says whether the actor ever has packages: the Centre, whose they are,
// and the portal that delivers them.
func handsTo(a models.Actor) bool { return a.Role == models.RoleCentre || a.Role == models.RoleSystem }

// Package returns what the Centre was handed of the referral at the version, 0
// = the newest. For the Centre and the portal itself, within their scope;
// models.ErrNotFound otherwise.
func (r *reader) Package(ctx context.Context, a models.Actor, referralID string, version int64) (*models.Package, error) {
	if !handsTo(a) {
		return nil, models.ErrNotFound
	}
	var out models.Package
	seen := r.referrals(ctx, a).Select("referrals.id")
	q := r.db.WithContext(ctx).Where("referral_id = ? AND referral_id IN (?)", referralID, seen)
	if version > 0 {
		q = q.Where("version = ?", version)
	}
	if err := q.Order("version DESC").Take(&out).Error; err != nil {
		return nil, fault(err)
	}
	return &out, nil
}

// PackageByMessage is Package for the one that the message carries.
func (r *reader) PackageByMessage(ctx context.Context, a models.Actor, messageID string) (*models.Package, error) {
	if !handsTo(a) {
		return nil, models.ErrNotFound
	}
	var out models.Package
	if err := r.db.WithContext(ctx).Where("message_id = ?", messageID).Take(&out).Error; err != nil {
		return nil, fault(err)
	}
	_, err := r.ReferralByID(ctx, a, out.ReferralID)
	return &out, err
}

// InsertPackage writes what the Centre is handed, in the transaction of the act
// that hands it.
func (tx *Tx) InsertPackage(p *models.Package) error { return fault(tx.db.Create(p).Error) }

// QueuePackage has the package delivered. Its job may have been queued before.
func (tx *Tx) QueuePackage(p *models.Package) error {
	return tx.QueueJobs(models.Job{ID: p.MessageID, Queue: QueueCentre, Kind: JobPackage, ReferralID: p.ReferralID,
		Object: strconv.FormatInt(p.Version, 10)})
}

// KeepReceipt adds the Centre's receipt to the package and ends its delivery
// wherever that stands. It says false, and changes nothing, when one is there.
func (tx *Tx) KeepReceipt(messageID, receipt string) (bool, error) {
	now := models.StampOf(tx.now)
	res := tx.db.Exec("UPDATE packages SET received_at = ?, receipt = ? WHERE message_id = ? AND received_at = 0", now, receipt, messageID)
	if res.Error != nil || res.RowsAffected == 0 {
		return false, fault(res.Error)
	}
	return true, fault(tx.db.Exec("UPDATE jobs SET done_at = ?, dead_at = 0, fault = '' WHERE id = ? AND done_at = 0", now, messageID).Error)
}

// Unreceipted lists the packages whose delivery was promised before the moment,
// or was given up since, that no receipt came for, and of which nobody has been
// told, at most limit of them. An erased referral has nothing to deliver. For
// the portal itself; anybody else gets CodeForbidden.
func (r *reader) Unreceipted(ctx context.Context, a models.Actor, before time.Time, limit int) (out []models.Package, err error) {
	if a.Role != models.RoleSystem {
		return nil, models.E(models.CodeForbidden, "error.forbidden")
	}
	err = r.db.WithContext(ctx).Raw(`SELECT packages.* FROM packages
		JOIN jobs ON jobs.id = packages.message_id AND jobs.done_at = 0
		JOIN referrals ON referrals.id = packages.referral_id AND referrals.erased_at = 0
		WHERE packages.received_at = 0 AND packages.alarmed_at = 0 AND (jobs.dead_at > 0 OR packages.made_at <= ?)
		ORDER BY packages.made_at, packages.message_id LIMIT ?`, models.StampOf(before), limit).Scan(&out).Error
	return out, fault(err)
}

// AlarmPackage notes that somebody is told that no receipt came. It says false
// when somebody was already, in whatever process, or when one came meanwhile:
// then the caller must do nothing.
func (tx *Tx) AlarmPackage(messageID string) (bool, error) {
	res := tx.db.Exec("UPDATE packages SET alarmed_at = ? WHERE message_id = ? AND alarmed_at = 0 AND received_at = 0",
		models.StampOf(tx.now), messageID)
	return res.RowsAffected == 1, fault(res.Error)
}
