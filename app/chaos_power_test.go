package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"znak/models/store/testdb"
)

// A power cut is what the kernel itself calls one: the ext4 file system under
// the database is shut down on the spot (EXT4_IOC_SHUTDOWN, without flushing its
// journal), as its own tests do. Whatever was written and not yet forced to the
// disk is gone; what fsync has returned for is there. Then it is mounted again.
const (
	ext4Shutdown   = 0x8004587d // _IOR('X', 125, __u32)
	withoutFlush   = 2
	cuts           = 3
	roomForTheDisk = 256 << 20
)

// disk is a small disk of the test's own.
type disk struct {
	t     *testing.T
	image string
	dir   string
}

func newDisk(t *testing.T) *disk {
	t.Helper()
	d := &disk{t: t, image: filepath.Join(t.TempDir(), "disk")}
	must(t, os.WriteFile(d.image, nil, 0o600))
	must(t, os.Truncate(d.image, roomForTheDisk))
	if out, err := exec.Command("mkfs.ext4", "-q", "-F", d.image).CombinedOutput(); err != nil {
		t.Skipf("NOT TESTED: no ext4 file system can be made here (%v %s)", err, out)
	}
	d.dir = mounted(t, "-t", "ext4", "-o", "loop", d.image)
	return d
}

// cut takes the power away.
func (d *disk) cut() {
	d.t.Helper()
	f, err := os.Open(d.dir)
	must(d.t, err)
	defer f.Close()
	how := uint32(withoutFlush)
	if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, f.Fd(), ext4Shutdown, uintptr(unsafe.Pointer(&how))); errno != 0 {
		d.t.Skipf("NOT TESTED: this kernel cannot cut the power of a file system (%v)", errno)
	}
}

// restore gives it back: what is on the disk is all that is there.
func (d *disk) restore() {
	d.t.Helper()
	unmount(d.t, d.dir)
	out, err := exec.Command("mount", "-t", "ext4", "-o", "loop", d.image, d.dir).CombinedOutput()
	if err != nil {
		d.t.Fatalf("mounting again: %s", out)
	}
}

func (c *chaos) powerCutSQLite(t *testing.T) {
	d := newDisk(t)
	nothing := func() {}
	c.powerCut(t, d, newRuin(t, c.bin, d.dir, ""), func() func() { return nothing }, nothing)
}

func (c *chaos) powerCutPostgres(t *testing.T) {
	d := newDisk(t)
	cluster := testdb.NewCluster(t, d.dir)
	syscall.Sync()           // the cluster itself was made in a hurry
	crash := func() func() { // its processes end with the machine
		pid := serverPID(t, d.dir)
		return func() { must(t, syscall.Kill(pid, syscall.SIGQUIT)) }
	}
	r := newRuin(t, c.bin, t.TempDir(), cluster.URL)
	c.powerCut(t, d, r, crash, func() {
		for _, lock := range []string{"data/postmaster.pid", ".s.PGSQL.5432.lock"} { // after a real cut no process has their number
			if err := os.Remove(filepath.Join(d.dir, lock)); err != nil && !os.IsNotExist(err) {
				t.Fatal(err)
			}
		}
		cluster.Start()
	})
}

// serverPID is the number of the PostgreSQL server's first process.
func serverPID(t *testing.T, dir string) int {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "data", "postmaster.pid"))
	must(t, err)
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(first)
	must(t, err)
	return pid
}

// powerCut cuts the power of the database's disk under load: what was answered
// with success was on the disk by then.
// crash is asked beforehand how to end what else runs on the disk; start starts
// it again.
func (c *chaos) powerCut(t *testing.T, d *disk, r *ruin, crash func() func(), start func()) {
	began := time.Now()
	p := r.start()
	r.gather()
	r.mob.release()
	for range cuts {
		r.mob.await(between, 0)
		stop := crash()
		d.cut()
		r.kill(p)
		stop()
		d.restore()
		start()
		r.orphan()
		p = r.start()
	}
	r.mob.await(between, 0)
	r.mob.rest()
	c.note(r.examine("power cut, 3 times", began))
}
