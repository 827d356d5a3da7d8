package audit

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"znak/models"
	"znak/models/store"
)

// ErrLoss says that a log to be restored lacks entries that checkpoints outside
// sign, and that nobody has accepted that.
var ErrLoss = errors.New("audit: checkpoints outside sign entries that the log does not have")

// MarkRestored says on the log, for ever, that from here on it goes on from a
// copy, and which entries checkpoints outside sign that it lacks. from names the
// copy; "" when there is none, and then no new place is marked if all that is
// lost was lost at one that is marked already. Whoever runs the server calls it, before anything else is written to the
// log. Checkpoints of what is lost are moved aside, into the folder "lost",
// where Verify goes on to read them. Returns the place, and ErrLoss, with the
// place, when something is lost and accept is not set: then nothing was done.
// Where the log was changed and not only cut, or went on before it was marked,
// it returns CodeConflict: that can never be made good.
func (l *Log) MarkRestored(ctx context.Context, a models.Actor, from string, accept bool, o Options) (Restored, error) {
	held, err := l.held(o.Checkpoints)
	if err != nil {
		return Restored{}, err
	}
	now, lost, err := l.losses(ctx, held, o)
	r := Restored{Seq: now.size + 1, Kept: now.size}
	for _, t := range lost {
		r.Lost = max(r.Lost, t.size)
	}
	if err != nil {
		return r, err
	}
	if len(lost) > 0 && !accept {
		return r, ErrLoss
	}
	id := models.NewID()
	if from == "" && len(lost) > 0 && !slices.ContainsFunc(lost, func(t tip) bool { return t.kept == now.size }) {
		id = ""
	} else if err := l.moveAside(id, now.size); err != nil {
		return r, err
	}
	return r, l.store.Tx(ctx, func(tx *store.Tx) error { return l.mark(tx, a, id, from, now, lost) })
}

// losses returns the log's head and the newest checkpoint of each branch that
// it does not continue, with how many entries of it were kept.
func (l *Log) losses(ctx context.Context, held checkpoints, o Options) (now head, lost []tip, err error) {
	err = l.store.Snapshot(ctx, func(s *store.Snapshot) error {
		lost = nil
		v := l.verifier(s, held, o)
		f, err := v.start(ctx)
		if err == nil && f == nil {
			f, err = v.entries(ctx)
		}
		if err != nil {
			return err
		}
		rewritten, loose := v.loose()
		if f != nil || len(rewritten) > 0 || held.bad || v.head != v.size {
			return models.Errorf(models.CodeConflict, "", "the log was changed, or went on before it was marked as restored: audit verify says where")
		}
		now = head{size: v.size}
		for _, h := range newestOfEach(loose) {
			kept, _ := v.extent(h.branch)
			lost = append(lost, tip{kept, h})
		}
		now.root, err = tlog.TreeHash(v.size, v.tree)
		return err
	})
	return now, lost, err
}

func newestOfEach(heads []head) (out []head) {
	slices.SortFunc(heads, func(a, b head) int { return cmp.Or(cmp.Compare(a.branch, b.branch), cmp.Compare(b.size, a.size)) })
	return slices.CompactFunc(heads, func(a, b head) bool { return a.branch == b.branch })
}

// mark writes the entries; without an id, only those of what is lost. They are
// numbered at once, before whatever waits.
func (l *Log) mark(tx *store.Tx, a models.Actor, id, from string, now head, lost []tip) error {
	if !tx.Serial() {
		if _, err := tx.AuditLead(true); err != nil {
			return err
		}
	}
	if size, err := tx.AuditSize(tx.Context()); err != nil || size != now.size {
		return cmp.Or(err, error(models.E(models.CodeConflict, "error.conflict")))
	}
	var rows []models.AuditEntry
	if id != "" {
		e := models.AuditBy(a, actionRestored)
		e.ID, e.Object, e.Rule = id, restoredObject(now.size, now.root), from
		rows = append(rows, e)
	}
	for _, t := range lost {
		e := models.AuditBy(a, actionLost)
		e.ID, e.Object, e.Rule = models.NewID(), lostObject(t.kept, t.head), from
		rows = append(rows, e)
	}
	for i := range rows {
		rows[i].At, rows[i].Program = models.StampOf(tx.Now()), l.program
		clean(&rows[i])
	}
	return l.number(tx, rows)
}
