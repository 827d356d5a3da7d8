package demo

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"math/rand/v2"
	"time"
)

// dice is a source of chance that always falls the same way for the same seed.
type dice struct {
	*rand.Rand
	bytes *rand.ChaCha8
}

// newDice returns the dice of one thing: the n-th of its kind.
func newDice(seed int64, kind string, n int) *dice {
	source := rand.NewChaCha8(sha256.Sum256(fmt.Appendf(nil, "%d/%s/%d", seed, kind, n)))
	return &dice{rand.New(source), source}
}

// chance is true with the probability p.
func (d *dice) chance(p float64) bool { return d.Float64() < p }

// between returns a whole number from lo to hi, both included.
func (d *dice) between(lo, hi int) int { return lo + d.IntN(hi-lo+1) }

// span returns a duration from lo to hi.
func (d *dice) span(lo, hi time.Duration) time.Duration {
	return lo + time.Duration(d.Float64()*float64(hi-lo))
}

// weigh returns an index, each as probable as its weight.
func (d *dice) weigh(weights []float64) int {
	sum := 0.0
	for _, w := range weights {
		sum += w
	}
	at := d.Float64() * sum
	for i, w := range weights {
		if at -= w; at < 0 {
			return i
		}
	}
	return len(weights) - 1
}

var idEncoding = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// id returns an identifier that looks like one of models.NewID.
func (d *dice) id() string {
	var b [16]byte
	d.bytes.Read(b[:]) // never fails
	return idEncoding.EncodeToString(b[:])
}

// one returns one of the list, each as probable as the others.
func one[T any](d *dice, list []T) T { return list[d.IntN(len(list))] }

// some returns n of the list at most, none twice, in a random order.
func some[T any](d *dice, list []T, n int) []T {
	order := d.Perm(len(list))
	out := make([]T, 0, n)
	for _, i := range order[:min(n, len(order))] {
		out = append(out, list[i])
	}
	return out
}
