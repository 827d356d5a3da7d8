package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"znak/models"
	"znak/models/store"
)

// withReferral makes an installation in which a teacher has submitted one
// referral, and somebody to encrypt its backups to.
func withReferral(t *testing.T) (dir, ref, identity string) {
	t.Helper()
	dir = installed(t)
	p, err := open(t.Context(), placeIn(dir), time.Now)
	must(t, err)
	defer p.close()
	must(t, p.store.Tx(t.Context(), func(tx *store.Tx) error {
		if err := tx.Put([]models.School{{ID: "s", Code: "1", Name: "ОШ", Level: "primary", Municipality: "Врачар", DistrictID: "beograd"}}); err != nil {
			return err
		}
		return tx.PutUser(models.User{ID: "t", Email: "t@example.rs", Name: "Т", Role: models.RoleTeacher, SchoolID: "s", Lang: "sr"})
	}))
	a := models.Actor{ID: "t", Role: models.RoleTeacher, SchoolID: "s", DistrictID: "beograd"}
	d, err := p.referrals.Begin(t.Context(), a, p.checklists.All()[0].ID, models.Yes)
	must(t, err)
	_, err = p.referrals.Submit(t.Context(), a, d.Ref)
	must(t, err)
	_, err = p.audit.Checkpoint(t.Context())
	must(t, err)
	key, err := age.GenerateX25519Identity()
	must(t, err)
	identity = filepath.Join(t.TempDir(), "identity")
	must(t, os.WriteFile(identity, []byte(key.String()+"\n"), 0o600))
	t.Setenv("ZNAK_BACKUP_RECIPIENT", key.Recipient().String())
	return dir, d.Ref, identity
}

// ok runs a command that must succeed.
func ok(t *testing.T, args ...string) string {
	t.Helper()
	exit, out, faults := command(t, args...)
	if exit != exitDone {
		t.Fatalf("%q: exit %d\n%s%s", args, exit, out, faults)
	}
	return out
}

// fails runs a command that must fail, and say this in its first line.
func fails(t *testing.T, want string, args ...string) {
	t.Helper()
	exit, out, faults := command(t, args...)
	if first, _, _ := strings.Cut(faults, "\n"); exit != exitFailed || !strings.Contains(first, want) {
		t.Errorf("%q: exit %d\n%s%s", args, exit, out, faults)
	}
}

// elsewhere is an empty place with the installation's keys.
func elsewhere(t *testing.T, dir string) string {
	t.Helper()
	to := t.TempDir()
	data, err := os.ReadFile(filepath.Join(dir, "keys.json"))
	must(t, err)
	must(t, os.WriteFile(filepath.Join(to, "keys.json"), data, 0o600))
	return to
}

// TestADisaster: the machine is gone, and with it what was done after the
// backup; an auditor has a newer checkpoint.
func TestADisaster(t *testing.T) {
	dir, _, identity := withReferral(t)
	file := filepath.Join(t.TempDir(), "znak.backup")
	if out := ok(t, "backup", file); !strings.Contains(out, "read back and whole") {
		t.Error(out)
	}
	fails(t, "never overwritten", "backup", file)
	held := filepath.Join(t.TempDir(), "checkpoint")
	must(t, os.WriteFile(held, []byte(ok(t, "audit", "checkpoint")), 0o600))

	to := elsewhere(t, dir)
	fails(t, "restore never overwrites", "restore", file, "--dir", dir, "--identity", identity)
	fails(t, "a backup holds no keys", "restore", file, "--dir", t.TempDir(), "--identity", identity)
	fails(t, "no identity file", "restore", file, "--dir", to, "--identity", file)
	fails(t, "which are not in this backup", "restore", file, "--dir", to, "--identity", identity, "--checkpoint", held)
	if _, err := os.Stat(filepath.Join(to, "znak.db")); err == nil {
		t.Fatal("refused, and put in place")
	}
	out := ok(t, "restore", file, "--dir", to, "--identity", identity, "--checkpoint", held, "--accept-loss")
	if !strings.Contains(out, "LOST") || !strings.Contains(out, "The log holds") {
		t.Error(out)
	}
	for range 2 { // and for ever
		if out := ok(t, "audit", "verify", "--dir", to, "--checkpoint", held); !strings.Contains(out, "are lost") {
			t.Error(out)
		}
		ok(t, "audit", "checkpoint", "--dir", to)
	}
	fails(t, "restore never overwrites", "restore", file, "--dir", to, "--identity", identity)
}

// TestACopyPutBackByHandIsNotServed before somebody has said so.
func TestACopyPutBackByHandIsNotServed(t *testing.T) {
	dir, _, _ := withReferral(t)
	data := map[string][]byte{}
	for _, name := range []string{"znak.db", "znak.db-wal"} {
		if b, err := os.ReadFile(filepath.Join(dir, name)); err == nil {
			data[name] = b
		}
	}
	file := filepath.Join(t.TempDir(), "backup")
	ok(t, "backup", file) // two entries more
	ok(t, "audit", "checkpoint")
	for _, name := range []string{"znak.db", "znak.db-wal", "znak.db-shm"} {
		must(t, os.RemoveAll(filepath.Join(dir, name)))
	}
	for name, b := range data {
		must(t, os.WriteFile(filepath.Join(dir, name), b, 0o600))
	}
	fails(t, "znak audit restored", "serve")
	fails(t, "znak audit restored", "erase", "--resume") // nor written to
	fails(t, "does NOT hold: cut", "audit", "verify")
	fails(t, "--accept-loss", "audit", "restored")
	if out := ok(t, "audit", "restored", "--accept-loss"); !strings.Contains(out, "are lost") {
		t.Error(out)
	}
	ok(t, "audit", "verify")
}

func TestErasingAsksForTheReference(t *testing.T) {
	dir, ref, _ := withReferral(t)
	fails(t, "not a reference number", "erase", "ZN-0000-0001", "--reason", "mistake", "--yes")
	fails(t, "the reason is one of", "erase", ref, "--reason", "why not", "--yes")
	fails(t, "is not closed", "erase", ref, "--reason", "retention", "--yes")
	fails(t, "NOT closed", "erase", ref, "--reason", "mistake", "--yes")
	for answer, want := range map[string]string{"": "not confirmed", "ZN-ABCD-EFGH": "not confirmed"} {
		err := eraseCmd{Ref: ref, Reason: "mistake"}.confirm(streams{os.Stderr, os.Stderr, strings.NewReader(answer + "\n")}, &models.Referral{Ref: ref, State: models.StateClosed})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", answer, err)
		}
	}
	must(t, eraseCmd{}.confirm(streams{os.Stderr, os.Stderr, strings.NewReader(strings.ToLower(ref) + "\n")}, &models.Referral{Ref: ref, State: models.StateClosed}))
	if out := ok(t, "erase", ref, "--reason", "mistake", "--yes", "--open"); !strings.Contains(out, "gone for good") {
		t.Error(out)
	}
	fails(t, "was erased on", "erase", ref, "--reason", "mistake", "--yes")
	if out := ok(t, "erase", "--resume"); !strings.Contains(out, "Nothing to end") {
		t.Error(out)
	}
	ok(t, "audit", "verify")
	if _, err := os.Stat(filepath.Join(dir, "erasures.txt")); err != nil {
		t.Error(err)
	}
}

func TestRotatingTheMasterKeys(t *testing.T) {
	dir, _, _ := withReferral(t)
	fails(t, "run znak keys rotate first", "keys", "retire")
	if out := ok(t, "keys", "rotate", "--prepare"); !strings.Contains(out, "not in use yet") {
		t.Error(out)
	}
	if out := ok(t, "keys", "rotate"); !strings.Contains(out, "1 data keys were wrapped anew") || !strings.Contains(out, "Wrapped anew: 1 of 1") {
		t.Error(out)
	}
	fails(t, "try again after", "keys", "retire")
	ok(t, "audit", "verify")
	t.Setenv("ZNAK_ESCROW_PASSPHRASE", "шест речи које нико неће погодити")
	copied := filepath.Join(t.TempDir(), "escrow.age")
	ok(t, "keys", "escrow", copied)
	must(t, os.Remove(filepath.Join(dir, "keys.json")))
	ok(t, "keys", "recover", copied)
	ok(t, "audit", "verify")
}

func TestTheRecipientIsChecked(t *testing.T) {
	_, _, _ = withReferral(t)
	if out := ok(t, "config"); !strings.Contains(out, "ZNAK_BACKUP_RECIPIENT=age1") {
		t.Error(out)
	}
	t.Setenv("ZNAK_BACKUP_RECIPIENT", "age1nobody")
	fails(t, "ZNAK_BACKUP_RECIPIENT: not a public key", "backup", filepath.Join(t.TempDir(), "f"))
	fails(t, "ZNAK_BACKUP_RECIPIENT", "config")
	t.Setenv("ZNAK_BACKUP_RECIPIENT", "")
	fails(t, "no recipient", "backup", filepath.Join(t.TempDir(), "f"))
}
