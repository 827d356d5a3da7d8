package referral_test

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"znak/models"
	"znak/models/audit"
	"znak/models/referral"
	"znak/models/store"
	"znak/models/store/storetest"
)

// code ends the test unless the error has the code.
func code(t *testing.T, what string, err error, want models.Code) {
	t.Helper()
	if models.CodeOf(err) != want {
		t.Errorf("%s: %v, want %q", what, err, want)
	}
}

// sound checks the whole log, and every referral against its last entry.
func sound(t *testing.T, w *storetest.World) {
	t.Helper()
	report, err := w.Audit.Verify(t.Context(), audit.Options{})
	if err != nil || !report.OK {
		t.Errorf("the audit log does not hold: %+v, fault %+v, %v", report, report.Fault, err)
	}
}

// trail is what the auditor reads about a referral, oldest first.
func trail(t *testing.T, w *storetest.World, ref string) []models.AuditEntry {
	t.Helper()
	list, err := w.Store.AuditOf(t.Context(), w.Actor(storetest.Auditor), w.Head(ref).ID, 1<<40)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestSubmitWritesEverythingAtOnce(t *testing.T) {
	w := storetest.New(t)
	ref := w.Draft(storetest.Teacher, w.Full)
	w.Clock.Pass(time.Hour)
	got, err := w.Referrals.Submit(t.Context(), w.Actor(storetest.Teacher), ref)
	if err != nil {
		t.Fatal(err)
	}
	now := models.StampOf(w.Clock.Now())
	want := *got
	want.State, want.DeskID, want.RoutedTo, want.RouteRule = models.StateSubmitted, storetest.Belgrade, storetest.Coordinator, "primary"
	want.SubmittedAt, want.ChangedAt, want.Version = now, now, 3
	want.AckDue, want.NextDue, want.QueueRank = now+24*3600e6, now+24*3600e6, int64(now+24*3600e6)
	want.DecideDue = models.StampOf(w.Clock.Now().AddDate(0, 0, 3)) // Monday to Thursday
	if got.Urgency != models.Standard {
		want.AckDue, want.NextDue, want.QueueRank = now+4*3600e6, now+4*3600e6, int64(now+4*3600e6)
		want.DecideDue = now + 24*3600e6
	}
	if *got != want || *w.Head(ref) != want {
		t.Errorf("submitted\n%+v\nstored\n%+v\nwant\n%+v", got, w.Head(ref), want)
	}
	entries := trail(t, w, ref)
	last := entries[len(entries)-1]
	if last.Action != "submit" || last.Outcome != models.AuditDone || last.ActorID != storetest.Teacher || last.Organisation != "school:"+storetest.School1 ||
		last.RequestID == "" || last.Version != 3 || last.State != models.StateSubmitted || len(last.Digest) == 0 || last.Rule != "author" {
		t.Errorf("the trail says %+v", last)
	}
	for table, n := range map[string]int{"referral_events": 1, "facts": 1, "name_hashes": 2, "child_hashes": 1, "children": 1} {
		if got := count(t, w, table); got != n {
			t.Errorf("%s holds %d rows, want %d", table, got, n)
		}
	}
	sound(t, w)
}

func count(t *testing.T, w *storetest.World, table string) (n int) {
	t.Helper()
	if err := w.Raw().QueryRow("SELECT count(*) FROM " + table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestSubmittingAgainChangesNothing(t *testing.T) {
	w := storetest.New(t)
	ref := w.Submitted(storetest.Teacher)
	w.Do(ref, storetest.Coordinator, models.EventAcknowledge, models.Input{})
	before, entries := w.Head(ref), count(t, w, "audit_entries")
	got, err := w.Referrals.Submit(t.Context(), w.Actor(storetest.Teacher), ref)
	if err != nil || *got != *before || *w.Head(ref) != *before || count(t, w, "audit_entries") != entries {
		t.Errorf("submitting again: %+v, %v", got, err)
	}
}

func TestSubmittingAtOnceIsOneReferral(t *testing.T) {
	w := storetest.New(t)
	ref := w.Draft(storetest.Teacher, w.Full)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if _, err := w.Referrals.Submit(context.Background(), w.Actor(storetest.Teacher), ref); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for table, n := range map[string]int{"referrals": 1, "referral_events": 1, "facts": 1} {
		if got := count(t, w, table); got != n {
			t.Errorf("%s holds %d rows, want %d", table, got, n)
		}
	}
	sound(t, w)
}

func TestNothingToSubmit(t *testing.T) {
	w := storetest.New(t)
	ref := w.Draft(storetest.Teacher, func(c *models.Content) { c.Child.Name = "Само име" })
	_, err := w.Referrals.Submit(t.Context(), w.Actor(storetest.Teacher), ref)
	code(t, "a name alone", err, models.CodeInvalid)
	if w.Head(ref).State != models.StateDraft {
		t.Error("it was submitted all the same")
	}
}

func TestDangerNeedsNothingElse(t *testing.T) {
	w := storetest.New(t)
	d, err := w.Referrals.Begin(t.Context(), w.Actor(storetest.Teacher), w.Checklists.All()[0].ID, models.Yes)
	if err != nil {
		t.Fatal(err)
	}
	r, err := w.Referrals.Submit(t.Context(), w.Actor(storetest.Teacher), d.Ref)
	if err != nil || r.Urgency != models.Immediate {
		t.Fatalf("%+v, %v", r, err)
	}
	if ack := r.AckDue.Time().Sub(r.SubmittedAt.Time()); ack != time.Hour {
		t.Errorf("acknowledged within %s", ack)
	}
	if count(t, w, "name_hashes")+count(t, w, "child_hashes") != 0 {
		t.Error("hashes of no name")
	}
}

func TestTakenReferencesAreTriedAgain(t *testing.T) {
	next := []string{"ZN-0000-0000", "ZN-0000-0000", "ZN-0000-0000", "ZN-0000-0011"}
	w := storetest.New(t, func(s *referral.Service) {
		s.Reference = func() string {
			ref := next[0]
			next = next[1:]
			return ref
		}
	})
	w.Store.Rehearse(false) // each reference is given out once
	first, second := w.Draft(storetest.Teacher), w.Draft(storetest.Teacher2)
	if first != "ZN-0000-0000" || second != "ZN-0000-0011" || len(next) != 0 {
		t.Errorf("references %s and %s", first, second)
	}
	sound(t, w)
}

func TestReferencesThatRunOut(t *testing.T) {
	w := storetest.New(t, func(s *referral.Service) { s.Reference = func() string { return "ZN-0000-0000" } })
	w.Draft(storetest.Teacher)
	_, err := w.Referrals.Begin(t.Context(), w.Actor(storetest.Teacher), w.Checklists.All()[0].ID, "")
	if err == nil {
		t.Error("two drafts have one reference")
	}
	if n := count(t, w, "referrals"); n != 1 {
		t.Errorf("%d referrals", n)
	}
}

func TestOnlySchoolStaffBegin(t *testing.T) {
	w := storetest.New(t)
	for _, u := range storetest.People() {
		_, err := w.Referrals.Begin(t.Context(), w.Actor(u.ID), w.Checklists.All()[0].ID, "")
		want := models.CodeForbidden
		if u.SchoolID != "" {
			want = ""
		}
		code(t, u.ID, err, want)
	}
	_, err := w.Referrals.Begin(t.Context(), w.Actor(storetest.Teacher), "none-such", "")
	code(t, "an unknown checklist", err, models.CodeInvalid)
	_, err = w.Referrals.Begin(t.Context(), w.Actor(storetest.Teacher), w.Checklists.All()[0].ID, "perhaps")
	code(t, "an unknown answer", err, models.CodeInvalid)
}

func TestDraftsAreTheirAuthorsAlone(t *testing.T) {
	w := storetest.New(t)
	ref := w.Draft(storetest.Teacher, w.Full)
	ctx, before := t.Context(), *w.Head(ref)
	for _, u := range storetest.People() {
		if u.ID == storetest.Teacher {
			continue
		}
		a := w.Actor(u.ID)
		_, err := w.Referrals.Draft(ctx, a, ref, "child")
		code(t, u.ID+" opens it", err, models.CodeNotFound)
		_, err = w.Referrals.Save(ctx, a, ref, "child", func(c *models.Content) { c.Child.Name = "x" })
		code(t, u.ID+" saves it", err, models.CodeNotFound)
		_, err = w.Referrals.Submit(ctx, a, ref)
		code(t, u.ID+" submits it", err, models.CodeNotFound)
		_, err = w.Referrals.Read(ctx, a, ref, "read")
		code(t, u.ID+" reads it", err, models.CodeNotFound)
	}
	if *w.Head(ref) != before {
		t.Error("the draft changed")
	}
}

func TestColleaguesCannotSubmitWhatIsSubmitted(t *testing.T) {
	w := storetest.New(t)
	ref := w.Submitted(storetest.Teacher)
	_, err := w.Referrals.Submit(t.Context(), w.Actor(storetest.Psychologist), ref)
	code(t, "the psychologist submits another's", err, models.CodeNotFound)
	_, err = w.Referrals.Save(t.Context(), w.Actor(storetest.Teacher), ref, "child", func(c *models.Content) { c.Child.Name = "x" })
	code(t, "the author changes it afterwards", err, models.CodeConflict)
	_, err = w.Referrals.Draft(t.Context(), w.Actor(storetest.Teacher), ref, "child")
	code(t, "the author opens the form afterwards", err, models.CodeConflict)
}

func TestFactsAreSealedAndLinkedInTheContentOnly(t *testing.T) {
	w := storetest.New(t)
	ref := w.Submitted(storetest.Teacher)
	var id, month string
	var body []byte
	if err := w.Raw().QueryRow("SELECT id, month, body FROM facts").Scan(&id, &month, &body); err != nil {
		t.Fatal(err)
	}
	plain, err := w.Vault.OpenFact(id, body)
	if err != nil {
		t.Fatal(err)
	}
	var f referral.Fact
	if err := json.Unmarshal(plain, &f); err != nil {
		t.Fatal(err)
	}
	groups := w.Checklists.All()[0].Groups
	if month != "2026-03" || f.District != storetest.Belgrade || f.Level != "primary" || f.AgeBand != "14-15" || f.Sex != "f" || f.Role != models.RoleTeacher ||
		strings.Join(f.Groups, " ") != groups[0].ID+" "+groups[1].ID || f.Urgency != w.Head(ref).Urgency || f.Outcome != "" {
		t.Errorf("in %s: %+v", month, f)
	}
	if found := columnsWith(t, w, id); len(found) != 1 || found[0] != "facts.id" {
		t.Errorf("the fact's id stands in clear in %v", found)
	}
	d, err := w.Referrals.Read(t.Context(), w.Actor(storetest.Coordinator), ref, "read")
	if err != nil || d.Content.FactID != "" {
		t.Errorf("a reader is told the fact's id %q, %v", d.Content.FactID, err)
	}
}

func TestOutcomesReachTheFigures(t *testing.T) {
	w := storetest.New(t)
	ref := w.At(models.StateInAssessment)
	w.Clock.Set(time.Date(2026, 3, 31, 22, 30, 0, 0, time.UTC)) // April already, in Belgrade
	w.Do(ref, storetest.Centre, models.EventDecide, w.Input(models.EventDecide))
	var id string
	var body []byte
	if err := w.Raw().QueryRow("SELECT id, body FROM facts").Scan(&id, &body); err != nil {
		t.Fatal(err)
	}
	plain, err := w.Vault.OpenFact(id, body)
	if err != nil {
		t.Fatal(err)
	}
	var f referral.Fact
	if err := json.Unmarshal(plain, &f); err != nil || f.Outcome != models.OutcomeNotAssessed || f.OutcomeMonth != "2026-04" {
		t.Errorf("%+v, %v", f, err)
	}
}

func TestMonthsAreCountedInBelgrade(t *testing.T) {
	w := storetest.New(t)
	w.Clock.Set(time.Date(2026, 12, 31, 23, 30, 0, 0, time.UTC)) // 2027 there
	w.Submitted(storetest.Teacher)
	var month string
	if err := w.Raw().QueryRow("SELECT month FROM facts").Scan(&month); err != nil || month != "2027-01" {
		t.Errorf("month %q, %v", month, err)
	}
}

func TestAFailedSubmissionLeavesTheDraft(t *testing.T) {
	w := storetest.New(t)
	ref := w.Draft(storetest.Teacher, w.Full)
	before := *w.Head(ref)
	w.Tx(func(tx *store.Tx) error { return nil })
	if _, err := w.Raw().Exec("DROP TABLE facts"); err != nil {
		t.Fatal(err)
	}
	entries := count(t, w, "audit_entries")
	if _, err := w.Referrals.Submit(t.Context(), w.Actor(storetest.Teacher), ref); err == nil {
		t.Fatal("it was submitted without its figures")
	}
	if *w.Head(ref) != before || count(t, w, "referral_events")+count(t, w, "name_hashes") != 0 || count(t, w, "audit_entries") != entries {
		t.Error("something of the failed submission remained")
	}
}
