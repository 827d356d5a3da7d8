package vault_test

import (
	"testing"

	"znak/models/vault"
)

func BenchmarkSeal(b *testing.B) {
	key, _ := newKey(b, vault.NewMemory(), "a")
	text := make([]byte, 400)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := key.Seal("t", "r", "c", text); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpen(b *testing.B) {
	key, _ := newKey(b, vault.NewMemory(), "a")
	sealed := seal(b, key, string(make([]byte, 400)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := key.Open("referrals", "r1", "content", sealed); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkNewDataKey(b *testing.B) {
	v, _ := newFile(b)
	for b.Loop() {
		newKey(b, v, "a")
	}
}

func BenchmarkUnwrap(b *testing.B) {
	v, _ := newFile(b)
	_, wrapped := newKey(b, v, "a")
	for b.Loop() {
		if _, err := v.Unwrap("a", wrapped); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkWordHashes(b *testing.B) {
	v := vault.NewMemory()
	for b.Loop() {
		v.WordHashes("Ђорђе Петровић")
	}
}
