package main

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"znak/models"
	"znak/models/referral"
	"znak/models/store"
	"znak/models/store/storetest"
	"znak/models/trends"
)

const (
	benchMonths     = 15
	targetViewHalf  = 20 * time.Millisecond
	targetViewWorst = 50 * time.Millisecond
)

// TestBenchFigures prints how long /trends takes over HTTP by how many referrals
// there are: each view of every area, of a school year, quarters and months, by
// every dimension, cold (nobody asked for it before) and warm (asked for again); beside
// them /help by the same reader in turn, which reads nothing but the session.
// The rows behind the figures are written by this test, many at once, not by the
// program's verbs; the program itself releases them.
func TestBenchFigures(t *testing.T) {
	if os.Getenv(benchVariable) == "" {
		t.Skip("make bench runs it")
	}
	bin := build(t)
	fmt.Printf("\n%-12s %8s %12s %12s %12s %12s %12s %12s\n", "/trends of", "views", "cold median", "cold p99", "warm median", "warm p99", "/help median", "/help p99")
	for _, n := range []int{10_000, 100_000, 1_000_000} {
		t.Run(fmt.Sprint(n), func(t *testing.T) { benchViews(t, bin, n) })
	}
}

func benchViews(t *testing.T, bin string, n int) {
	dir := filepath.Join(t.TempDir(), "demo")
	startDemo(t, bin, dir, 0).stop()
	writeFigures(t, dir, n)
	p := startDemo(t, bin, dir, 0) // releases what is due
	c := newClient(p.base)
	must(t, c.signIn("ministry@demo.znak"))
	var cold, warm, help []time.Duration
	for _, path := range benchAddresses(t, time.Now()) {
		cold = append(cold, timed(t, c, path))
		warm = append(warm, timed(t, c, path))
		help = append(help, timed(t, c, "/help"))
	}
	holds := max(median(cold), median(warm)) <= targetViewHalf && max(percentile(cold, 99), percentile(warm, 99)) <= targetViewWorst
	fmt.Printf("%-12d %8d %12s %12s %12s %12s %12s %12s%s\n", n, len(cold), short(median(cold)), short(percentile(cold, 99)), short(median(warm)), short(percentile(warm, 99)),
		short(median(help)), short(percentile(help, 99)), verdict(holds, "20 ms, p99 50 ms"))
	p.stop()
}

// timed is how long one view takes until all of it is there.
func timed(t *testing.T, c *client, path string) time.Duration {
	t.Helper()
	began := time.Now()
	a, err := c.get(path)
	took := time.Since(began)
	if err != nil || a.status != http.StatusOK {
		t.Fatalf("%s: %d, %v", path, a.status, err)
	}
	return took
}

// benchAddresses are the views that are measured.
func benchAddresses(t *testing.T, now time.Time) (out []string) {
	areas, err := trends.Areas()
	must(t, err)
	due := now.AddDate(0, -3, 0) // in a month that is surely released
	period, err := trends.ParsePeriod(due.Format("2006-01"))
	must(t, err)
	before, err := trends.ParsePeriod(due.AddDate(0, -3, 0).Format("2006-01"))
	must(t, err)
	periods := []string{"", period.Code, before.Code, period.Within(trends.Quarter).Code, before.Within(trends.Quarter).Code}
	for _, by := range append([]string{""}, trends.Dimensions...) {
		for _, p := range periods {
			for _, a := range areas {
				out = append(out, "/trends?"+trends.Query{Period: p, Area: a.Code, Dimension: by}.String())
			}
		}
	}
	return out
}

// writeFigures writes n rows behind the figures, and n referrals with their
// stations, of fifteen months.
func writeFigures(t *testing.T, dir string, n int) {
	t.Helper()
	p, err := open(t.Context(), placeIn(dir), time.Now)
	must(t, err)
	areas, err := trends.Areas()
	must(t, err)
	areas = slices.DeleteFunc(areas, func(a trends.Area) bool { return a.Level != trends.District })
	first := time.Now().AddDate(0, -benchMonths-1, 0)
	d := rand.New(rand.NewPCG(1, 2))
	for begun := 0; begun < n; begun += 10_000 {
		must(t, p.store.Tx(t.Context(), func(tx *store.Tx) error {
			for i := begun; i < min(n, begun+10_000); i++ {
				month := first.AddDate(0, i%benchMonths, 1-first.Day()).Format("2006-01")
				if err := writeFact(p, tx, d, areas[d.IntN(len(areas))].Code, month); err != nil {
					return err
				}
			}
			return nil
		}))
	}
	must(t, p.close())
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(dir, "znak.db"))
	must(t, err)
	defer db.Close()
	from, span := models.StampOf(first), int64(models.StampOf(time.Now().AddDate(0, -1, 0))-models.StampOf(first))
	_, err = db.Exec(fmt.Sprintf(`WITH RECURSIVE s (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM s WHERE i < %[1]d)
		INSERT INTO referrals (id, ref, state, version, school_id, district_id, author_id, urgency, checklist_id, checklist_version, begun_at, changed_at,
			submitted_at, acknowledged_at, forwarded_at, received_at)
		SELECT 'r' || i, 'ref' || i, 'received', 1, 's', 'nis', 'a', 'standard', 'general', 1, 1, 1, %[2]d + i * (%[3]d / %[1]d),
			%[2]d + i * (%[3]d / %[1]d) + 1, %[2]d + i * (%[3]d / %[1]d) + 2, %[2]d + i * (%[3]d / %[1]d) + 3 FROM s`, n, from, span))
	must(t, err)
}

// writeFact writes one row behind the figures.
func writeFact(p *portal, tx *store.Tx, d *rand.Rand, district, month string) error {
	one := func(of ...string) string { return of[d.IntN(len(of))] }
	f := referral.Fact{District: district, Level: one("primary", "primary", "secondary", "special"), AgeBand: one("0-9", "10-13", "14-15", "16-17", "unknown"),
		Sex: one("f", "f", "m", "unknown"), Urgency: models.Urgencies[d.IntN(3)], Role: models.Role(one("teacher", "psychologist")),
		Groups: []string{one("family-living", "online-recruitment"), "disclosure"}[:d.IntN(3)]}
	if d.IntN(3) == 0 {
		f.Outcome, f.OutcomeMonth = "identified", month
	}
	return storetest.InsertFact(tx, p.vault, month, f)
}
