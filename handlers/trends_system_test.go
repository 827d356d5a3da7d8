package handlers

import (
	"context"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"znak/locales"
	"znak/models"
	"znak/models/store/storetest"
	"znak/models/trends"
)

// wrote is one closed month: Belgrade had twenty referrals acknowledged and
// forwarded, Niš nine, the national desk three.
func (s *site) wrote() {
	s.t.Helper()
	for range 20 {
		ref := s.Submitted(storetest.Teacher)
		s.Clock.Pass(90 * time.Minute)
		s.Do(ref, storetest.Coordinator, models.EventAcknowledge, models.Input{})
		s.Do(ref, storetest.Coordinator, models.EventForward, s.Input(models.EventForward))
	}
	for range 9 {
		s.Submitted(storetest.TeacherFar)
	}
	for range 3 {
		s.Submitted(storetest.Teacher, func(c *models.Content) { c.SchoolConflict = models.Yes })
	}
	s.Clock.Set(time.Date(2026, time.April, 12, 10, 0, 0, 0, time.UTC))
}

var reference = regexp.MustCompile(`ZN-[0-9A-Z]{4}`)

func TestWorkingOfTheSystem(t *testing.T) {
	s := newSite(t)
	s.wrote()
	for who, want := range map[string]struct{ has, lacks []string }{
		storetest.Ministry: {[]string{"Half of the referrals were acknowledged within 2 hours.", "In time: about 7 of 10", "School Administration Belgrade",
			"School Administration Valjevo", "from 1 April 2025 to 31 March 2026", "At 16 desks nobody can act today."},
			[]string{"Open the referrals", "29", "32", "In time: about 6"}},
		storetest.National:    {[]string{"Half of the referrals were acknowledged within 2 hours.", "School Administration Niš"}, []string{"your school administration"}},
		storetest.Coordinator: {[]string{"School Administration Belgrade", "In time: nearly all", "can act today"}, []string{"Niš", "Valjevo", "Ministry of Education", "National desk"}},
		storetest.CoordinatorFar: {[]string{"School Administration Niš", "Too few referrals to say anything.", "wait for a decision at your desk, rounded: –hidden"},
			[]string{"Belgrade", "Half of the referrals", "about", " 9 ", "nearly"}},
	} {
		c := s.as(who)
		c.get("/language/en?next=/trends/system")
		a := c.get("/trends/system").wants(http.StatusOK)
		for _, text := range want.has {
			if main := a.text("main"); !strings.Contains(main, text) {
				t.Errorf("%s does not read %q in: %.900s", who, text, main)
			}
		}
		a.Find("#meaning").Parent().Remove() // it holds numbers of its own
		for _, text := range want.lacks {
			if strings.Contains(a.text("main"), text) {
				t.Errorf("%s reads %q", who, text)
			}
		}
		if reference.MatchString(a.body) || strings.Contains(a.body, storetest.Marker) || a.Find(`main a[href^="/referrals/"], main a[href^="/children/"]`).Length() > 0 {
			t.Errorf("%s: the page leads to a referral", who)
		}
		if a.holds("little is heard") {
			t.Errorf("%s reads of silence, of which nothing is known", who)
		}
		if c.get("/").wants(http.StatusOK).Find(`main a[href="/trends/system"]`).Length() != 1 {
			t.Errorf("%s finds no way to the page", who)
		}
	}
}

// quarters is what a release would say.
type quarters map[string][]trends.QuarterStatus

func (q quarters) Quarters(context.Context) (map[string][]trends.QuarterStatus, error) { return q, nil }

func TestSilenceIsShownOnceItIsKnown(t *testing.T) {
	s := newSite(t)
	h := trends.QuarterHidden
	s.h.Silence = quarters{storetest.Nis: {h, h, h, h}, storetest.Belgrade: {h, h, h, trends.QuarterShown}}
	for who, want := range map[string]string{storetest.Ministry: "School Administration Niš", storetest.Coordinator: ""} {
		c := s.as(who)
		c.get("/language/en?next=/")
		if got := c.get("/trends/system").wants(http.StatusOK).text(`section[aria-labelledby="silence"] ul`); got != want {
			t.Errorf("%s reads of silence: %q", who, got)
		}
	}
}

// The page is whole in every language, full and empty.
func TestWorkingPageInEveryLanguage(t *testing.T) {
	r, bundle, _ := look(t)
	h := &Handlers{Deps: Deps{Locales: bundle}}
	for _, lang := range locales.All {
		for name, paces := range map[string]trends.WorkingPaces{"empty": {}, "full": {
			Acknowledge: trends.WorkingPace{Shown: true, Within: 1, Share: true, Tenths: 10}, Decide: trends.WorkingPace{Shown: true, Within: 72, Share: true, Tenths: 3},
			Receive: trends.WorkingPace{Shown: true, Share: true}}} {
			for _, all := range []bool{true, false} {
				buf, err := r.render(lang, "trends_system", sampleWorking(h, lang, paces, all))
				if err != nil {
					t.Fatal(err)
				}
				checkPage(t, string(lang)+" "+name, lang, bundle, buf.String())
			}
		}
	}
}

func sampleWorking(h *Handlers, lang locales.Lang, paces trends.WorkingPaces, all bool) WorkingPage {
	nis := models.District{ID: storetest.Nis, NameSr: "Школска управа Ниш", NameEn: "School Administration Niš"}
	p := WorkingPage{Page: samplePage(lang, "title.working", models.RoleMinistry), All: all, District: nis, Least: 10, Shares: 20,
		Paces: h.workingPaces(lang, paces), Clocks: h.workingClocks(lang), Without: []models.District{nis}, Silences: all, Silent: []models.District{nis}}
	shown := trends.WorkingCell{Shown: true, N: 1205}
	group := trends.WorkingAccounts{Role: models.RoleTeacher, Open: 1234, Used: shown}
	place := trends.WorkingPlace{Scope: nis.ID, WorkingPaces: paces, WorkingState: trends.WorkingState{Open: shown, Accounts: []trends.WorkingAccounts{group}}}
	p.View = &trends.WorkingView{From: noon.AddDate(-1, 0, 0), Until: noon, Next: noon, TimesAt: noon, TodayAt: noon, Places: []trends.WorkingPlace{place}}
	p.Accounts = place.Accounts
	if all {
		country := trends.WorkingPlace{WorkingState: trends.WorkingState{AtDesks: []trends.WorkingCell{shown, {}, shown}, AtCentre: []trends.WorkingCell{{}, {}, shown, shown}}}
		h.workingDesks(&p, []models.District{nis}, country)
	}
	return p
}
