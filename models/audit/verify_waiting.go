package audit

import (
	"context"
	"math"

	"znak/models/store"
)

// waiting checks the entries that wait for a number: they come after all others
// of their referral, in the order in which they were written. Their faults name
// no number.
func (v *verifier) waiting(ctx context.Context) (*Fault, error) {
	after := int64(math.MinInt64)
	for {
		queue, err := v.s.AuditQueue(ctx, portal, after, batch)
		if err != nil || len(queue) == 0 {
			return nil, err
		}
		after = queue[len(queue)-1].Seq
		known, err := knownOf(ctx, v.s, queue)
		if err != nil {
			return nil, err
		}
		for i := range queue {
			row := &queue[i]
			kind := v.log.fit(row, known)
			row.Seq = unnumbered
			if kind != "" {
				return v.concerning(ctx, kind, row)
			}
			if v.stale(row) {
				return v.concerning(ctx, FaultReordered, row)
			}
			v.note(&row.AuditEntry)
		}
	}
}

// stale says whether a write waits that is older than what the log has of its
// referral.
func (v *verifier) stale(row *store.AuditRow) bool {
	w := v.last[row.ReferralID]
	return w != nil && w.written && len(row.Digest) > 0 && row.Version < w.version
}
