package backup

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"filippo.io/age"

	"znak/models"
	"znak/models/audit"
	"znak/models/store"
	"znak/models/vault"
)

// Restore brings a backup into an empty place.
type Restore struct {
	Vault        *vault.Vault
	Target       string // address of the database, which must not be there, or be empty
	Dir          string // of the installation: checkpoints and the ledger of erasures
	Program      string
	Now          func() time.Time
	Checkpoints  [][]byte // that others kept
	Ledgers      []string // files of ledgers that were kept elsewhere
	AcceptLoss   bool     // entries that checkpoints sign may be lost; the log says so for ever
	DespiteFault bool     // bring it back although its audit log does not hold
}

// Restored is what came of it.
type Restored struct {
	Manifest
	Mark   audit.Restored
	Erased []string // references of what was erased after the backup, and is again
	Report audit.Report
}

// Run restores. Everything is checked before anything is in its place: the file
// to its last byte, the database, its audit log against the backup's own
// checkpoint and those outside, and the ledger of erasures is replayed. A SQLite
// file gets its name at the very end; a PostgreSQL database gets the version of
// its schema then, without which no program serves on it. Returns CodeConflict
// for a place that is not empty, CodeInvalid for a file that is not what it must
// be, and audit.ErrLoss, with Mark, when entries are lost and AcceptLoss is not
// set.
func (r *Restore) Run(ctx context.Context, by models.Actor, file string, identities []age.Identity) (Restored, error) {
	if err := r.vacant(ctx); err != nil {
		return Restored{}, err
	}
	if err := Sweep(r.Dir); err != nil {
		return Restored{}, err
	}
	dir, done, err := workplace(r.Dir)
	if err != nil {
		return Restored{}, err
	}
	defer done()
	var out Restored
	if out.Manifest, err = r.unpack(file, dir, identities); err != nil {
		return out, err
	}
	s, err := r.load(ctx, dir, out.Manifest)
	if err != nil {
		return out, err
	}
	err = r.finish(ctx, by, s, dir, &out)
	if err == nil && s.Kind() == postgres {
		err = s.Release(ctx, filepath.Join(dir, databaseName))
	}
	if err := errors.Join(err, s.Close()); err != nil {
		return out, r.unfinished(err)
	}
	return out, r.settle(dir)
}

const postgres = "postgres"

// path is the target's file; "" for a server.
func (r *Restore) path() string {
	path, _ := strings.CutPrefix(r.Target, "sqlite:")
	if path == r.Target {
		return ""
	}
	return path
}

// vacant refuses a target that holds something.
func (r *Restore) vacant(ctx context.Context) error {
	if path := r.path(); path != "" {
		for _, name := range []string{path, path + "-wal", path + "-shm"} {
			if _, err := os.Lstat(name); !errors.Is(err, fs.ErrNotExist) {
				return models.Errorf(models.CodeConflict, "", "%s is there: restore never overwrites; stop the portal and move it away, or restore elsewhere", name)
			}
		}
		return nil
	}
	s, err := store.Open(ctx, r.Target, r.Now)
	if err != nil {
		return err
	}
	empty, err := s.Empty(ctx)
	if err == nil && !empty {
		err = models.Errorf(models.CodeConflict, "", "the database is not empty: restore never overwrites; make a new one for it")
	}
	return errors.Join(err, s.Close())
}

// unpack checks the file and writes its parts to dir.
func (r *Restore) unpack(file, dir string, identities []age.Identity) (Manifest, error) {
	f, err := os.Open(file)
	if err != nil {
		return Manifest{}, err
	}
	defer f.Close()
	m, err := read(f, identities, r.Vault, into(dir))
	if err != nil {
		return m, err
	}
	need, err := store.SchemaNeeded()
	if err != nil {
		return m, err
	}
	target := "sqlite"
	if r.path() == "" {
		target = postgres
	}
	switch {
	case m.Database != target:
		return m, refuse("it is of a %s database, the place is for %s", m.Database, target)
	case m.Schema > need:
		return m, refuse("its schema is %d, newer than this program's %d: use the program that made it (%s) or a newer one", m.Schema, need, m.Program)
	case m.Schema < need && target == postgres:
		return m, refuse("its schema is %d: restore it with the program that made it (%s), then run znak migrate with this one", m.Schema, m.Program)
	}
	for _, id := range m.MasterKeys {
		if !slices.Contains(r.Vault.MasterKeys(), id) {
			return m, refuse("it needs master key %08x, which was retired since: bring back the key file of its time from an escrow copy", id)
		}
	}
	return m, nil
}

// load opens what was unpacked; on PostgreSQL, after loading it into the target.
func (r *Restore) load(ctx context.Context, dir string, m Manifest) (*store.Store, error) {
	database := filepath.Join(dir, databaseName)
	if m.Database == postgres {
		s, err := store.Open(ctx, r.Target, r.Now)
		if err != nil {
			return nil, err
		}
		if err := s.Load(ctx, database); err != nil {
			return nil, errors.Join(err, s.Close())
		}
		return s, nil
	}
	s, err := store.Open(ctx, "sqlite:"+database, r.Now)
	if err != nil {
		return nil, err
	}
	if err := s.Check(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if _, err := s.Migrate(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}
