package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"slices"
	"testing"
	"time"

	"znak/models"
	"znak/models/checklist"
	"znak/models/store"
	"znak/models/store/storetest"
	"znak/models/store/testdb"
)

const (
	benchWaiting   = 100_000 // letters that wait
	benchReferrals = 100_000
	benchTogether  = 250 // referrals of one transaction
	targetReady    = 3 * time.Second
	targetSlower   = 1.10
)

// TestBenchScale measures what must not grow with what is there already, on both
// databases: a submission beside 100,000 letters that wait, and a restart beside
// 100,000 referrals. Like TestBench it judges nothing but faults.
func TestBenchScale(t *testing.T) {
	if os.Getenv(benchVariable) == "" {
		t.Skip("make bench runs it")
	}
	bin := build(t)
	urls := map[string]func(*testing.T) string{"SQLite": func(*testing.T) string { return "" }}
	if testdb.OnPostgres() {
		urls["PostgreSQL"] = func(t *testing.T) string { return testdb.New(t).URL }
		t.Run("submissions/PostgreSQL", func(t *testing.T) { benchPostgres(t, bin) })
	}
	for name, url := range urls {
		fresh := func(t *testing.T) *ruin { return newRuin(t, bin, t.TempDir(), url(t)) }
		t.Run("letters/"+name, func(t *testing.T) { benchBesideLetters(t, name, fresh(t), fresh(t)) })
		t.Run("restart/"+name, func(t *testing.T) { benchRestart(t, name, fresh(t)) })
	}
}

// benchBesideLetters has two portals take turns, so that whatever else the
// machine does slows both: one has nothing to send, at the other 100,000 letters
// wait for a relay that is away.
func benchBesideLetters(t *testing.T, database string, free, laden *ruin) {
	t.Helper()
	set, err := checklist.Load()
	must(t, err)
	list, _ := set.Current("general")
	both, refs := []*ruin{free, laden}, [2][]string{}
	for _, r := range both {
		r.relay.close()
		p := r.start()
		c := newClient(p.base)
		must(t, c.signIn(storetest.Email(storetest.Teacher)))
		r.mob.clients = []*client{c}
	}
	for _, r := range both {
		ref, err := writeDraft(r.mob.clients[0], list)
		must(t, err)
		if _, ok, err := r.mob.clients[0].submit(ref); err != nil || !ok {
			t.Fatalf("submitting: %v", err)
		}
	}
	laden.exec(lettersWaiting(laden, benchWaiting))
	laden.exec(map[bool]string{true: "CHECKPOINT", false: "PRAGMA wal_checkpoint(TRUNCATE)"}[laden.postgres()]) // writing them was not the portal's work
	for i, r := range both {
		for range benchWarm + benchAlone {
			ref, err := writeDraft(r.mob.clients[0], list)
			must(t, err)
			refs[i] = append(refs[i], ref)
		}
	}
	var took [2][]time.Duration
	for n := range refs[0] {
		for i, r := range both {
			began := time.Now()
			if _, ok, err := r.mob.clients[0].submit(refs[i][n]); err != nil || !ok {
				t.Fatalf("submitting: %v", err)
			}
			if n >= benchWarm {
				took[i] = append(took[i], time.Since(began))
			}
		}
	}
	without, with := median(took[0]), median(took[1])
	fmt.Printf("\n%-58s %14s %14s%s\n", "Submission beside letters that wait, median: "+database, "0: "+short(without), "100,000: "+short(with),
		verdict(float64(with) <= targetSlower*float64(without), "a tenth"))
	for _, r := range both {
		r.mob.clients[0].http.CloseIdleConnections()
		r.replicas[0].stop()
	}
}

// lettersWaiting writes n letters that are due, all about the one referral.
func lettersWaiting(r *ruin, n int) string {
	const what = "INSERT INTO jobs (id, queue, kind, referral_id, recipient_id, made_at, due_at)" +
		" SELECT 'waiting-' || n, 'mail', 'new', (SELECT id FROM referrals WHERE state = 'submitted'), 'coordinator', 1, 1 FROM "
	if r.postgres() {
		return what + fmt.Sprintf("generate_series(1, %d) AS n", n)
	}
	return fmt.Sprintf("WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < %d) ", n) + what + "s"
}

// benchRestart starts the service on 100,000 referrals, which were begun and
// submitted by the program's own verbs, many in one transaction (store.Batch).
func benchRestart(t *testing.T, database string, r *ruin) {
	t.Helper()
	began := time.Now()
	r.crowded(benchReferrals)
	made := time.Since(began)
	var took []time.Duration
	for range 5 {
		began = time.Now()
		p := launch(t, r.bin, t.TempDir(), r.env())
		p.ready()
		took = append(took, time.Since(began))
		p.kill()
	}
	slices.Sort(took)
	fmt.Printf("%-58s %14s %14s%s\n", fmt.Sprintf("Restart to ready, %d referrals: %s", benchReferrals, database), "median "+took[len(took)/2].Round(time.Millisecond).String(),
		"worst "+took[len(took)-1].Round(time.Millisecond).String(), verdict(took[len(took)-1] <= targetReady, "3 s"))
	fmt.Printf("%-58s %14s\n", "  (making them took)", made.Round(time.Second))
}

// ready asks without a pause until it is.
func (p *process) ready() {
	p.t.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); {
		res, err := http.Get(p.base + "/readyz")
		if err != nil {
			continue
		}
		res.Body.Close()
		if res.StatusCode == http.StatusOK {
			return
		}
	}
	p.t.Fatalf("not ready within a minute\n%s", p.said)
}

// crowded makes referrals that wait in triage.
func (r *ruin) crowded(n int) {
	r.t.Helper()
	at := place{database: r.url, keys: r.keys, dir: r.t.TempDir()}
	p, err := open(r.t.Context(), at, time.Now)
	must(r.t, err)
	defer p.close()
	quiet := *p.referrals
	quiet.Outbox = nil
	a := models.Actor{ID: storetest.Teacher, Role: models.RoleTeacher, SchoolID: storetest.School1, DistrictID: storetest.Belgrade}
	ctx := context.Background()
	for made := 0; made < n; made += benchTogether {
		must(r.t, p.store.Batch(ctx, func(act func(time.Time, func(*store.Tx) error) error) error {
			s := quiet.Within(func(f func(*store.Tx) error) error { return act(time.Now(), f) })
			for range benchTogether {
				d, err := s.Begin(ctx, a, "general", models.Yes)
				if err != nil {
					return err
				}
				if _, err := s.Submit(ctx, a, d.Ref); err != nil {
					return err
				}
			}
			return nil
		}))
	}
	must(r.t, p.audit.Settle(ctx))
}
