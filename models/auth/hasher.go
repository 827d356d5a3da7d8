package auth

import (
	"context"
	"errors"
	"fmt"
	"runtime"

	"github.com/alexedwards/argon2id"
	"golang.org/x/text/unicode/norm"

	"znak/models"
)

// Params say how much work one password costs.
type Params = argon2id.Params

// ServeParams is the work that serving asks for: 19 MiB, two passes, one lane.
func ServeParams() Params {
	return Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}
}

// DemoParams is little work, for invented accounts and tests: making a hundred
// of them takes no time, and nothing real is behind them.
func DemoParams() Params {
	return Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32}
}

// Hasher hashes and checks passwords, at most as many at a time as there are
// processors. So a flood of sign-ins takes a bounded amount of memory: the
// processors' number times Params.Memory. Any number of goroutines may use it.
type Hasher struct {
	params  Params
	slots   chan struct{}
	dummy   string // what an account that does not exist is checked against
	compare func(password, hash string) (bool, error)
}

// NewHasher makes a Hasher whose new hashes cost params.
func NewHasher(params Params) (*Hasher, error) {
	dummy, err := argon2id.CreateHash(models.NewID(), &params)
	if err != nil {
		return nil, fmt.Errorf("password hash: %w", err)
	}
	return &Hasher{params: params, slots: make(chan struct{}, runtime.GOMAXPROCS(0)), dummy: dummy,
		compare: argon2id.ComparePasswordAndHash}, nil
}

// Hash returns the hash of a password that CheckNewPassword has let pass. It
// waits for its turn; CodeUnavailable when ctx ends first.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	release, err := h.turn(ctx)
	if err != nil {
		return "", err
	}
	defer release()
	return argon2id.CreateHash(normal(password), &h.params)
}

// Check says whether the password belongs to the hash. An empty hash belongs
// to no password, and costs the same work. It waits for its turn;
// CodeUnavailable when ctx ends first.
func (h *Hasher) Check(ctx context.Context, hash, password string) (bool, error) {
	release, err := h.turn(ctx)
	if err != nil {
		return false, err
	}
	defer release()
	against := hash
	if hash == "" {
		against = h.dummy
	}
	ok, err := h.compare(normal(password), against)
	if err != nil {
		return false, fmt.Errorf("stored password hash: %w", err)
	}
	return ok && hash != "", nil
}

func (h *Hasher) turn(ctx context.Context) (release func(), err error) {
	if ctx.Err() == nil {
		select {
		case h.slots <- struct{}{}:
			return func() { <-h.slots }, nil
		case <-ctx.Done():
		}
	}
	return nil, &models.Error{Code: models.CodeUnavailable, Key: "error.unavailable",
		Err: errors.Join(errors.New("too many passwords to check at once"), ctx.Err())}
}

// normal makes "č" typed as one character and as two the same password.
func normal(password string) string { return norm.NFC.String(password) }
