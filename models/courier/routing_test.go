package courier_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"znak/models"
	"znak/models/courier"
	"znak/models/store"
	"znak/models/store/storetest"
)

// drawDirectory makes who works where, who is away and who is gone anything at
// all; one admin is always there.
func (p *post) drawDirectory(t *rapid.T) {
	exec := func(query string, args ...any) {
		if _, err := p.Raw().Exec(query, args...); err != nil {
			t.Fatal(err)
		}
	}
	exec("DELETE FROM absences")
	exec("DELETE FROM contacts")
	desks := []string{storetest.Belgrade, storetest.Nis, models.NationalDesk}
	day := func(n int) string { return p.Clock.Now().In(p.Location).AddDate(0, 0, n).Format(time.DateOnly) }
	for i, id := range []string{coordinator, deputy, storetest.CoordinatorFar, national, national2} {
		exec("UPDATE users SET disabled = ?, district_id = ? WHERE id = ?", rapid.IntRange(0, 2).Draw(t, id+" is disabled") == 0,
			rapid.SampledFrom(desks).Draw(t, id+" works at"), id)
		if rapid.Bool().Draw(t, id+" is a contact") {
			exec("INSERT INTO contacts (district_id, user_id, position) VALUES (?, ?, ?)", rapid.SampledFrom(desks).Draw(t, id+" is contact of"), id, i)
		}
		if rapid.Bool().Draw(t, id+" is away") {
			// Some are over since yesterday, some begin tomorrow.
			since := rapid.IntRange(-3, 1).Draw(t, id+" since")
			exec("INSERT INTO absences (id, user_id, from_day, to_day) VALUES (?, ?, ?, ?)", id, id, day(since), day(since+rapid.IntRange(0, 4).Draw(t, id+" for")))
		}
	}
	p.moveSchools(t, "before")
}

// moveSchools gives schools to any district, also to one that has nobody.
func (p *post) moveSchools(t *rapid.T, when string) {
	for _, id := range []string{storetest.School1, storetest.School3} {
		to := rapid.SampledFrom([]string{storetest.Belgrade, storetest.Nis, "sombor"}).Draw(t, id+" belongs to, "+when)
		if _, err := p.Raw().Exec("UPDATE schools SET district_id = ? WHERE id = ?", to, id); err != nil {
			t.Fatal(err)
		}
	}
}

// Whatever the directory looks like, and whoever's account is closed between
// the submission and the letter, somebody who can act learns of it: a
// coordinator who can open the referral, or an admin who can appoint one. And
// if they do nothing, it ends at the Centre.
func TestEverySubmissionReachesSomebody(t *testing.T) {
	p := newPost(t)
	rapid.Check(t, func(t *rapid.T) {
		p.Clock.Set(storetest.Start)
		p.drawDirectory(t)
		author := rapid.SampledFrom([]string{teacher, storetest.TeacherFar}).Draw(t, "author")
		ref := p.Draft(author, p.Full, func(c *models.Content) {
			if rapid.Bool().Draw(t, "conflict") {
				conflict(c)
			}
		})
		if _, err := p.Referrals.Submit(t.Context(), p.Actor(author), ref); err != nil {
			t.Fatalf("refused: %v", err)
		}
		for _, id := range []string{coordinator, deputy, national} {
			if rapid.IntRange(0, 3).Draw(t, id+" goes") == 0 {
				p.disable(id)
			}
		}
		p.moveSchools(t, "after")
		p.caught = new(courier.Caught)
		p.mailer.Sender = p.caught
		p.letters()
		reached := 0
		for _, m := range p.caught.Messages() {
			if p.canAct(t, m.To, ref) {
				reached++
			}
		}
		if reached == 0 {
			t.Fatalf("%s reached nobody", ref)
		}
		p.Clock.Pass(30 * 24 * time.Hour)
		p.tick()
		if r := p.Head(ref); r.State != models.StateForwarded {
			t.Fatalf("it is %s after a month", r.State)
		}
		p.letters()
	})
}

// canAct says whether the reader of a letter is there, and can open the
// referral or appoint somebody.
func (p *post) canAct(t *rapid.T, email, ref string) bool {
	u, err := p.Store.UserByEmail(t.Context(), email)
	if err != nil || u.Disabled {
		t.Fatalf("a letter went to %s: %v", email, err)
	}
	if u.Role == models.RoleAdmin {
		return true
	}
	a := models.Actor{ID: u.ID, Role: u.Role, DistrictID: u.DistrictID}
	if _, err := p.Referrals.Read(t.Context(), a, ref, "read"); err != nil {
		t.Fatalf("%s (%s) cannot open %s: %v", u.ID, u.DistrictID, ref, err)
	}
	return true
}

// A contact's account is closed at the very moment of the submission.
func TestContactGoesAtThatVeryMoment(t *testing.T) {
	p := newPost(t)
	for range 20 {
		ref := p.Draft(teacher, p.Full)
		gone := make(chan error)
		go func() {
			gone <- p.Store.Tx(t.Context(), func(tx *store.Tx) error { return tx.SetDisabled(coordinator, true) })
		}()
		if _, err := p.Referrals.Submit(t.Context(), p.Actor(teacher), ref); err != nil {
			t.Fatal(err)
		}
		if err := <-gone; err != nil {
			t.Fatal(err)
		}
		p.gets("one of both was first", "new to "+deputy)
		p.Tx(func(tx *store.Tx) error { return tx.SetDisabled(coordinator, false) })
	}
}
