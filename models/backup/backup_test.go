package backup

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"filippo.io/age"
	"pgregory.net/rapid"

	"znak/models"
	"znak/models/audit"
	"znak/models/store"
	"znak/models/store/storetest"
	"znak/models/vault"
)

// submitters submit until stopped, all at once.
type submitters struct {
	mu    sync.Mutex
	acked []string
	some  chan struct{} // closed once a few were acknowledged
	stop  context.CancelFunc
	done  sync.WaitGroup
}

func (w *world) submit(people int) *submitters {
	ctx, stop := context.WithCancel(w.T.Context())
	s := &submitters{some: make(chan struct{}), stop: stop}
	list := w.Checklists.All()[0].ID
	for range people {
		s.done.Go(func() {
			for ctx.Err() == nil {
				a := w.Actor(storetest.Teacher)
				d, err := w.Referrals.Begin(context.Background(), a, list, models.No)
				if err == nil {
					_, err = w.Referrals.Save(context.Background(), a, d.Ref, "test", w.Full)
				}
				if err == nil {
					_, err = w.Referrals.Submit(context.Background(), a, d.Ref)
				}
				if err != nil {
					w.T.Error(err)
					return
				}
				s.ack(d.Ref)
			}
		})
	}
	return s
}

func (s *submitters) ack(ref string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.acked = append(s.acked, ref); len(s.acked) == 16 {
		close(s.some)
	}
}

func (s *submitters) until() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.acked)
}

// TestBackupWhilePeopleSubmit: what was acknowledged before the backup is in it
// and can be read, and the log that comes back holds against what others kept.
func TestBackupWhilePeopleSubmit(t *testing.T) {
	w := newWorld(t)
	people := w.submit(8)
	<-people.some
	before := people.until()
	file := w.backup()
	people.stop()
	people.done.Wait()
	newest := w.checkpoint()

	r := w.restorer()
	r.Checkpoints = [][]byte{newest}
	_, err := r.Run(t.Context(), operator, file, []age.Identity{w.identity})
	if !errors.Is(err, audit.ErrLoss) {
		t.Fatalf("entries that an auditor's checkpoint signs are gone, and restore says %v", err)
	}
	r = w.restorer()
	r.Checkpoints, r.AcceptLoss = [][]byte{newest}, true
	out := r.run(t, w, file)
	if len(out.Report.Restored) != 1 || out.Mark.Lost <= out.Mark.Kept {
		t.Errorf("the report does not say what is lost: %+v %+v", out.Report.Restored, out.Mark)
	}
	_, log, service := r.opened(t, w)
	for _, ref := range before {
		d, err := service.Read(t.Context(), w.Actor(storetest.Coordinator), ref, "read")
		if err != nil {
			t.Fatalf("%s was acknowledged before the backup: %v", ref, err)
		}
		if !strings.Contains(d.Content.Account.Observed, storetest.Marker) {
			t.Fatalf("%s came back without what was written", ref)
		}
	}
	if _, err := log.Checkpoint(t.Context()); err != nil {
		t.Errorf("the restored log is not signed: %v", err)
	}
	report, err := log.Verify(t.Context(), audit.Options{Checkpoints: [][]byte{newest}})
	if err != nil || !report.OK {
		t.Errorf("%+v %v", report.Fault, err)
	}
}

func TestABackupIsNobodyElsesAndNeverOverwritten(t *testing.T) {
	w := newWorld(t)
	w.Submitted(storetest.Teacher)
	file := w.backup()
	info, err := os.Stat(file)
	w.must(err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
	old, err := os.ReadFile(file)
	w.must(err)
	b := &Backup{Store: w.Store, Vault: w.Vault, Audit: w.Audit, Ledger: w.ledger(), Dir: w.Dir, Program: "test", Now: w.Clock.Now}
	if _, err := b.Make(t.Context(), operator, file, []age.Recipient{w.identity.Recipient()}); !errors.Is(err, fs.ErrExist) {
		t.Errorf("over a file that is there: %v", err)
	}
	if _, err := b.Make(t.Context(), operator, file+"2", nil); models.CodeOf(err) != models.CodeInvalid {
		t.Errorf("to nobody: %v", err)
	}
	if now, _ := os.ReadFile(file); !bytes.Equal(now, old) {
		t.Error("the old backup was changed")
	}
	for _, dir := range []string{filepath.Dir(file), w.Dir} {
		left, _ := os.ReadDir(dir)
		for _, e := range left {
			if strings.HasPrefix(e.Name(), ".") {
				t.Errorf("left behind: %s", e.Name())
			}
		}
	}
	w.Settle()
	entries, err := w.Store.AuditTrail(t.Context(), operator, store.AuditFilter{Action: "backup"})
	w.must(err)
	if len(entries) != 2 || entries[0].Rule != "finished" || entries[1].Rule != "begun" || len(entries[0].Digest) == 0 {
		t.Errorf("%+v", entries)
	}
}

// TestABackupThatFailsIsNoSuccess: that it was begun is on the trail, and the
// gauge by which somebody is woken tells of the last one that there is.
func TestABackupThatFailsIsNoSuccess(t *testing.T) {
	w := newWorld(t)
	w.backup()
	w.Settle()
	good, err := w.Store.Gauges(t.Context())
	w.must(err)
	w.Clock.Pass(48 * time.Hour)
	b := &Backup{Store: w.Store, Vault: w.Vault, Audit: w.Audit, Ledger: w.ledger(), Dir: w.Dir, Program: "test", Now: w.Clock.Now}
	if _, err := b.Make(t.Context(), operator, filepath.Join(w.Dir, "not-there", "znak.backup"), []age.Recipient{w.identity.Recipient()}); err == nil {
		t.Fatal("a backup where no folder is")
	}
	w.Settle()
	now, err := w.Store.Gauges(t.Context())
	if err != nil || good.BackupAt.IsZero() || now.BackupAt != good.BackupAt {
		t.Errorf("the last success was at %v, and is told as %v, %v", good.BackupAt.Time(), now.BackupAt.Time(), err)
	}
}

func TestWhatAProgramLeftBehindIsSwept(t *testing.T) {
	dir := t.TempDir()
	dead := filepath.Join(dir, copyPrefix+"dead")
	if err := os.Mkdir(dead, 0o700); err != nil {
		t.Fatal(err)
	}
	alive, done, err := workplace(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	if err := Sweep(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dead); !errors.Is(err, fs.ErrNotExist) {
		t.Error("the copy of a dead program stays")
	}
	if _, err := os.Stat(alive); err != nil {
		t.Error("the copy of a living program was taken away")
	}
}

// TestNoChangedFileIsTaken: whatever byte is changed, cut off, put in or added.
func TestNoChangedFileIsTaken(t *testing.T) {
	w := newWorld(t)
	w.Submitted(storetest.Teacher)
	whole, err := os.ReadFile(w.backup())
	w.must(err)
	take := func(data []byte) error {
		_, err := read(bytes.NewReader(data), []age.Identity{w.identity}, w.Vault, lookOnly)
		return err
	}
	w.must(take(whole))
	rapid.Check(t, func(t *rapid.T) {
		data, at := slices.Clone(whole), rapid.IntRange(0, len(whole)-1).Draw(t, "at")
		switch rapid.SampledFrom([]string{"flip", "cut", "add", "drop", "double"}).Draw(t, "how") {
		case "flip":
			data[at] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		case "cut":
			data = data[:at]
		case "add":
			data = append(data, rapid.SliceOfN(rapid.Byte(), 1, 2000).Draw(t, "more")...)
		case "drop":
			data = append(data[:at], data[at+1:]...)
		case "double":
			data = append(data, whole...)
		}
		if err := take(data); models.CodeOf(err) != models.CodeInvalid {
			t.Fatalf("taken: %v", err)
		}
	})
}

func TestRestoreRefuses(t *testing.T) {
	w := newWorld(t)
	w.Submitted(storetest.Teacher)
	file := w.backup()
	other, err := age.GenerateX25519Identity()
	w.must(err)
	forged := filepath.Join(t.TempDir(), "forged") // by who knows whom backups are encrypted to
	f, err := os.Create(forged)
	w.must(err)
	w.must(write(f, []age.Recipient{w.identity.Recipient()}, vault.NewMemory(), Manifest{Format: archiveFormat, Version: 1}, ""))
	newer := filepath.Join(t.TempDir(), "newer")
	f, err = os.Create(newer)
	w.must(err)
	w.must(write(f, []age.Recipient{w.identity.Recipient()}, w.Vault, Manifest{Format: archiveFormat, Version: 2}, ""))
	for name, tt := range map[string]struct {
		file     string
		identity age.Identity
		vault    *vault.Vault
		want     string
	}{
		"another identity": {file, other, w.Vault, "another identity"},
		"another key file": {file, w.identity, vault.NewMemory(), "key file"},
		"forged":           {forged, w.identity, w.Vault, "key file"},
		"newer":            {newer, w.identity, w.Vault, "newer"},
	} {
		t.Run(name, func(t *testing.T) {
			r := w.restorer()
			r.Vault = tt.vault
			_, err := r.Run(t.Context(), operator, tt.file, []age.Identity{tt.identity})
			if models.CodeOf(err) != models.CodeInvalid || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v", err)
			}
			if r.path() != "" {
				if _, err := os.Stat(r.path()); !errors.Is(err, fs.ErrNotExist) {
					t.Error("something was put in place")
				}
			}
		})
	}
	r := w.restorer()
	r.run(t, w, file)
	if _, err := r.Run(t.Context(), operator, file, []age.Identity{w.identity}); models.CodeOf(err) != models.CodeConflict {
		t.Errorf("over what is there: %v", err)
	}
	r.Target = w.URL // where the portal serves
	if _, err := r.Run(t.Context(), operator, file, []age.Identity{w.identity}); models.CodeOf(err) != models.CodeConflict {
		t.Errorf("over a database that serves: %v", err)
	}
}

// TestATamperedCopyIsNotPutInPlace: somebody with the keys of the backup, though
// not of the log, changes a referral in it.
func TestATamperedCopyIsNotPutInPlace(t *testing.T) {
	w := newWorld(t)
	w.Submitted(storetest.Teacher)
	if _, err := w.Raw().Exec("UPDATE referrals SET urgency = 'immediate'"); err != nil {
		t.Fatal(err)
	}
	file := w.backup() // evidence is backed up like anything else
	_, err := w.restorer().Run(t.Context(), operator, file, []age.Identity{w.identity})
	if models.CodeOf(err) != models.CodeInvalid || !strings.Contains(err.Error(), audit.FaultRow) {
		t.Fatalf("%v", err)
	}
	r := w.restorer()
	r.DespiteFault = true
	if out := r.run(t, w, file); out.Report.OK || out.Report.Fault.Kind != audit.FaultRow {
		t.Errorf("%+v", out.Report)
	}
}

// TestABackupHoldsNoKeyAndNobodysWords, encrypted or not.
func TestABackupHoldsNoKeyAndNobodysWords(t *testing.T) {
	w := newWorld(t)
	w.Submitted(storetest.Teacher)
	v, path := w.keysOnDisk()
	keys, err := os.ReadFile(path)
	w.must(err)
	f, err := os.Open(w.backup())
	w.must(err)
	defer f.Close()
	var plain bytes.Buffer
	_, err = read(f, []age.Identity{w.identity}, v, func(Part) (io.WriteCloser, error) { return nowhere{&plain}, nil })
	w.must(err)
	if bytes.Contains(plain.Bytes(), []byte(storetest.Marker)) {
		t.Error("a backup holds what a person typed")
	}
	for line := range strings.Lines(string(keys)) {
		if line = strings.TrimSpace(line); len(line) > 40 && bytes.Contains(plain.Bytes(), []byte(line)) {
			t.Error("a backup holds a key")
		}
	}
}
