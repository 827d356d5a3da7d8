package backup

import (
	"os"
	"path/filepath"
	"testing"

	"filippo.io/age"

	"znak/models"
	"znak/models/audit"
	"znak/models/referral"
	"znak/models/store"
	"znak/models/store/storetest"
	"znak/models/store/testdb"
	"znak/models/vault"
)

var operator = models.Actor{ID: "operator", Role: models.RoleOperator}

// world is an installation with somebody to encrypt its backups to.
type world struct {
	*storetest.World
	identity *age.X25519Identity
}

func newWorld(t *testing.T) *world {
	t.Helper()
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	return &world{storetest.New(t), identity}
}

func (w *world) must(err error) {
	w.T.Helper()
	if err != nil {
		w.T.Fatal(err)
	}
}

func (w *world) ledger() *Ledger { return NewLedger(w.Dir, w.Vault) }

func (w *world) eraser() *Eraser {
	return &Eraser{Store: w.Store, Audit: w.Audit, Ledger: w.ledger(), Now: w.Clock.Now}
}

func (w *world) erase(ref string) Erased {
	w.T.Helper()
	done, err := w.eraser().Erase(w.T.Context(), operator, ref, models.ReasonCourtOrder)
	w.must(err)
	return done
}

// backup makes one and returns its file.
func (w *world) backup() string {
	w.T.Helper()
	file := filepath.Join(w.T.TempDir(), "znak.backup")
	b := &Backup{Store: w.Store, Vault: w.Vault, Audit: w.Audit, Ledger: w.ledger(), Dir: w.Dir, Program: "test", Now: w.Clock.Now}
	m, err := b.Make(w.T.Context(), operator, file, []age.Recipient{w.identity.Recipient()})
	w.must(err)
	w.must(m.Unsigned)
	return file
}

// restorer restores into a new, empty place.
func (w *world) restorer() *Restore {
	w.T.Helper()
	dir := w.T.TempDir()
	target := "sqlite:" + filepath.Join(dir, "znak.db")
	if testdb.OnPostgres() {
		target = testdb.Empty(w.T).URL
	}
	return &Restore{Vault: w.Vault, Target: target, Dir: dir, Program: "test", Now: w.Clock.Now}
}

func (r *Restore) run(t testing.TB, w *world, file string) Restored {
	t.Helper()
	out, err := r.Run(t.Context(), operator, file, []age.Identity{w.identity})
	if err != nil {
		t.Fatal(err)
	}
	if left, _ := filepath.Glob(filepath.Join(r.Dir, copyPrefix+"*")); len(left) > 0 {
		t.Errorf("a plain copy was left behind: %q", left)
	}
	return out
}

// opened is what was restored, as a program opens it.
func (r *Restore) opened(t testing.TB, w *world) (*store.Store, *audit.Log, *referral.Service) {
	t.Helper()
	s, err := store.Open(t.Context(), r.Target, w.Clock.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	if have, need, err := s.Schema(t.Context()); err != nil || have != need {
		t.Fatalf("schema %d of %d, %v", have, need, err)
	}
	log := audit.New(s, r.Vault, "test", r.Dir, w.Clock.Now)
	return s, log, w.Service(func(service *referral.Service) { service.Store, service.Audit, service.Vault = s, log, r.Vault })
}

// checkpoint signs the log as it is, and returns what an auditor keeps.
func (w *world) checkpoint() []byte {
	w.T.Helper()
	signed, err := w.Audit.Checkpoint(w.T.Context())
	w.must(err)
	return signed
}

func (w *world) write(path, text string) {
	w.T.Helper()
	w.must(os.WriteFile(path, []byte(text), 0o600))
}

// keysOnDisk gives the world a key file, and returns a vault that is open on it.
func (w *world) keysOnDisk() (*vault.Vault, string) {
	w.T.Helper()
	path := filepath.Join(w.T.TempDir(), "keys.json")
	w.must(w.Vault.Save(path))
	v, err := vault.Open(path)
	w.must(err)
	return v, path
}
