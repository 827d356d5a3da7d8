package trends_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"testing"
	"time"

	"znak/models"
	"znak/models/referral"
	"znak/models/store"
	"znak/models/store/storetest"
	"znak/models/trends"
)

// TestBenchFigures prints what closing a quarter takes and how long a view
// takes, by how many referrals there are. ZNAK_BENCH switches it on.
func TestBenchFigures(t *testing.T) {
	if os.Getenv("ZNAK_BENCH") == "" {
		t.Skip("ZNAK_BENCH is not set")
	}
	fmt.Printf("%10s  %12s  %10s  %10s  %10s\n", "referrals", "quarter", "heap", "view p50", "view p99")
	for _, n := range []int{10_000, 100_000, 1_000_000} {
		t.Run(fmt.Sprint(n), func(t *testing.T) { benchFigures(t, n) })
	}
}

func benchFigures(t *testing.T, n int) {
	w := storetest.New(t)
	areas, err := trends.Areas()
	if err != nil {
		t.Fatal(err)
	}
	writeMany(t, w, areas, n)
	r := &trends.Releaser{Store: w.Store, Keys: w.Vault, Log: w.Audit, Location: w.Location, Rule: trends.DefaultRule,
		Groups: []string{"family-living", "disclosure", "online-recruitment"}, Now: w.Clock.Now}
	if err := r.Start(); err != nil {
		t.Fatal(err)
	}
	w.Clock.Set(time.Date(2025, 9, 29, 0, 0, 0, 0, time.UTC))
	if _, err := r.Close(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	runtime.GC()
	w.Clock.Set(time.Date(2025, 12, 30, 0, 0, 0, 0, time.UTC))
	var most uint64
	stop, stopped := make(chan bool), make(chan bool)
	go func() {
		defer close(stopped)
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapInuse)
			select {
			case <-stop:
				return
			case <-time.After(50 * time.Millisecond):
			}
		}
	}()
	begun := time.Now()
	made, err := r.Close(t.Context(), false)
	took := time.Since(begun)
	close(stop)
	<-stopped
	if err != nil || len(made) != 4 {
		t.Fatalf("%v, %v", made, err)
	}
	f, err := trends.NewFigures(w.Store, r.Groups)
	if err != nil {
		t.Fatal(err)
	}
	var times []time.Duration
	for i := range 300 {
		q := []trends.Query{{}, {Period: "2025-10"}, {Period: "2025-26-Q1", Area: "nis", Dimension: trends.TableGroup}}[i%3]
		begun := time.Now()
		if _, err := f.View(t.Context(), w.Actor(storetest.Ministry), q); err != nil {
			t.Fatal(err)
		}
		times = append(times, time.Since(begun))
	}
	slices.Sort(times)
	fmt.Printf("%10d  %12s  %7d MB  %10s  %10s\n", n, took.Round(10*time.Millisecond), most>>20, times[150].Round(10*time.Microsecond), times[297].Round(10*time.Microsecond))
}

// writeMany writes rows of the figures and referrals of fifteen months.
func writeMany(t *testing.T, w *storetest.World, areas []trends.Area, n int) {
	var districts []string
	for _, a := range areas {
		for range a.Pupils / 2500 {
			if a.Level == trends.District {
				districts = append(districts, a.Code)
			}
		}
	}
	d := rand.New(rand.NewPCG(1, 2))
	const months = 15
	for begun := 0; begun < n; begun += 10_000 {
		w.Tx(func(tx *store.Tx) error {
			for i := begun; i < min(n, begun+10_000); i++ {
				month := time.Date(2024, 9+time.Month(i%months), 1, 0, 0, 0, 0, time.UTC).Format("2006-01")
				f := referral.Fact{District: districts[d.IntN(len(districts))], Level: []string{"primary", "primary", "secondary", "special"}[d.IntN(4)],
					AgeBand: []string{"0-9", "10-13", "14-15", "16-17", "unknown"}[d.IntN(5)], Sex: []string{"f", "f", "m", "unknown"}[d.IntN(4)],
					Urgency: models.Urgencies[d.IntN(3)], Role: []models.Role{models.RoleTeacher, models.RolePsychologist}[d.IntN(2)],
					Groups: []string{"family-living", "disclosure"}[:d.IntN(3)]}
				if d.IntN(3) == 0 {
					f.Outcome, f.OutcomeMonth = "identified", month
				}
				if err := storetest.InsertFact(tx, w.Vault, month, f); err != nil {
					return err
				}
			}
			return nil
		})
	}
	from, span := models.StampOf(time.Date(2024, 9, 2, 0, 0, 0, 0, time.UTC)), int64(450*24*time.Hour/time.Microsecond)
	if _, err := w.Raw().Exec(fmt.Sprintf(`WITH RECURSIVE s (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM s WHERE i < %d)
		INSERT INTO referrals (id, ref, state, version, school_id, district_id, author_id, urgency, checklist_id, checklist_version, begun_at, changed_at,
			submitted_at, acknowledged_at, forwarded_at, received_at)
		SELECT 'r' || i, 'ref' || i, 'received', 1, 's', 'nis', 'a', 'standard', 'general', 1, 1, 1, %[2]d + i * (%[3]d / %[1]d),
			%[2]d + i * (%[3]d / %[1]d) + 1, %[2]d + i * (%[3]d / %[1]d) + 2, %[2]d + i * (%[3]d / %[1]d) + 3 FROM s`, n, from, span)); err != nil {
		t.Fatal(err)
	}
}
