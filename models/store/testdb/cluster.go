package testdb

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// Cluster is a PostgreSQL server of a test's own, to be stopped and started.
type Cluster struct {
	URL string // of its database
	Dir string
	t   testing.TB
}

// NewCluster starts a server in dir, or in a new folder if that is "", and stops
// it when the test ends. Tests that need one run where all tests run on
// PostgreSQL.
func NewCluster(t testing.TB, dir string) *Cluster {
	t.Helper()
	NeedPostgres(t)
	if dir == "" {
		var err error
		if dir, err = os.MkdirTemp("", "znak-cluster-"); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { os.RemoveAll(dir) })
	}
	c := &Cluster{Dir: dir, t: t}
	c.Start()
	t.Cleanup(func() { script("stop", dir, "immediate") })
	return c
}

// Start starts the server.
func (c *Cluster) Start() {
	c.t.Helper()
	out, err := script("start", c.Dir)
	if err != nil {
		log, _ := os.ReadFile(filepath.Join(c.Dir, "log"))
		c.t.Fatalf("%v: %s\n%s", err, out, log)
	}
	c.URL = strings.TrimSpace(out)
}

// Stop stops the server: "fast" as an operator does, "immediate" as a crash.
func (c *Cluster) Stop(mode string) {
	c.t.Helper()
	if out, err := script("stop", c.Dir, mode); err != nil {
		c.t.Fatalf("%v: %s", err, out)
	}
}

func script(args ...string) (string, error) {
	_, here, _, _ := runtime.Caller(0)
	out, err := exec.Command(filepath.Join(filepath.Dir(here), "../../../scripts/postgres.sh"), args...).CombinedOutput()
	return string(out), err
}
