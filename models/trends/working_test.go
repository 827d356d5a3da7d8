package trends_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"znak/models"
	"znak/models/store"
	"znak/models/store/storetest"
	"znak/models/trends"
)

// country is a world with its figures.
type country struct {
	*storetest.World
	*trends.Working
}

func newCountry(t *testing.T) *country {
	w := storetest.New(t)
	return &country{w, &trends.Working{Store: w.Store, Now: w.Clock.Now, Location: w.Location}}
}

func (c *country) look(who string) *trends.WorkingView {
	c.T.Helper()
	v, err := c.Look(c.T.Context(), c.World.Actor(who))
	if err != nil {
		c.T.Fatal(err)
	}
	return v
}

func (c *country) place(who, scope string) trends.WorkingPlace {
	c.T.Helper()
	p, ok := c.look(who).Place(scope)
	if !ok {
		c.T.Fatalf("%s does not see %s", who, scope)
	}
	return p
}

// month is one in which Belgrade acknowledged n referrals after a while each,
// and forwarded them an hour later; Niš wrote few, and nobody looked.
func (c *country) month(n, few int, after time.Duration) {
	c.T.Helper()
	for range n {
		ref := c.Submitted(storetest.Teacher)
		c.Clock.Pass(after)
		c.Do(ref, storetest.Coordinator, models.EventAcknowledge, models.Input{})
		c.Clock.Pass(time.Hour)
		c.Do(ref, storetest.Coordinator, models.EventForward, c.Input(models.EventForward))
		c.Clock.Pass(10 * time.Minute)
	}
	for range few {
		c.Submitted(storetest.TeacherFar)
	}
}

// conflicts are referrals that the national desk holds for their district.
func (c *country) conflicts(n int) {
	c.T.Helper()
	for range n {
		c.Submitted(storetest.Teacher, func(x *models.Content) { x.SchoolConflict = models.Yes })
	}
}

var april12 = time.Date(2026, time.April, 12, 10, 0, 0, 0, time.UTC)

func TestTimesOfTheClosedMonths(t *testing.T) {
	c := newCountry(t)
	c.month(20, 9, 90*time.Minute)
	c.conflicts(3)
	if c.place(storetest.Ministry, store.WorkingCountry).Acknowledge.Shown {
		t.Error("the running month is counted")
	}
	c.Clock.Set(april12)
	c.month(15, 3, 30*time.Minute) // of the running month
	country, belgrade, nis := c.place(storetest.Ministry, store.WorkingCountry), c.place(storetest.Ministry, storetest.Belgrade), c.place(storetest.Ministry, storetest.Nis)
	if want := (trends.WorkingPace{Shown: true, Within: 2, Share: true, Tenths: 10}); belgrade.Acknowledge != want {
		t.Errorf("Belgrade acknowledges %+v, want %+v", belgrade.Acknowledge, want)
	}
	// 20 of 32 acknowledged: of the rounded counts 20 of 30. Half were within two hours.
	if want := (trends.WorkingPace{Shown: true, Within: 2, Share: true, Tenths: 7}); country.Acknowledge != want {
		t.Errorf("the country acknowledges %+v, want %+v", country.Acknowledge, want)
	}
	if want := (trends.WorkingPace{Shown: true, Within: 4, Share: true, Tenths: 7}); country.Decide != want {
		t.Errorf("the country decides %+v, want %+v", country.Decide, want)
	}
	if want := (trends.WorkingPace{Shown: true, Share: true}); belgrade.Receive != want {
		t.Errorf("nobody at the Centre received: %+v, want %+v", belgrade.Receive, want)
	}
	if nis.WorkingPaces != (trends.WorkingPaces{}) {
		t.Errorf("nine referrals of Niš show %+v", nis.WorkingPaces)
	}
}

// The country without the desks that are shown is a figure too: if it rests on a
// few referrals, another desk is hidden beside theirs.
func TestTheRestOfTheCountryRestsOnEnough(t *testing.T) {
	c := newCountry(t)
	c.month(20, 9, 90*time.Minute)
	c.Clock.Set(april12)
	if !c.place(storetest.Ministry, store.WorkingCountry).Acknowledge.Shown || c.place(storetest.Ministry, storetest.Belgrade).Acknowledge.Shown {
		t.Error("beside the country's figures Belgrade's give away those of nine referrals")
	}
	if !c.place(storetest.Ministry, storetest.Belgrade).Receive.Shown {
		t.Error("all that were forwarded were Belgrade's, which is hidden for no one's sake")
	}
}

// What was shown stays until the next window, or the next day, whatever happens
// meanwhile: two readings cannot be told apart by one referral.
func TestFiguresAreFrozen(t *testing.T) {
	c := newCountry(t)
	c.month(20, 0, 30*time.Minute)
	late := c.Submitted(storetest.Teacher)
	c.Clock.Set(april12)
	before := c.place(storetest.Ministry, storetest.Belgrade)
	if before.Acknowledge.Within != 1 || before.Open.Shown {
		t.Fatalf("shown is %+v", before)
	}
	c.Do(late, storetest.Coordinator, models.EventAcknowledge, models.Input{})
	c.month(0, 30, 0)
	for range 12 {
		c.Submitted(storetest.Teacher)
	}
	other := &country{c.World, &trends.Working{Store: c.World.Another(), Now: c.Clock.Now, Location: c.World.Location}}
	for name, at := range map[string]*country{"the same program": c, "another program": other} {
		if after := at.place(storetest.Ministry, storetest.Belgrade); after.Open != before.Open || after.WorkingPaces != before.WorkingPaces {
			t.Errorf("%s shows %+v later that day, before %+v", name, after, before)
		}
	}
	c.Clock.Pass(24 * time.Hour)
	next := other.place(storetest.Ministry, storetest.Belgrade)
	if next.Open.N != 15 || next.WorkingPaces != before.WorkingPaces {
		t.Errorf("the next day shows %+v, before %+v", next, before)
	}
	c.Clock.Set(april12.AddDate(0, 1, 0))
	if may := c.look(storetest.Ministry); may.Until.Month() != time.May || may.TimesAt.Month() != time.May {
		t.Errorf("in May the window ends %v, made %v", may.Until, may.TimesAt)
	}
	if n := c.count("SELECT COUNT(*) FROM working_days WHERE day < '2026-05-12'"); n != 0 {
		t.Errorf("%d figures of past days are kept", n)
	}
}

func (c *country) count(query string) (n int) {
	c.T.Helper()
	if err := c.Raw().QueryRow(query).Scan(&n); err != nil {
		c.T.Fatal(err)
	}
	return n
}

// Programs that come first at the same time show the same.
func TestReplicasAgree(t *testing.T) {
	c := newCountry(t)
	c.month(0, 12, 0)
	var wg sync.WaitGroup
	var seen [4]*trends.WorkingView
	for i := range seen {
		other := &trends.Working{Store: c.World.Another(), Now: c.Clock.Now, Location: c.World.Location}
		wg.Go(func() {
			v, err := other.Look(t.Context(), c.World.Actor(storetest.Ministry))
			if err != nil {
				t.Error(err)
			}
			seen[i] = v
		})
	}
	wg.Wait()
	for _, v := range seen {
		p, _ := v.Place(storetest.Nis)
		if len(v.Places) != len(seen[0].Places) || p.Open.N != 10 {
			t.Errorf("one shows %+v of %d places", p.Open, len(v.Places))
		}
	}
	if n := c.count("SELECT COUNT(*) FROM working_days"); n != 2*len(seen[0].Places) {
		t.Errorf("%d figures are kept, of %d places", n, len(seen[0].Places))
	}
}

func TestWhoSeesWhichFigures(t *testing.T) {
	c := newCountry(t)
	all := len(c.look(storetest.Ministry).Places)
	for who, want := range map[string]int{storetest.National: all, storetest.Coordinator: 1, storetest.CoordinatorFar: 1} {
		if got := c.look(who).Places; len(got) != want {
			t.Errorf("%s sees %d places, want %d", who, len(got), want)
		}
	}
	if got := c.look(storetest.CoordinatorFar).Places[0].Scope; got != storetest.Nis {
		t.Errorf("the coordinator of Niš sees %s", got)
	}
	for _, who := range []string{storetest.Teacher, storetest.Psychologist, storetest.Centre, storetest.Auditor, storetest.Admin} {
		if _, err := c.Look(t.Context(), c.World.Actor(who)); models.CodeOf(err) != models.CodeForbidden {
			t.Errorf("%s: %v", who, err)
		}
	}
}

// What waits is divided by age and by desk; referrals that the national desk
// holds are not the district's, whose coordinator must not learn of them.
func TestWhatWaits(t *testing.T) {
	c := newCountry(t)
	c.month(0, 14, 0)
	c.conflicts(13)
	for range 11 {
		c.At(models.StateForwarded)
	}
	c.Clock.Pass(25 * time.Hour)
	for range 18 {
		c.Submitted(storetest.Teacher)
	}
	v := c.look(storetest.Ministry)
	country, _ := v.Place(store.WorkingCountry)
	if got := country.AtDesks; len(got) != 3 || got[0].N != 20 || got[1].N != 25 || got[2].Shown {
		t.Errorf("at the desks wait %+v", got)
	}
	if got := country.AtCentre; len(got) != 4 || got[0].Shown || got[1].N != 10 || got[2].Shown || got[3].Shown {
		t.Errorf("at the Centre wait %+v", got)
	}
	for desk, want := range map[string]int{storetest.Belgrade: 20, storetest.Nis: 15, models.NationalDesk: 15, "valjevo": 0} {
		if p, _ := v.Place(desk); p.Open.N != want || p.Open.Shown != (want > 0) {
			t.Errorf("%s shows %+v waiting, want %d", desk, p.Open, want)
		}
	}
}

// An account counts as used when its owner did something, not when somebody
// else tried a password.
func TestAccountsInUse(t *testing.T) {
	c := newCountry(t)
	tried := models.AuditBy(c.World.Actor(storetest.Deputy), "sign-in")
	tried.Outcome = models.AuditFailed
	signIn := func(who string) models.AuditEntry { return models.AuditBy(c.World.Actor(who), "sign-in") }
	record := func(entries ...models.AuditEntry) {
		for _, e := range entries {
			if err := c.Audit.Record(t.Context(), e); err != nil {
				t.Fatal(err)
			}
		}
	}
	record(signIn(storetest.CoordinatorFar))
	c.Clock.Pass(100 * 24 * time.Hour)
	record(tried, signIn(storetest.Coordinator), signIn(storetest.Teacher), signIn(storetest.Psychologist))
	c.Settle()
	v := c.look(storetest.Ministry)
	for scope, want := range map[string][2]trends.WorkingAccounts{
		storetest.Belgrade: {{Role: models.RoleTeacher, Open: 4}, {Role: models.RoleCoordinator, Open: 2, Used: trends.WorkingCell{Shown: true, N: 1}}},
		storetest.Nis:      {{Role: models.RoleTeacher, Open: 2}, {Role: models.RoleCoordinator, Open: 1, Used: trends.WorkingCell{Shown: true}}},
	} {
		if p, _ := v.Place(scope); len(p.Accounts) != 2 || [2]trends.WorkingAccounts(p.Accounts) != want {
			t.Errorf("%s has %+v, want %+v", scope, p.Accounts, want)
		}
	}
	if p, _ := v.Place(store.WorkingCountry); len(p.Accounts) != 6 {
		t.Errorf("the country has %+v", p.Accounts)
	}
}

// What is kept is no finer than what is shown: a thief of the table learns what
// the ministry sees. One referral more leaves the same in it.
func TestKeptFiguresAreTheShownOnes(t *testing.T) {
	kept := func(few int) string {
		c := newCountry(t)
		c.month(2, few, 0)
		c.Clock.Set(april12)
		c.look(storetest.Ministry)
		rows, err := c.Raw().Query("SELECT part, scope, body FROM working_days ORDER BY part, scope")
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		var all strings.Builder
		for rows.Next() {
			var part, scope, body string
			if err := rows.Scan(&part, &scope, &body); err != nil {
				t.Fatal(err)
			}
			fmt.Fprintln(&all, part, scope, body)
		}
		return all.String()
	}
	if sixteen, seventeen := kept(16), kept(17); sixteen != seventeen || !strings.Contains(sixteen, `"N":15`) {
		t.Errorf("with 16 referrals is kept\n%s\nwith 17\n%s", sixteen, seventeen)
	}
}
