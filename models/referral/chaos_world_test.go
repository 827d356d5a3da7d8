package referral_test

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"znak/models"
	"znak/models/audit"
	"znak/models/checklist"
	"znak/models/directory"
	"znak/models/referral"
	"znak/models/store"
	"znak/models/store/storetest"
	"znak/models/vault"
)

// submitters is how many submit at once while something breaks.
const submitters = 16

// portal is the program without its face, with keys in a file, so that several
// processes can be one installation.
type portal struct {
	store    *store.Store
	log      *audit.Log
	service  *referral.Service
	location *time.Location
}

func openPortal(url, dir string) (*portal, error) {
	keys, err := vault.Open(filepath.Join(dir, "keys.json"))
	if err != nil {
		return nil, err
	}
	s, err := store.Open(context.Background(), url, time.Now)
	if err != nil {
		return nil, err
	}
	lists, err := checklist.Load()
	if err != nil {
		return nil, err
	}
	p := &portal{store: s, log: audit.New(s, keys, "chaos", dir, time.Now), location: time.UTC}
	p.service = referral.New(referral.Service{Store: s, Vault: keys, Audit: p.log, Checklists: lists,
		Directory: &directory.Directory{Location: time.UTC}, Calendar: referral.NewCalendar(time.UTC), Location: time.UTC, Now: time.Now})
	p.log.Logger = slog.New(slog.DiscardHandler)
	return p, nil
}

// newPortal makes an installation on a database that has its schema or none.
func newPortal(t *testing.T, url, dir string) *portal {
	t.Helper()
	must(t, vault.Generate(filepath.Join(dir, "keys.json")))
	p, err := openPortal(url, dir)
	must(t, err)
	t.Cleanup(func() { p.store.Close() })
	_, err = p.store.Migrate(t.Context())
	must(t, err)
	must(t, p.store.Tx(t.Context(), func(tx *store.Tx) error {
		if err := directory.Seed(tx); err != nil {
			return err
		}
		if err := tx.Put(storetest.Schools()); err != nil {
			return err
		}
		for _, u := range storetest.People() {
			if err := tx.PutUser(u); err != nil {
				return err
			}
		}
		return tx.Put(storetest.Contacts())
	}))
	return p
}

var chaosTeacher = models.Actor{ID: storetest.Teacher, Role: models.RoleTeacher, SchoolID: storetest.School1, DistrictID: storetest.Belgrade}

// submit writes and submits one referral and returns its reference.
func (p *portal) submit(ctx context.Context, ref *string) error {
	if *ref == "" {
		d, err := p.service.Begin(ctx, chaosTeacher, "general", models.No)
		if err != nil {
			return err
		}
		*ref = d.Ref
	}
	_, err := p.service.Save(ctx, chaosTeacher, *ref, "account", func(c *models.Content) { c.Account.Observed = "Примећено." })
	if err != nil && models.CodeOf(err) != models.CodeConflict { // submitted already, and not told
		return err
	}
	_, err = p.service.Submit(ctx, chaosTeacher, *ref)
	return err
}

// crowd submits with all submitters until ctx ends, and tells of each success.
// Each tries the same referral again until it is told that it is submitted. It
// returns the faults that were not CodeUnavailable.
func (p *portal) crowd(ctx context.Context, told func(ref string)) (refused int, faults []error) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range submitters {
		wg.Go(func() {
			for ctx.Err() == nil {
				ref := ""
				for ctx.Err() == nil {
					err := p.submit(context.WithoutCancel(ctx), &ref)
					if err == nil {
						told(ref)
						break
					}
					mu.Lock()
					refused++
					if models.CodeOf(err) != models.CodeUnavailable {
						faults = append(faults, err)
					}
					mu.Unlock()
				}
			}
		})
	}
	wg.Wait()
	return refused, faults
}

// acked collects what was answered with success.
type acked struct {
	sync.Mutex
	refs []string
}

func (a *acked) add(ref string) { a.Lock(); a.refs = append(a.refs, ref); a.Unlock() }
func (a *acked) count() int     { a.Lock(); defer a.Unlock(); return len(a.refs) }

// examine fails unless everything that was answered with success is there once,
// routed, on the timeline and on the log, and the log holds.
func (p *portal) examine(t *testing.T, a *acked) {
	t.Helper()
	waiting, err := p.log.Waiting(t.Context())
	must(t, err)
	for _, settled := range []bool{false, true} {
		report, err := p.log.Verify(t.Context(), audit.Options{})
		must(t, err)
		if !report.OK {
			t.Fatalf("settled %v: %+v", settled, *report.Fault)
		}
		must(t, p.log.Settle(t.Context()))
	}
	for _, ref := range a.refs {
		sealed, err := p.store.Sealed(t.Context(), chaosTeacher, ref)
		if err != nil {
			t.Errorf("%s was acknowledged: %v", ref, err)
			continue
		}
		entries, err := p.store.AuditOf(t.Context(), models.Actor{Role: models.RoleSystem}, sealed.ID, 1<<40)
		must(t, err)
		submitted := 0
		for _, e := range entries {
			if e.Action == "submit" {
				submitted++
			}
		}
		if sealed.State != models.StateSubmitted || sealed.DeskID == "" || len(sealed.Records) != 1 || submitted != 1 {
			t.Errorf("%s: %s at %q, %d on the timeline, %d on the log", ref, sealed.State, sealed.DeskID, len(sealed.Records), submitted)
		}
	}
	fmt.Printf("%s: %d submissions acknowledged, all there; %d entries had waited for a number\n", t.Name(), len(a.refs), waiting.Entries)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
