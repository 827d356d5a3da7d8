package storetest

import (
	"sync"
	"time"
)

// Start is the moment at which every world begins: a Monday, ten in the
// morning in Belgrade, on a working day between working days.
var Start = time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)

// Clock stands still until a test moves it. Many goroutines may read it.
type Clock struct {
	mu sync.Mutex
	at time.Time
}

// Now returns the clock's moment.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

// Pass moves the clock forward.
func (c *Clock) Pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// Set moves the clock to t.
func (c *Clock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = t
}
