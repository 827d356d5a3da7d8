package courier

import (
	"time"

	"github.com/wneessen/go-mail"
)

// Hasten makes the sender give up a relay after d.
func (s *SMTP) Hasten(d time.Duration) error { return mail.WithTimeout(d)(s.client) }

// Lease is how long a worker's lease lasts.
const Lease = lease

// BatchSize is how many jobs a worker leases at once.
const BatchSize = batch
