package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"znak/models/store/testdb"
)

// mounted mounts something on a folder of the test's own. Where that is not
// allowed the test is left out, in so many words.
func mounted(t *testing.T, args ...string) (dir string) {
	t.Helper()
	dir, err := os.MkdirTemp("", "znak-chaos-")
	must(t, err)
	t.Cleanup(func() { _ = os.Remove(dir) }) // fails, as it should, if something is still mounted
	if out, err := exec.Command("mount", append(args, dir)...).CombinedOutput(); err != nil {
		t.Skipf("NOT TESTED: nothing can be mounted here (%s): run make chaos as root", out)
	}
	t.Cleanup(func() { unmount(t, dir) })
	return dir
}

func unmount(t *testing.T, dir string) {
	t.Helper()
	until(t, "unmounting "+dir, func() bool { return exec.Command("umount", dir).Run() == nil })
}

func (c *chaos) fullDiskSQLite(t *testing.T) {
	dir := mounted(t, "-t", "tmpfs", "-o", "size=24m", "tmpfs")
	c.fullDisk(t, newRuin(t, c.bin, dir, ""), dir)
}

func (c *chaos) fullDiskPostgres(t *testing.T) {
	dir := mounted(t, "-t", "tmpfs", "-o", "size=200m", "tmpfs")
	cluster := testdb.NewCluster(t, dir)
	c.fullDisk(t, newRuin(t, c.bin, t.TempDir(), cluster.URL), dir)
}

// fullDisk fills the disk up under load, and makes room again: until then what
// writes is refused clearly and what needs no writing goes on, and afterwards
// all goes on without a hand.
func (c *chaos) fullDisk(t *testing.T, r *ruin, dir string) {
	began := time.Now()
	p := r.start()
	r.gather()
	r.mob.release()
	for range 2 {
		r.mob.await(between, 0)
		ballast := filepath.Join(dir, "ballast")
		fill(t, ballast)
		r.mob.await(0, 4*submitters)
		if a, err := newClient(p.base).get("/help"); err != nil || a.status != 200 {
			t.Errorf("on a full disk a page that needs no writing answers %d, %v", a.status, err)
		}
		must(t, os.Remove(ballast))
	}
	r.mob.await(between, 0)
	r.mob.rest()
	r.orphan() // a letter that left while its leaving could not be noted
	c.note(r.examine("disk full and room again, twice", began))
}

// fill takes all the room that is left.
func fill(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	must(t, err)
	defer f.Close()
	for size := 1 << 20; size >= 512; {
		if _, err := f.Write(make([]byte, size)); err != nil {
			size /= 2
		}
	}
}
