package store_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"znak/models"
	"znak/models/store"
	"znak/models/store/storetest"
)

// pages reads a list to its end and returns the references in order.
func pages(t *testing.T, w *storetest.World, who string, f store.Filter) (refs []string, n int) {
	t.Helper()
	for range 100 {
		rows, next, err := w.Store.List(t.Context(), w.Actor(who), f)
		if err != nil {
			t.Fatal(err)
		}
		if len(rows) > f.Limit {
			t.Fatalf("a page of %d, the limit is %d", len(rows), f.Limit)
		}
		for _, r := range rows {
			refs = append(refs, r.Ref)
		}
		n++
		if next == "" {
			return refs, n
		}
		f.After = next
	}
	t.Fatal("the list does not end")
	return nil, 0
}

func TestPagesHaveEachReferralOnce(t *testing.T) {
	w := storetest.New(t)
	want := map[string]bool{}
	for range 11 {
		want[w.Submitted(author)] = true // all at the same moment: only the id tells them apart
	}
	for _, who := range []string{author, ps, co} {
		refs, n := pages(t, w, who, store.Filter{Limit: 4})
		seen := map[string]bool{}
		for _, ref := range refs {
			seen[ref] = true
		}
		if len(refs) != 11 || len(seen) != 11 || n != 3 {
			t.Errorf("%s reads %d referrals, %d different, on %d pages", who, len(refs), len(seen), n)
		}
	}
	if refs, n := pages(t, w, co, store.Filter{Limit: 11}); len(refs) != 11 || n != 1 {
		t.Errorf("exactly one page gives %d on %d", len(refs), n)
	}
}

func TestOrderOfListsAndQueues(t *testing.T) {
	w := storetest.New(t)
	standard := w.Submitted(author, func(c *models.Content) { c.Signs = nil })
	w.Clock.Pass(time.Minute)
	immediate := w.Submitted(author, func(c *models.Content) { c.DangerNow = models.Yes })
	w.Clock.Pass(time.Minute)
	closed := w.At(models.StateClosed)
	w.Clock.Pass(time.Minute)
	added := w.At(models.StateClosed)
	w.Do(added, author, models.EventAdd, models.Input{Text: "x"})
	w.Clock.Pass(time.Minute)
	draft := w.Draft(author)
	check := func(who string, want ...string) {
		t.Helper()
		got, _ := pages(t, w, who, store.Filter{Limit: 10})
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s reads %v, want %v", who, got, want)
		}
	}
	check(author, draft, added, closed, immediate, standard)
	check(co, immediate, standard, added, closed) // what the desk still holds comes first
	check(ce, added, closed)
}

func TestFilters(t *testing.T) {
	w := storetest.New(t)
	late := w.Submitted(author, func(c *models.Content) { c.DangerNow = models.Yes })
	w.Clock.Pass(2 * time.Hour)
	fresh := w.Submitted(author)
	other := w.Submitted(author, func(c *models.Content) { c.Child.Name = "Petar Đorđević" })
	done := w.At(models.StateClosed)
	for _, tt := range []struct {
		name string
		f    store.Filter
		want []string
	}{
		{"state", store.Filter{State: models.StateClosed}, []string{done}},
		{"urgency", store.Filter{Urgency: models.Immediate}, []string{late}},
		{"overdue", store.Filter{Overdue: true}, []string{late}},
		{"reference", store.Filter{Ref: fresh}, []string{fresh}},
		{"word", store.Filter{Names: w.Vault.WordHashes("ђорђевић")}, []string{other}},
		{"two words in any order", store.Filter{Names: w.Vault.WordHashes("DJORDJEVIC petar")}, []string{other}},
		{"one word wrong", store.Filter{Names: w.Vault.WordHashes("Đorđević Marko")}, nil},
		{"a reference or a name", store.Filter{Ref: fresh, Names: w.Vault.WordHashes("Đorđević")}, []string{fresh, other}},
		{"both filters", store.Filter{State: models.StateClosed, Overdue: true}, nil},
	} {
		tt.f.Limit = 10
		got, _ := pages(t, w, co, tt.f)
		if len(got) != len(tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
		for _, ref := range tt.want {
			if !contains(fmt.Sprint(got), ref) {
				t.Errorf("%s: %v lacks %s", tt.name, got, ref)
			}
		}
	}
}

func TestBrokenCursors(t *testing.T) {
	w := storetest.New(t)
	w.Submitted(author)
	for _, after := range []string{"x", ".", "1", "9.'; DROP TABLE referrals; --", "99999999999999999999999.x"} {
		_, _, err := w.Store.List(t.Context(), w.Actor(author), store.Filter{After: after, Limit: 5})
		if err != nil && models.CodeOf(err) != models.CodeNotFound {
			t.Errorf("%q: %v", after, err)
		}
	}
	if rows, _, err := w.Store.List(t.Context(), w.Actor(author), store.Filter{}); err != nil || len(rows) > 1 {
		t.Errorf("without a limit: %d, %v", len(rows), err)
	}
}

func TestTally(t *testing.T) {
	w := storetest.New(t)
	w.Submitted(author, func(c *models.Content) { c.DangerNow = models.Yes })
	w.Submitted(author)
	ref := w.At(models.StateAcknowledged)
	w.Do(ref, author, models.EventAdd, models.Input{Text: "x"})
	w.Submitted(storetest.TeacherFar)
	w.Draft(author)
	w.Clock.Pass(90 * time.Minute)
	got, err := w.Store.Tally(t.Context(), w.Actor(co))
	if err != nil {
		t.Fatal(err)
	}
	if got.ByState[models.StateSubmitted] != 2 || got.ByState[models.StateAcknowledged] != 1 || got.ByState[models.StateDraft] != 0 ||
		got.Overdue != 1 || got.Attention != 1 {
		t.Errorf("the desk counts %+v", got)
	}
}

func TestOfTwoWritersOneWins(t *testing.T) {
	w := storetest.New(t)
	head := w.Head(w.Submitted(author))
	one, two := *head, *head
	w.Tx(func(tx *store.Tx) error { return tx.UpdateReferral(&one) })
	err := w.Store.Tx(t.Context(), func(tx *store.Tx) error { return tx.UpdateReferral(&two) })
	if models.CodeOf(err) != models.CodeConflict {
		t.Errorf("the second write of version %d: %v", head.Version, err)
	}
	if got := w.Head(head.Ref).Version; got != head.Version+1 {
		t.Errorf("version %d after %d", got, head.Version)
	}
}

func TestTakenReferenceIsAConflict(t *testing.T) {
	w := storetest.New(t)
	head := *w.Head(w.Draft(author))
	head.ID = models.NewID()
	err := w.Store.Tx(t.Context(), func(tx *store.Tx) error { return tx.InsertReferral(&head, []byte("k"), []byte("c")) })
	if models.CodeOf(err) != models.CodeConflict {
		t.Errorf("%v", err)
	}
}

func TestWritesAreNotLostAmongReaders(t *testing.T) {
	w := storetest.New(t)
	ref := w.Submitted(author)
	a, began := w.Actor(co), w.Head(ref).Version
	var mu sync.Mutex
	won := map[int64]int{}
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			for range 4 {
				head, err := w.Store.Referral(context.Background(), a, ref)
				if err != nil {
					t.Error(err)
					return
				}
				err = w.Store.Tx(context.Background(), func(tx *store.Tx) error { return tx.UpdateReferral(head) })
				if models.CodeOf(err) == models.CodeConflict {
					continue
				}
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				won[head.Version]++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	for v, n := range won {
		if n != 1 {
			t.Errorf("%d writers each made version %d", n, v)
		}
	}
	if got := w.Head(ref).Version; got != began+int64(len(won)) {
		t.Errorf("version %d after %d writes", got, len(won))
	}
}

func TestTheTimelineOnlyGrows(t *testing.T) {
	w := storetest.New(t)
	w.At(models.StateAcknowledged)
	for _, sql := range []string{"UPDATE referral_events SET event = 'add'", "DELETE FROM referral_events", "DELETE FROM referrals",
		"INSERT OR REPLACE INTO referral_events SELECT * FROM referral_events LIMIT 1"} {
		if _, err := w.Raw().Exec(sql); err == nil {
			t.Errorf("%s passes", sql)
		}
	}
}
