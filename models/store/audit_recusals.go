package store

import (
	"slices"

	"gorm.io/gorm"

	"znak/models"
)

// addRecusals adds who stepped back from each referral, as the table has it.
func addRecusals(db *gorm.DB, list []*AuditBundle) error {
	byID, ids := map[string]*AuditBundle{}, make([]string, len(list))
	for i, b := range list {
		byID[b.Referral.ID], ids[i] = b, b.Referral.ID
	}
	if len(ids) == 0 {
		return nil
	}
	type recusal struct{ ReferralID, UserID string }
	return scanStrict(db, "recusals", "referral_id IN ?", []any{ids}, func(r *recusal, _ bool) {
		b := byID[r.ReferralID]
		b.Recused = append(b.Recused, r.UserID)
	})
}

// RecusalsHold says whether those who stepped back are exactly those who handed
// the referral on, which the timeline tells.
func (b *AuditBundle) RecusalsHold() bool {
	var handed []string
	for _, e := range b.Events {
		if e.Event == models.EventReassign {
			handed = append(handed, e.ActorID)
		}
	}
	slices.Sort(handed)
	have := slices.Clone(b.Recused)
	slices.Sort(have)
	return slices.Equal(slices.Compact(handed), have)
}
