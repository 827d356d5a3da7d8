package store_test

import (
	"context"
	"fmt"
	"math"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"znak/models"
	"znak/models/referral"
	"znak/models/store"
	"znak/models/store/storetest"
	"znak/models/trends"
)

var figureGroups = []string{"family-living", "disclosure"}

// facts writes rows of the figures, as a submission does: n in a month.
func facts(w *storetest.World, month, district string, n int) {
	w.T.Helper()
	w.Tx(func(tx *store.Tx) error {
		for i := range n {
			f := referral.Fact{District: district, Level: []string{"primary", "secondary", "special", "music"}[i%4], AgeBand: []string{"10-13", "14-15", "16-17"}[i%3], Sex: []string{"f", "m", "unknown"}[i%3],
				Urgency: models.Urgencies[i%3], Role: []models.Role{models.RoleTeacher, models.RolePsychologist}[i%2], Groups: figureGroups[:1+i%2]}
			if i%4 == 0 {
				f.Outcome, f.OutcomeMonth = "identified", month
			}
			if err := storetest.InsertFact(tx, w.Vault, month, f); err != nil {
				return err
			}
		}
		return nil
	})
}

func releaser(w *storetest.World, s *store.Store) *trends.Releaser {
	w.T.Helper()
	r := &trends.Releaser{Store: s, Keys: w.Vault, Log: w.Audit, Location: w.Location, Rule: trends.DefaultRule, Groups: figureGroups, Now: w.Clock.Now}
	if err := r.Start(); err != nil {
		w.T.Fatal(err)
	}
	return r
}

// written is how many are written in September, by district; two more in each
// in October, one more in November.
var written = map[string]int{"beograd": 60, "novi-sad": 31, "zrenjanin": 19, "sombor": 11, "nis": 22, "leskovac": 13, "zajecar": 6, "pozarevac": 10,
	"valjevo": 14, "jagodina": 6, "kragujevac": 9, "kraljevo": 12, "krusevac": 7, "uzice": 9, "cacak": 6, "kosovska-mitrovica": 3, "ranilug": 1}

// released is a world with three months of figures, closed.
func released(t *testing.T) (*storetest.World, *trends.Figures) {
	t.Helper()
	w := storetest.New(t)
	for month, more := range map[string]int{"2025-09": 0, "2025-10": 2, "2025-11": 1} {
		for district, n := range written {
			facts(w, month, district, n+more)
		}
	}
	w.Clock.Set(time.Date(2025, 12, 30, 12, 0, 0, 0, time.UTC))
	made, err := releaser(w, w.Store).Close(t.Context(), false)
	if err != nil || len(made) != 4 {
		t.Fatalf("closed %v, %v: want three months and their quarter", made, err)
	}
	f, err := trends.NewFigures(w.Store, figureGroups)
	if err != nil {
		t.Fatal(err)
	}
	return w, f
}

// TestReleasedFiguresAreTheRulesOfTheTruth holds each published cell that can
// be recounted by hand to the rule.
func TestReleasedFiguresAreTheRulesOfTheTruth(t *testing.T) {
	w, f := released(t)
	v, err := f.View(t.Context(), w.Actor(storetest.Ministry), trends.Query{Period: "2025-26-Q1"})
	if err != nil || !v.Released {
		t.Fatalf("%+v, %v", v, err)
	}
	sum := 0
	for _, n := range written {
		sum += 3*n + 3
	}
	for _, c := range v.Panel(trends.PanelDistricts).Cells {
		if c.Measure != trends.Referrals {
			continue
		}
		n := 0.0
		if s, ok := written[c.RowCode]; ok {
			n = float64(3*s + 3)
		}
		switch {
		case c.Status == trends.Shown && (math.Abs(c.Value-n) > 2 || math.Mod(c.Value, 5) != 0 || n < 10):
			t.Errorf("%s shows %v, the truth is %v", c.RowCode, c.Value, n)
		case n < 10 && c.Status != trends.Hidden:
			t.Errorf("%s, %v, is %s", c.RowCode, n, c.Status)
		}
	}
	if v.Panel(trends.PanelDistricts).Empty() && v.Panel(trends.PanelRegions).Empty() {
		t.Error("nothing is shown of any district or region")
	}
	key := v.Panel(trends.PanelKeySubmitted).Cells
	if key[0].Status != trends.Shown || math.Abs(key[0].Value-float64(sum)) > 2 {
		t.Errorf("submitted in the quarter: %+v, the truth is %d", key[0], sum)
	}
	if key[2].Status != trends.NotReleased {
		t.Errorf("a change to a year of which nothing is known: %+v", key[2])
	}
	months := v.Panel(trends.PanelByMonth).Cells
	if len(months) != 3 || months[1].Period != "2025-10" || months[1].Status != trends.Shown {
		t.Errorf("months %+v: want three, October shown", months)
	}
}

// TestAClosedPeriodStaysAsItIs: nothing of it is made again, whatever comes.
func TestAClosedPeriodStaysAsItIs(t *testing.T) {
	w, f := released(t)
	ministry := w.Actor(storetest.Ministry)
	before, err := f.View(t.Context(), ministry, trends.Query{Period: "2025-10"})
	if err != nil {
		t.Fatal(err)
	}
	facts(w, "2025-10", "nis", 40)
	facts(w, "2025-12", "beograd", 40)
	w.Clock.Set(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	if made, err := releaser(w, w.Store).Close(t.Context(), false); err != nil || len(made) != 2 {
		t.Fatalf("closed %v, %v: want December and January", made, err)
	}
	after, err := f.View(t.Context(), ministry, before.Query)
	if err != nil || fmt.Sprint(after.Panels[0], after.Panels[6], after.Panels[8]) != fmt.Sprint(before.Panels[0], before.Panels[6], before.Panels[8]) {
		t.Errorf("its permanent address shows other figures, %v", err)
	}
	for _, s := range []string{"UPDATE release_cells SET value = 15", "DELETE FROM release_cells", "UPDATE releases SET base = 1", "DELETE FROM releases"} {
		if _, err := w.Raw().Exec(s); err == nil {
			t.Errorf("the database lets be done: %s", s)
		}
	}
}

// TestADryRunFreezesNothing.
func TestADryRunFreezesNothing(t *testing.T) {
	w := storetest.New(t)
	facts(w, "2026-01", "beograd", 30)
	made, err := releaser(w, w.Store).Close(t.Context(), true)
	if err != nil || len(made) != 1 || made[0].Record.Cells == 0 {
		t.Fatalf("%+v, %v", made, err)
	}
	if n := count(w, "SELECT COUNT(*) FROM releases") + count(w, "SELECT COUNT(*) FROM release_cells"); n != 0 {
		t.Errorf("%d rows were written", n)
	}
}

// TestTwoProgramsCloseAPeriodOnce, and the audit log has it once.
func TestTwoProgramsCloseAPeriodOnce(t *testing.T) {
	w := storetest.New(t)
	for _, month := range []string{"2025-10", "2025-11", "2025-12"} {
		facts(w, month, "beograd", 30)
	}
	var wg sync.WaitGroup
	for _, s := range []*store.Store{w.Store, w.Another(), w.Another()} {
		r := releaser(w, s)
		wg.Go(func() {
			if _, err := r.Close(context.Background(), false); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if _, err := releaser(w, w.Store).Close(t.Context(), false); err != nil { // what the others left
		t.Fatal(err)
	}
	w.Settle()
	periods := count(w, "SELECT COUNT(*) FROM releases")
	if logged := count(w, "SELECT COUNT(*) FROM audit_entries WHERE action = 'release'"); periods == 0 || logged != periods {
		t.Errorf("%d releases, %d on the log", periods, logged)
	}
}

// TestAReleaseOfWhichHalfFailedIsNone: the log is away when it is frozen.
func TestAReleaseOfWhichHalfFailedIsNone(t *testing.T) {
	w := storetest.New(t)
	facts(w, "2026-01", "beograd", 30)
	r := releaser(w, w.Store)
	r.Log = brokenLog{}
	if _, err := r.Close(t.Context(), false); err == nil {
		t.Fatal("released without a log")
	}
	if n := count(w, "SELECT COUNT(*) FROM releases") + count(w, "SELECT COUNT(*) FROM release_cells"); n != 0 {
		t.Errorf("%d rows remain", n)
	}
}

type brokenLog struct{}

func (brokenLog) Append(*store.Tx, ...models.AuditEntry) error {
	return models.E(models.CodeUnavailable, "error.unavailable")
}

// TestWhoReadsFigures: the ministry everything, a coordinator one district,
// nobody else anything; nobody the counts that are sealed.
func TestWhoReadsFigures(t *testing.T) {
	w, f := released(t)
	for _, u := range storetest.People() {
		a := w.Actor(u.ID)
		v, err := f.View(t.Context(), a, trends.Query{})
		cells, cellsErr := w.Store.FigureCells(t.Context(), a, []string{"2025-26-Q1"}, []string{"serbia", "beograd", "nis"}, []string{trends.TableTotal})
		areas := map[string]bool{}
		for _, c := range cells {
			areas[c.Area] = true
		}
		want, sees := 0, false
		switch {
		case a.Role == models.RoleMinistry || a.DistrictID == models.NationalDesk:
			want, sees = 3, true
		case a.Role == models.RoleCoordinator:
			want, sees = 1, true
			if !areas[a.DistrictID] || err == nil && v.Area.Code != a.DistrictID {
				t.Errorf("%s does not see the own district", u.ID)
			}
			if _, err := f.View(t.Context(), a, trends.Query{Area: "zajecar"}); models.CodeOf(err) != models.CodeNotFound {
				t.Errorf("%s asks for another district: %v", u.ID, err)
			}
		}
		if (err == nil) != sees || !sees && models.CodeOf(err) != models.CodeNotFound || len(areas) != want || cellsErr != nil {
			t.Errorf("%s (%s): sees %v of areas %v, %v, %v", u.ID, u.Role, err == nil, areas, err, cellsErr)
		}
		if _, err := w.Store.FigureTruths(t.Context(), a); models.CodeOf(err) != models.CodeForbidden {
			t.Errorf("%s reads the sealed counts: %v", u.ID, err)
		}
		if err := w.Store.Facts(t.Context(), a, "2099-12", nil); models.CodeOf(err) != models.CodeForbidden {
			t.Errorf("%s reads the rows behind the figures: %v", u.ID, err)
		}
	}
}

var tableNames = regexp.MustCompile(`(?i)\b(?:from|join)\s+["\x60]?([a-z_]+)`)

// TestAViewReadsReleasesAlone looks at every statement that ran.
func TestAViewReadsReleasesAlone(t *testing.T) {
	w, f := released(t)
	statements := store.Statements(w.Store)
	queries := []trends.Query{{}, {Period: "2025-10"}, {Period: "2025-26-Q1", Area: "nis", Dimension: trends.TableGroup}, {Period: "2020-21"}}
	for _, q := range queries {
		if _, err := f.View(t.Context(), w.Actor(storetest.Ministry), q); err != nil {
			t.Fatal(err)
		}
	}
	seen := map[string]int{}
	for _, s := range statements() {
		for _, m := range tableNames.FindAllStringSubmatch(s, -1) {
			seen[strings.ToLower(m[1])]++
		}
		if strings.Contains(s, "truth") {
			t.Errorf("reads what is sealed: %s", s)
		}
	}
	if len(seen) != 2 || seen["releases"] == 0 || seen["release_cells"] == 0 {
		t.Errorf("tables read: %v, want releases and release_cells alone", seen)
	}
	if n := len(statements()); n > 5*len(queries) {
		t.Errorf("%d statements for %d views", n, len(queries))
	}
	for _, q := range []trends.Query{{Period: "yesterday"}, {Area: "atlantis"}, {Dimension: "name"}} {
		if _, err := f.View(t.Context(), w.Actor(storetest.Ministry), q); models.CodeOf(err) != models.CodeNotFound {
			t.Errorf("%v: %v", q, err)
		}
	}
}
