package store

import "sync/atomic"

// commits counts what became of this process' transactions.
type commits struct{ done, failed atomic.Uint64 }

func (c *commits) count(err error) {
	if err != nil {
		c.failed.Add(1)
		return
	}
	c.done.Add(1)
}

// Commits returns how many write transactions this process has committed since
// it opened the database, and how many came to nothing: refused by a rule, or
// because the database was away.
func (s *Store) Commits() (done, failed uint64) {
	return s.commits.done.Load(), s.commits.failed.Load()
}
