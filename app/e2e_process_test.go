package main

import (
	"bufio"
	"bytes"
	"context"
	"net/http"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// process is a demo that runs.
type process struct {
	t         *testing.T
	cmd       *exec.Cmd
	base      string // its address, http://127.0.0.1:PORT
	bin, dir  string
	said      *output
	gone      chan struct{} // closed when it has ended
	endedWith error
}

// output keeps what a process wrote, readable while it writes.
type output struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}

var addressLine = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)

// startDemo starts the demo on a free port and waits until it is ready. It is
// ended with the test.
func startDemo(t *testing.T, bin, dir string, referrals int) *process {
	t.Helper()
	p := &process{t: t, bin: bin, dir: dir, said: &output{}, gone: make(chan struct{})}
	p.cmd = exec.Command(bin, "demo", "--addr", "127.0.0.1:0", "--dir", dir, "--referrals", strconv.Itoa(referrals))
	p.cmd.Stderr = p.said
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	address := make(chan string, 1)
	go func() {
		for lines := bufio.NewScanner(stdout); lines.Scan(); {
			if a := addressLine.FindString(lines.Text()); a != "" {
				select {
				case address <- a:
				default:
				}
			}
		}
		p.endedWith = p.cmd.Wait()
		close(p.gone)
	}()
	t.Cleanup(p.kill)
	select {
	case p.base = <-address:
	case <-p.gone:
		t.Fatalf("the demo did not start: %v\n%s", p.endedWith, p.said)
	case <-time.After(time.Minute):
		t.Fatalf("the demo printed no address within a minute\n%s", p.said)
	}
	p.await("/healthz", 10*time.Second)
	p.await("/readyz", 5*time.Minute)
	return p
}

// await asks until the page answers 200.
func (p *process) await(path string, within time.Duration) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), within)
	defer cancel()
	for again := time.NewTicker(50 * time.Millisecond); ; {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.base+path, nil)
		if err != nil {
			p.t.Fatal(err)
		}
		res, err := http.DefaultClient.Do(req)
		if err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return
			}
		}
		select {
		case <-ctx.Done():
			p.t.Fatalf("%s does not answer 200 within %v\n%s", path, within, p.said)
		case <-p.gone:
			p.t.Fatalf("the demo ended by itself: %v\n%s", p.endedWith, p.said)
		case <-again.C:
		}
	}
}

// stop ends the demo as an operator does, and looks at what it leaves behind.
func (p *process) stop() {
	p.t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Fatal(err)
	}
	select {
	case <-p.gone:
	case <-time.After(40 * time.Second):
		p.kill()
		p.t.Error("the demo does not stop when it is asked to")
	}
	if p.endedWith != nil {
		p.t.Errorf("the demo stopped with %v", p.endedWith)
	}
	p.clean()
}

// kill ends the demo at once, as a power cut would end it.
func (p *process) kill() {
	_ = p.cmd.Process.Kill() // it may be gone already
	<-p.gone
}

// clean checks that the log holds no fault of the program.
func (p *process) clean() {
	p.t.Helper()
	for line := range strings.Lines(p.said.String()) {
		if strings.Contains(line, "level=ERROR") || strings.Contains(line, "DATA RACE") || strings.Contains(line, "panic") {
			p.t.Errorf("the log holds a fault:\n%s", p.said)
			return
		}
	}
}
