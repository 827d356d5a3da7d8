package models

import (
	"crypto/rand"
	"io"
	"strings"
)

// crockford is Crockford's base-32 alphabet: no I, L, O or U.
const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// refModulus is the modulus of a reference's check character. Since 32 is 1
// modulo 31, the check is that of the sum of the characters: it finds a wrong
// character (but 0 taken for Z), not two that changed places.
const refModulus = 31

// NewReference returns a random reference number such as "ZN-7K3M-9QX4":
// seven random Crockford base-32 characters and a check character. It can be
// read over the telephone, does not count and cannot be guessed in order.
func NewReference() string { return ReferenceFrom(rand.Reader) }

// ReferenceFrom makes a reference from a source of random bytes; only a demo,
// whose data must be the same each time, has one that is not random.
func ReferenceFrom(source io.Reader) string {
	var b [7]byte
	if _, err := io.ReadFull(source, b[:]); err != nil {
		panic(err) // crypto/rand never fails
	}
	for i := range b {
		b[i] = crockford[b[i]&31]
	}
	return formatReference(string(b[:]))
}

func formatReference(seven string) string {
	return "ZN-" + seven[:4] + "-" + seven[4:] + string(crockford[refCheck(seven)])
}

func refCheck(seven string) int {
	n := 0
	for _, c := range seven {
		n = (n*32 + strings.IndexRune(crockford, c)) % refModulus
	}
	return n
}

// ParseReference reads a reference as a person types it: any case, with or
// without prefix and hyphens, O for 0 and I or L for 1. It returns the
// canonical form, and false when the check character does not fit.
func ParseReference(s string) (string, bool) {
	s = strings.ToUpper(strings.TrimSpace(s))
	s = strings.TrimPrefix(s, "ZN-")
	s = strings.Map(func(r rune) rune {
		switch r {
		case '-', ' ':
			return -1
		case 'O':
			return '0'
		case 'I', 'L':
			return '1'
		}
		return r
	}, s)
	if len(s) == 10 {
		s = strings.TrimPrefix(s, "ZN")
	}
	if len(s) != 8 {
		return "", false
	}
	for _, c := range s {
		if !strings.ContainsRune(crockford, c) {
			return "", false
		}
	}
	ref := formatReference(s[:7])
	if ref[len(ref)-1] != s[7] {
		return "", false
	}
	return ref, true
}
