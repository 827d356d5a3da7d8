package demo

import (
	"testing"
)

// BenchmarkFill makes referrals; ns/op is the time of one.
func BenchmarkFill(b *testing.B) {
	w := newWorld(b, morning(b))
	b.ResetTimer()
	w.fill(b.N)
}
