package referral_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"znak/models"
	"znak/models/store/testdb"
)

// TestCrashChild is what TestKilledInTheMiddle kills; alone it does nothing.
func TestCrashChild(t *testing.T) {
	url, dir := os.Getenv("ZNAK_CHAOS_URL"), os.Getenv("ZNAK_CHAOS_DIR")
	if url == "" {
		t.Skip("run by TestKilledInTheMiddle")
	}
	p, err := openPortal(url, dir)
	must(t, err)
	go p.log.Run(context.Background(), time.Second)
	_, faults := p.crowd(context.Background(), func(ref string) { fmt.Println("ACK " + ref) })
	t.Fatal(faults)
}

// TestKilledInTheMiddle kills the program, again and again, while many submit.
func TestKilledInTheMiddle(t *testing.T) {
	if testing.Short() {
		t.Skip("kills processes")
	}
	db, dir := testdb.New(t), t.TempDir()
	p := newPortal(t, db.URL, dir)
	a := &acked{}
	for round := range 4 {
		child := exec.Command(os.Args[0], "-test.run=^TestCrashChild$")
		child.Env = append(os.Environ(), "ZNAK_CHAOS_URL="+db.URL, "ZNAK_CHAOS_DIR="+dir)
		out, err := child.StdoutPipe()
		must(t, err)
		must(t, child.Start())
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			var ref string
			if _, err := fmt.Sscanf(lines.Text(), "ACK %s", &ref); err != nil {
				t.Logf("child: %s", lines.Text())
				continue
			}
			a.add(ref)
			if a.count() == 25*(round+1) {
				must(t, child.Process.Kill())
			}
		}
		child.Wait()
		p.examine(t, a)
	}
	if a.count() < 100 {
		t.Errorf("only %d submissions", a.count())
	}
}

// TestTwoProgramsOneKilled has a second program go on, and number the log, when
// the first is killed.
func TestTwoProgramsOneKilled(t *testing.T) {
	testdb.NeedPostgres(t)
	db, dir := testdb.New(t), t.TempDir()
	p := newPortal(t, db.URL, dir)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var running sync.WaitGroup
	running.Go(func() { p.log.Run(ctx, 100*time.Millisecond) })
	a := &acked{}
	child := exec.Command(os.Args[0], "-test.run=^TestCrashChild$")
	child.Env = append(os.Environ(), "ZNAK_CHAOS_URL="+db.URL, "ZNAK_CHAOS_DIR="+dir)
	out, err := child.StdoutPipe()
	must(t, err)
	must(t, child.Start())
	other := &acked{}
	var faults []error
	running.Go(func() {
		_, faults = p.crowd(ctx, func(ref string) {
			other.add(ref)
			if other.count() >= 150 {
				stop()
			}
		})
	})
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		var ref string
		if _, err := fmt.Sscanf(lines.Text(), "ACK %s", &ref); err == nil {
			if a.add(ref); a.count() == 40 {
				must(t, child.Process.Kill())
			}
		}
	}
	child.Wait()
	running.Wait()
	if len(faults) > 0 {
		t.Errorf("the other program: %v", faults)
	}
	a.refs = append(a.refs, other.refs...)
	p.examine(t, a)
}

// TestServerStoppedUnderLoad stops PostgreSQL, once as an operator does and once
// as a crash, while many submit, and starts it again.
func TestServerStoppedUnderLoad(t *testing.T) {
	c := testdb.NewCluster(t, "")
	p := newPortal(t, c.URL, t.TempDir())
	a, reached := &acked{}, make(chan int, 1000)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var refused int
	var faults []error
	var running sync.WaitGroup
	running.Go(func() { p.log.Run(ctx, 50*time.Millisecond) })
	running.Go(func() {
		refused, faults = p.crowd(ctx, func(ref string) {
			a.add(ref)
			select {
			case reached <- 1:
			default:
			}
		})
	})
	pass := func(n int) {
		for range n {
			<-reached
		}
	}
	for _, mode := range []string{"fast", "immediate"} {
		pass(40)
		c.Stop(mode)
		if _, err := p.store.Districts(t.Context()); models.CodeOf(err) != models.CodeUnavailable {
			t.Errorf("stopped: %v", err)
		}
		c.Start()
		for len(reached) > 0 {
			<-reached
		}
	}
	pass(40)
	stop()
	running.Wait()
	if len(faults) > 0 || refused == 0 {
		t.Errorf("%d were refused; other faults: %v", refused, faults)
	}
	p.examine(t, a)
}

// TestFullDiskUnderPostgres fills the disk while referrals are submitted: they
// are refused, nothing is half-written, and with room again all goes on.
func TestFullDiskUnderPostgres(t *testing.T) {
	testdb.NeedPostgres(t)
	dir, err := os.MkdirTemp("", "znak-small-disk-")
	must(t, err)
	t.Cleanup(func() { os.Remove(dir) })
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=160m", "tmpfs", dir).CombinedOutput(); err != nil {
		t.Skipf("a small disk cannot be mounted here: %s", out)
	}
	t.Cleanup(func() { exec.Command("umount", dir).Run() })
	c := testdb.NewCluster(t, dir)
	p := newPortal(t, c.URL, t.TempDir())
	a, ref := &acked{}, ""
	submit := func() error {
		err := p.submit(t.Context(), &ref)
		if err == nil {
			a.add(ref)
			ref = ""
		}
		return err
	}
	for range 10 {
		must(t, submit())
	}
	ballast := filepath.Join(dir, "ballast")
	fillDisk(t, ballast)
	for range 500 {
		if err = submit(); err != nil {
			break
		}
	}
	if models.CodeOf(err) != models.CodeUnavailable {
		t.Fatalf("on a full disk: %v", err)
	}
	if _, err := p.store.Districts(t.Context()); err != nil {
		t.Errorf("reading on a full disk: %v", err)
	}
	must(t, os.Remove(ballast))
	for range 10 {
		must(t, submit())
	}
	p.examine(t, a)
}

func fillDisk(t *testing.T, path string) {
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
