package audit

import (
	"fmt"
	"testing"

	"znak/models"
	"znak/models/store"
)

func TestReferralsAreGuarded(t *testing.T) {
	referrals := func(set string) func(*world) { return func(w *world) { w.alter("UPDATE referrals SET " + set) } }
	cases := map[string]struct {
		do   func(w *world)
		kind string
	}{
		"state":       {referrals("state = 'closed'"), FaultState},
		"district_id": {referrals("district_id = 'beograd'"), FaultRow},
		"desk_id":     {referrals("desk_id = 'rs'"), FaultRow},
		"urgency":     {referrals("urgency = 'standard'"), FaultRow},
		"restricted":  {referrals("restricted = FALSE"), FaultRow},
		"version":     {referrals("version = 1"), FaultRow},
		"erased_at":   {referrals("erased_at = 5"), FaultRow},
		"content":     {func(w *world) { w.alter("UPDATE referral_contents SET content = x'00'") }, FaultSealed},
		"no content":  {func(w *world) { w.alter("DELETE FROM referral_contents") }, FaultSealed},
		"event body":  {func(w *world) { w.alter("UPDATE referral_events SET body = x'00' WHERE version = 1") }, FaultSealed},
		"event actor": {func(w *world) { w.alter("UPDATE referral_events SET actor_id = 'other'") }, FaultSealed},
		"no event":    {func(w *world) { w.alter("DELETE FROM referral_events WHERE version = 1") }, FaultSealed},
		"name hash": {func(w *world) {
			w.alter("UPDATE name_hashes SET hash = x'00' WHERE hash = ?", []byte("hash of a word"))
		}, FaultSealed},
		"no names":   {func(w *world) { w.alter("DELETE FROM name_hashes") }, FaultSealed},
		"child hash": {func(w *world) { w.alter("UPDATE child_hashes SET hash = x'00'") }, FaultSealed},
		"key":        {func(w *world) { w.alter("UPDATE data_keys SET wrapped = x'00'") }, FaultKey},
		"no key":     {func(w *world) { w.alter("DELETE FROM data_keys") }, FaultKey},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w, r := history(t)
			c.do(w)
			w.finds(c.kind, 5, r.Ref, Options{})
		})
	}
}

func TestReferralsComeAndGoWithTheirEntriesOnly(t *testing.T) {
	w, r := history(t)
	columns := "state, return_state, asked_of, version, school_id, district_id, desk_id, author_id, urgency, restricted, checklist_id, checklist_version, begun_at, changed_at"
	w.alter(fmt.Sprintf("INSERT INTO referrals (id, ref, %[1]s) SELECT 'zz', 'ZN-0000-0000', %[1]s FROM referrals", columns))
	w.finds(FaultUnknown, 0, "ZN-0000-0000", Options{})
	w.alter("DELETE FROM referrals WHERE id = 'zz'")
	w.holds()
	w.alter("DELETE FROM referrals WHERE id = ?", r.ID)
	w.finds(FaultMissed, 5, "", Options{})
}

func TestAnEntryOfADenialDoesNotMakeAReferral(t *testing.T) {
	w := newWorld(t)
	w.must(w.log.Denied(t.Context(), teacher, "read", "scope", "no-such-referral", "192.0.2.1"))
	w.holds()
}

func TestAfterAnErasureTheRowStands(t *testing.T) {
	erase := func(t *testing.T) (*world, *models.Referral) {
		w, r := history(t)
		w.must(w.store.Tx(t.Context(), func(tx *store.Tx) error {
			r.ErasedAt = models.StampOf(tx.Now())
			w.must(tx.UpdateReferral(r))
			return w.appendWrite(tx, r.ID, models.AuditBy(operator, "erase"))
		}))
		w.settle()
		w.finds(FaultKey, 10, r.Ref, Options{}) // it says erased, and is not
		w.alter("DELETE FROM data_keys")
		w.alter("DELETE FROM name_hashes")
		w.alter("DELETE FROM child_hashes")
		w.holds()
		return w, r
	}
	w, r := erase(t)
	w.alter("DELETE FROM referral_contents")
	w.holds()
	w.alter("UPDATE referrals SET district_id = 'beograd'")
	w.finds(FaultRow, 10, r.Ref, Options{})
	w, r = erase(t)
	w.alter("INSERT INTO name_hashes VALUES (?, x'00')", r.ID)
	w.finds(FaultKey, 10, r.Ref, Options{})
}
