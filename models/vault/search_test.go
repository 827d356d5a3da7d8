package vault_test

import (
	"bytes"
	"slices"
	"testing"

	"znak/models/vault"
)

func sameHashes(a, b [][]byte) bool { return slices.EqualFunc(a, b, bytes.Equal) }

func TestSearchFindsANameInAnyScriptAndOrder(t *testing.T) {
	v, path := newFile(t)
	stored := v.WordHashes("Ђорђе Петровић")
	if len(stored) != 2 || len(stored[0]) != 16 {
		t.Fatalf("hashes: %x", stored)
	}
	for _, s := range []string{"Đorđe Petrović", "petrovic DJORDJE", "Петровић, Đorđe", "Ђорђе Ђорђе Петровић"} {
		if !sameHashes(stored, v.WordHashes(s)) {
			t.Errorf("%s is not found", s)
		}
	}
	if word := v.WordHashes("Petrovic"); len(word) != 1 || !slices.ContainsFunc(stored, func(h []byte) bool { return bytes.Equal(h, word[0]) }) {
		t.Error("one word does not find the name")
	}
	if !sameHashes(stored, open(t, path).WordHashes("Ђорђе Петровић")) {
		t.Error("hashes change with a restart")
	}
	if sameHashes(stored, vault.NewMemory().WordHashes("Ђорђе Петровић")) {
		t.Error("hashes do not depend on the key")
	}
	if v.WordHashes("-") != nil {
		t.Error("no word has a hash")
	}
}

func TestSameChild(t *testing.T) {
	v := vault.NewMemory()
	ana := v.ChildHash("Ана Петровић", 2012)
	if len(ana) != 16 {
		t.Fatalf("hash: %x", ana)
	}
	for _, s := range []string{"Petrović Ana", "PETROVIC, ana", "Ana Петровић"} {
		if !bytes.Equal(ana, v.ChildHash(s, 2012)) {
			t.Errorf("%s is not the same child", s)
		}
	}
	for name, h := range map[string][]byte{
		"another year":     v.ChildHash("Ана Петровић", 2013),
		"another name":     v.ChildHash("Ана Петров", 2012),
		"one word less":    v.ChildHash("Ана", 2012),
		"words joined":     v.ChildHash("АнаПетровић", 2012),
		"year as a word":   v.ChildHash("Ана Петровић 2012", 2012),
		"another key file": vault.NewMemory().ChildHash("Ана Петровић", 2012),
	} {
		if h == nil || bytes.Equal(ana, h) {
			t.Errorf("%s: %x", name, h)
		}
	}
	if v.ChildHash("Ана", 0) != nil || v.ChildHash("", 2012) != nil || v.ChildHash("…", 2012) != nil || v.ChildHash("Ана", -1) != nil {
		t.Error("a child that is not known has a hash")
	}
}

// A hash of words must never equal a hash of a child: a thief could tie the two
// together.
func TestHashesOfWordsAndChildrenAreKeptApart(t *testing.T) {
	v := vault.NewMemory()
	child := v.ChildHash("a", 1)
	for _, h := range v.WordHashes("a 1 a1 1a") {
		if bytes.Equal(h, child) {
			t.Error("a word has the hash of a child")
		}
	}
}
