package auth

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/netip"
	"strings"
	"time"

	"znak/models"
	"znak/models/store"
)

// Limit is how many failures one counter bears within a window.
type Limit struct {
	Failures int
	Window   time.Duration
}

// Limits are the counters of signing in. Only failures count. The tight one is
// on an account from one address, so that thirty people in a training room
// behind one address do not lock each other out; the two loose ones stop
// guessing at one account from everywhere and at everything from one address.
type Limits struct {
	Pair    Limit
	Account Limit
	Address Limit
}

// DefaultLimits are the limits in use.
func DefaultLimits() Limits {
	return Limits{
		Pair:    Limit{5, 15 * time.Minute},
		Account: Limit{50, time.Hour},
		Address: Limit{200, 15 * time.Minute},
	}
}

// TooMany is a refusal for too many failures. It wraps a models.Error with
// CodeTooMany.
type TooMany struct {
	RetryAfter time.Duration // until another try is let through
}

func (e *TooMany) Error() string { return e.Unwrap().Error() }

// Unwrap gives the error its code.
func (e *TooMany) Unwrap() error { return models.E(models.CodeTooMany, "error.too_many") }

// Seconds is RetryAfter for the header of that name, at least 1.
func (e *TooMany) Seconds() int {
	return max(1, int((e.RetryAfter+time.Second-1)/time.Second))
}

// RetryAfter returns the seconds to wait that err carries, if it does.
func RetryAfter(err error) (seconds int, ok bool) {
	var t *TooMany
	if errors.As(err, &t) {
		return t.Seconds(), true
	}
	return 0, false
}

// counter is one throttle's name and limit.
type counter struct {
	name string
	Limit
}

// counters returns the three counters of a try, the tight one first.
func (l Limits) counters(email, addr string) []counter {
	account, from := "account|"+store.FoldEmail(normal(email)), "address|"+addressPrefix(addr)
	return []counter{
		{hashName(account + "|" + from), l.Pair},
		{hashName(account), l.Account},
		{hashName(from), l.Address},
	}
}

func hashName(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// addressPrefix is what stands for one place on the network: an IPv4 address,
// or the /64 that one IPv6 subscriber has.
func addressPrefix(addr string) string {
	a, err := netip.ParseAddr(strings.TrimSpace(addr))
	if err != nil {
		return "unknown"
	}
	a = a.Unmap().WithZone("")
	bits := 32
	if a.Is6() {
		bits = 64
	}
	p, err := a.Prefix(bits)
	if err != nil {
		return "unknown"
	}
	return p.String()
}
