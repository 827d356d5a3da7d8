package main

import (
	"bufio"
	"fmt"
	"os/exec"
	"regexp"
	"testing"
	"time"
)

var listening = regexp.MustCompile(`"addr":"(127\.0\.0\.1:\d+)"`)

// launch starts the service, whose settings must have it write its log as JSON,
// and waits until it listens. It is ended with the test.
func launch(t *testing.T, bin, dir string, env []string) *process {
	t.Helper()
	p := &process{t: t, bin: bin, dir: dir, said: &output{}, gone: make(chan struct{})}
	p.cmd = exec.Command(bin, "serve")
	p.cmd.Env, p.cmd.Dir = env, dir
	stderr, err := p.cmd.StderrPipe()
	must(t, err)
	must(t, p.cmd.Start())
	address := make(chan string, 1)
	go func() {
		for lines := bufio.NewScanner(stderr); lines.Scan(); {
			fmt.Fprintln(p.said, lines.Text())
			if found := listening.FindStringSubmatch(lines.Text()); found != nil {
				address <- found[1]
			}
		}
		p.endedWith = p.cmd.Wait()
		close(p.gone)
	}()
	t.Cleanup(p.kill)
	select {
	case a := <-address:
		p.base = "http://" + a
	case <-p.gone:
		t.Fatalf("the service did not start: %v\n%s", p.endedWith, p.said)
	case <-time.After(time.Minute):
		t.Fatalf("the service does not listen\n%s", p.said)
	}
	return p
}
