package metrics

import (
	"maps"
	"slices"

	"github.com/prometheus/client_golang/prometheus"

	"znak/models/store"
)

// Names of the duties, as labels.
const (
	dutyAcknowledge = "acknowledge"
	dutyDecide      = "decide"
	dutyReceive     = "receive"
)

// families is the one list of what is told. docs/operations.md says what each
// deserves.
func families(queues []string) []gauge {
	return slices.Concat(jobFamilies(queues), dutyFamilies(), auditFamilies(), commitFamilies())
}

type put = func(v float64, labels ...string)

func family(name, help string, read func(state, put), labels ...string) gauge {
	return gauge{prometheus.NewDesc(name, help, labels, nil), prometheus.GaugeValue, read}
}

// jobFamilies tell of the outgoing work.
func jobFamilies(queues []string) []gauge {
	each := func(what func(s state, t store.JobTally) float64) func(state, put) {
		return func(s state, put put) {
			names := slices.Concat(queues, slices.Collect(maps.Keys(s.Queues)))
			slices.Sort(names)
			for _, q := range slices.Compact(names) {
				put(what(s, s.Queues[q]), q)
			}
		}
	}
	return []gauge{
		family("znak_jobs_waiting", "Outgoing work that is still to be done, by queue.", each(func(_ state, t store.JobTally) float64 { return float64(t.Waiting) }), "queue"),
		family("znak_jobs_dead", "Outgoing work that was given up and waits for an administrator, by queue.", each(func(_ state, t store.JobTally) float64 { return float64(t.Dead) }), "queue"),
		family("znak_jobs_oldest_seconds", "Since when the oldest outgoing work waits, by queue; 0 when none does.", each(func(s state, t store.JobTally) float64 { return s.age(t.Oldest) }), "queue"),
	}
}

// dutyFamilies tell of the referrals that wait for somebody.
func dutyFamilies() []gauge {
	each := func(what func(store.Duties) int64) func(state, put) {
		return func(s state, put put) {
			put(float64(what(s.Unread)), dutyAcknowledge)
			put(float64(what(s.Open)), dutyDecide)
			put(float64(what(s.Sent)), dutyReceive)
		}
	}
	return []gauge{
		family("znak_referrals_waiting", "Referrals that wait to be acknowledged, decided or received, in the whole country.",
			each(func(d store.Duties) int64 { return d.Waiting }), "duty"),
		family("znak_referrals_late", "Of the referrals that wait, those whose clock has run out.",
			each(func(d store.Duties) int64 { return d.Late }), "duty"),
	}
}

// auditFamilies tell of the audit log and of backups.
func auditFamilies() []gauge {
	return []gauge{
		family("znak_audit_entries", "Numbered entries of the audit log.", func(s state, put put) { put(float64(s.Entries)) }),
		family("znak_audit_head_age_seconds", "Since when the newest numbered entry is on the audit log.", func(s state, put put) { put(s.age(s.LastAt)) }),
		family("znak_audit_waiting", "Entries of the audit log that wait for their number.", func(s state, put put) { put(float64(s.waiting.Entries)) }),
		family("znak_audit_waiting_oldest_seconds", "Since when the oldest of them waits; 0 when none does.", func(s state, put put) { put(s.waiting.Age.Seconds()) }),
		family("znak_audit_unsigned", "Numbered entries that no signed checkpoint covers yet.", func(s state, put put) { put(float64(max(0, s.Entries-s.signed))) }),
		family("znak_audit_checkpoint_age_seconds", "Since when the newest signed checkpoint is there; missing while there is none.", func(s state, put put) {
			if s.signed > 0 {
				put(max(0, s.at.Sub(s.signedAt).Seconds()))
			}
		}),
		family("znak_backup_last_success_timestamp_seconds", "When the newest backup that succeeded was made, in Unix seconds; missing while there is none.", func(s state, put put) {
			if !s.BackupAt.IsZero() {
				put(float64(s.BackupAt.Time().Unix()))
			}
		}),
	}
}

// commitFamilies tell of this process' transactions.
func commitFamilies() []gauge {
	commits := family("znak_commits_total", "Write transactions of this process, by what became of them: done, or failed because a rule refused them or the database was away.",
		func(s state, put put) { put(float64(s.done), "done"); put(float64(s.failed), "failed") }, "outcome")
	commits.kind = prometheus.CounterValue
	return []gauge{commits}
}
