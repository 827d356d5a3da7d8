//go:build darwin || freebsd || linux || netbsd || openbsd

package vault

import (
	"os"
	"syscall"
)

// lockDir waits until no other process changes the key file in dir, and returns
// what lets the next one in. The lock ends with the process at the latest.
func lockDir(dir string) (unlock func(), err error) {
	d, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	for err = syscall.EINTR; err == syscall.EINTR; {
		err = syscall.Flock(int(d.Fd()), syscall.LOCK_EX)
	}
	if err != nil {
		d.Close()
		return nil, err
	}
	return func() { d.Close() }, nil
}
