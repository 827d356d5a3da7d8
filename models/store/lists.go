package store

import (
	"context"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"znak/models"
)

// Filter narrows a list of referrals.
type Filter struct {
	State   models.State
	Urgency models.Urgency
	Overdue bool
	Ref     string   // a reference
	Names   [][]byte // keyed hashes of words of the child's name: all must match; with Ref, either may
	After   string   // cursor of the page before
	Limit   int
}

// List returns the referrals that the actor may see, without a word about any
// child: a school's with what changed last first, a queue with what is due
// first; a desk's has those that it still holds before those at the Centre.
// next is the cursor of the page that follows, "" on the last one.
func (r *reader) List(ctx context.Context, a models.Actor, f Filter) (out []models.Referral, next string, err error) {
	keys, order, cmp := "(forwarded_at > 0), queue_rank, id", "(forwarded_at > 0), queue_rank, id", ">"
	if a.AtSchool() {
		keys, order, cmp = "FALSE, changed_at, id", "changed_at DESC, id DESC", "<"
	}
	q := f.where(r.referrals(ctx, a), r.overdue(a))
	if f.After != "" {
		var away bool
		var key int64
		var id string
		if _, err := fmt.Sscanf(f.After, "%t.%d.%s", &away, &key, &id); err != nil {
			return nil, "", models.ErrNotFound
		}
		q = q.Where("("+keys+") "+cmp+" (?, ?, ?)", away, key, id)
	}
	f.Limit = max(f.Limit, 1)
	if err := q.Order(order).Limit(f.Limit + 1).Find(&out).Error; err != nil {
		return nil, "", fault(err)
	}
	if len(out) > f.Limit {
		out = out[:f.Limit]
		next = cursor(a, &out[f.Limit-1])
	}
	return out, next, nil
}

// cursor names the place of a referral in the actor's list.
func cursor(a models.Actor, last *models.Referral) string {
	if a.AtSchool() {
		return fmt.Sprintf("%t.%d.%s", false, last.ChangedAt, last.ID)
	}
	return fmt.Sprintf("%t.%d.%s", last.AtCentre(), last.QueueRank, last.ID)
}

// overdue is the condition that the clock which runs now has run out and is
// the actor's side's to keep.
func (r *reader) overdue(a models.Actor) condition {
	c := condition{"next_due > 0 AND next_due < ?", []any{models.StampOf(r.now())}}
	if a.Role == models.RoleCoordinator {
		c.sql += " AND forwarded_at = 0"
	}
	return c
}

func (f Filter) where(q *gorm.DB, overdue condition) *gorm.DB {
	if f.State != "" {
		q = q.Where("state = ?", f.State)
	}
	if f.Urgency != "" {
		q = q.Where("urgency = ?", f.Urgency)
	}
	if f.Overdue {
		q = q.Where(overdue.sql, overdue.args...)
	}
	return f.sought(q)
}

// sought narrows to what was searched for: a reference or a name, or what may
// be either.
func (f Filter) sought(q *gorm.DB) *gorm.DB {
	var names []string
	var hashes []any
	for _, h := range f.Names {
		names, hashes = append(names, "id IN (SELECT referral_id FROM name_hashes WHERE hash = ?)"), append(hashes, h)
	}
	named := strings.Join(names, " AND ")
	switch {
	case f.Ref == "" && named == "":
		return q
	case named == "":
		return q.Where("ref = ?", f.Ref)
	case f.Ref == "":
		return q.Where(named, hashes...)
	}
	return q.Where("(ref = ? OR ("+named+"))", append([]any{f.Ref}, hashes...)...)
}

// Tally is what a role's start page counts.
type Tally struct {
	ByState   map[models.State]int64
	Overdue   int64 // clocks that the role's side has to keep
	Attention int64 // something new in what the role's side holds
}

// Tally counts the referrals that the actor may see.
func (r *reader) Tally(ctx context.Context, a models.Actor) (Tally, error) {
	t := Tally{ByState: map[models.State]int64{}}
	var rows []struct {
		State models.State
		N     int64
	}
	if err := r.referrals(ctx, a).Select("state, count(*) AS n").Group("state").Scan(&rows).Error; err != nil {
		return t, fault(err)
	}
	for _, row := range rows {
		t.ByState[row.State] = row.N
	}
	late := r.overdue(a)
	if err := r.referrals(ctx, a).Where(late.sql, late.args...).Count(&t.Overdue).Error; err != nil {
		return t, fault(err)
	}
	q := r.referrals(ctx, a).Where("attention_at > 0")
	if a.Role == models.RoleCoordinator {
		q = q.Where("forwarded_at = 0")
	}
	err := q.Count(&t.Attention).Error
	return t, fault(err)
}
