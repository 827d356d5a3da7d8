//go:build unix

package handlers

import (
	"os/signal"
	"syscall"
)

// writable fills the disk up for this process, or makes room again: until then
// no file can be written.
func (s *site) writable(yes bool) {
	s.t.Helper()
	var limit syscall.Rlimit
	s.must(syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit))
	if yes {
		limit.Cur = limit.Max
		s.must(syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit))
		signal.Reset(syscall.SIGXFSZ)
		return
	}
	signal.Ignore(syscall.SIGXFSZ)
	limit.Cur = 0
	s.must(syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit))
	s.t.Cleanup(func() { s.writable(true) })
}
