package courier

import (
	"context"
	"slices"
	"sync"
)

// caughtKept is how many messages Caught keeps.
const caughtKept = 200

// Caught is a Sender that sends nothing: it keeps the newest messages, to be
// read. The demo has one.
type Caught struct {
	mu   sync.Mutex
	kept []Message
}

// Open never fails.
func (c *Caught) Open(context.Context) (Session, error) { return c, nil }

// Send keeps the message.
func (c *Caught) Send(_ context.Context, m Message) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.kept = append(c.kept, m)
	if over := len(c.kept) - caughtKept; over > 0 {
		c.kept = slices.Delete(c.kept, 0, over)
	}
	return nil
}

// Close does nothing.
func (c *Caught) Close() {}

// Messages returns what was caught, the newest first.
func (c *Caught) Messages() []Message {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := slices.Clone(c.kept)
	slices.Reverse(out)
	return out
}
