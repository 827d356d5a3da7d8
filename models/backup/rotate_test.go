package backup

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"znak/models"
	"znak/models/audit"
	"znak/models/auth"
	"znak/models/store"
	"znak/models/store/storetest"
	"znak/models/vault"
)

// TestMain lets a test start a rotation in a program of its own, to kill it.
func TestMain(m *testing.M) {
	if at := os.Getenv("ZNAK_TEST_ROTATE"); at != "" {
		if err := rotateAndWait(at); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// rotateAndWait rotates and stops for ever after so many data keys.
func rotateAndWait(at string) error {
	stop, err := strconv.ParseInt(at, 10, 64)
	if err != nil {
		return err
	}
	ctx := context.Background()
	v, err := vault.Open(os.Getenv("ZNAK_TEST_KEYS"))
	if err != nil {
		return err
	}
	s, err := store.Open(ctx, os.Getenv("ZNAK_TEST_DATABASE"), time.Now)
	if err != nil {
		return err
	}
	wait := func(done int64) {
		if done == stop {
			fmt.Println("here")
			io.Copy(io.Discard, os.Stdin)
		}
	}
	r := &Rotation{Store: s, Vault: v, Audit: audit.New(s, v, "test", os.TempDir(), time.Now), Now: time.Now, Batch: 1,
		Progress: func(done, _ int64) { wait(done) }}
	if stop == 0 { // the key is new, and nothing is wrapped by it
		if _, err := v.Rotate(); err != nil {
			return err
		}
		wait(0)
	}
	_, _, err = r.Rotate(ctx, operator)
	return err
}

// killed starts a rotation and kills it there.
func (w *world) killed(path string, at int) {
	w.T.Helper()
	cmd := exec.CommandContext(w.T.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), "ZNAK_TEST_ROTATE="+strconv.Itoa(at), "ZNAK_TEST_KEYS="+path, "ZNAK_TEST_DATABASE="+w.URL)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	w.must(err)
	defer in.Close()
	out, err := cmd.StdoutPipe()
	w.must(err)
	w.must(cmd.Start())
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "here\n" {
		w.T.Fatalf("%q, %v", line, err)
	}
	w.must(cmd.Process.Kill())
	cmd.Wait()
}

func (w *world) rotation(v *vault.Vault) *Rotation {
	return &Rotation{Store: w.Store, Vault: v, Audit: audit.New(w.Store, v, "test", w.Dir, w.Clock.Now), Now: w.Clock.Now}
}

// readable says whether everything still opens, by a program that knew the keys
// of before.
func (w *world) readable(refs []string) {
	w.T.Helper()
	for _, ref := range refs {
		d, err := w.Referrals.Read(w.T.Context(), w.Actor(storetest.Coordinator), ref, "read")
		if err != nil || !strings.Contains(d.Content.Account.Observed, storetest.Marker) {
			w.T.Fatalf("%s does not open: %v", ref, err)
		}
	}
	w.Settle()
	if r, err := w.Audit.Verify(w.T.Context(), audit.Options{}); err != nil || !r.OK {
		w.T.Fatalf("%+v %v", r.Fault, err)
	}
}

// TestARotationGoesOnAfterKill: at any point, with programs that serve beside
// it, and no further key is made.
func TestARotationGoesOnAfterKill(t *testing.T) {
	w := newWorld(t)
	serving, path := w.keysOnDisk()
	w.Vault = serving
	w.Audit = audit.New(w.Store, serving, "test", w.Dir, w.Clock.Now)
	w.Referrals = w.Service()
	var refs []string
	for range 4 {
		refs = append(refs, w.Submitted(storetest.Teacher))
	}
	secret := w.factor(serving)
	first := serving.MasterKeys()[0]
	for _, at := range []int{0, 1, 3} {
		w.killed(path, at)
		w.readable(refs)
		refs = append(refs, w.Submitted(storetest.Teacher)) // the portal goes on
	}
	v, err := vault.Open(path)
	w.must(err)
	if n := len(v.MasterKeys()); n != 2 {
		t.Fatalf("%d master keys after one rotation that was cut short three times", n)
	}
	r := w.rotation(v)
	id, _, err := r.Rotate(t.Context(), operator)
	w.must(err)
	if left, err := r.left(t.Context(), id); left != 0 || err != nil {
		t.Fatalf("%d data keys are left, %v", left, err)
	}
	w.readable(refs)
	w.opens(v, secret)

	if _, err := r.Retire(t.Context(), operator); models.CodeOf(err) != models.CodeConflict {
		t.Errorf("retired at once: %v", err)
	}
	w.Clock.Pass(retireAfter + time.Minute)
	gone, err := r.Retire(t.Context(), operator)
	w.must(err)
	if !slices.Equal(gone, []uint32{first}) || !slices.Equal(v.MasterKeys(), []uint32{id}) {
		t.Errorf("retired %x, left %x", gone, v.MasterKeys())
	}
	w.must(serving.Reload())
	w.readable(refs)
	w.opens(v, secret)
}

// factor gives the coordinator a second factor and returns its secret as stored.
func (w *world) factor(v *vault.Vault) store.SecondFactor {
	w.T.Helper()
	key, wrapped, err := v.NewDataKey(auth.FactorKeyID(storetest.Coordinator))
	w.must(err)
	f := store.SecondFactor{UserID: storetest.Coordinator, Wrapped: wrapped}
	f.Secret, err = key.Seal("second_factors", storetest.Coordinator, "secret", []byte("secret"))
	w.must(err)
	w.Tx(func(tx *store.Tx) error { return tx.PutSecondFactor(f, nil) })
	return f
}

func (w *world) opens(v *vault.Vault, old store.SecondFactor) {
	w.T.Helper()
	f, err := w.Store.SecondFactor(w.T.Context(), old.UserID)
	w.must(err)
	key, err := v.Unwrap(auth.FactorKeyID(old.UserID), f.Wrapped)
	w.must(err)
	if plain, err := key.Open("second_factors", old.UserID, "secret", f.Secret); err != nil || string(plain) != "secret" {
		w.T.Fatalf("the second factor does not open: %v", err)
	}
}

// TestAMasterKeyInUseIsNotRetired: neither while a row, nor while a session
// needs it, nor before it was copied everywhere.
func TestAMasterKeyInUseIsNotRetired(t *testing.T) {
	w := newWorld(t)
	ref := w.Submitted(storetest.Teacher)
	r := w.rotation(w.Vault)
	if _, err := r.Retire(t.Context(), operator); models.CodeOf(err) != models.CodeConflict {
		t.Errorf("nothing was rotated yet: %v", err)
	}
	old := w.Vault.MasterKeys()[0]
	r.Prepared = true
	if _, _, err := r.Rotate(t.Context(), operator); !errors.Is(err, ErrNotPrepared) || len(w.Vault.MasterKeys()) != 1 {
		t.Errorf("a key that other machines do not have: %v", err)
	}
	prepared, err := r.Prepare(t.Context(), operator)
	w.must(err)
	if again, err := r.Prepare(t.Context(), operator); again != prepared || err != nil || w.Vault.MasterKeys()[0] != old {
		t.Fatalf("prepared %x, then %x, in use %x: %v", prepared, again, w.Vault.MasterKeys()[0], err)
	}
	sealed, err := w.Vault.SealStash(storetest.Teacher, []byte("form"))
	w.must(err)
	w.session("waits", storetest.Teacher, sealed)
	_, late, err := w.Vault.NewDataKey(w.Head(ref).ID) // of a program that had not seen the rotation
	w.must(err)
	id, _, err := r.Rotate(t.Context(), operator)
	w.must(err)
	if id != prepared {
		t.Fatalf("rotated to %x, not to the prepared %x", id, prepared)
	}
	w.Clock.Pass(2 * retireAfter)
	if _, err := r.Retire(t.Context(), operator); err == nil || !strings.Contains(err.Error(), "sessions") {
		t.Errorf("a session holds a form under it: %v", err)
	}
	w.Tx(func(tx *store.Tx) error { return tx.DeleteSession("waits") })
	if _, err := w.Raw().Exec("UPDATE data_keys SET wrapped = ?", late); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Retire(t.Context(), operator); err == nil || !strings.Contains(err.Error(), "data_keys") {
		t.Errorf("a data key is wrapped by it: %v", err)
	}
}

// TestABackupFromBeforeAKeyWasRetired opens with the key file of its time alone.
func TestABackupFromBeforeAKeyWasRetired(t *testing.T) {
	w := newWorld(t)
	w.Submitted(storetest.Teacher)
	then, _ := w.keysOnDisk()
	file := w.backup()
	r := w.rotation(w.Vault)
	_, _, err := r.Rotate(t.Context(), operator)
	w.must(err)
	w.Clock.Pass(2 * retireAfter)
	_, err = r.Retire(t.Context(), operator)
	w.must(err)
	if _, err := w.restorer().Run(t.Context(), operator, file, []age.Identity{w.identity}); err == nil || !strings.Contains(err.Error(), "retired since") {
		t.Errorf("with the key file of today: %v", err)
	}
	back := w.restorer()
	back.Vault = then
	back.run(t, w, file)
}
