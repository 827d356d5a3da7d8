package vault

import (
	"bytes"
	"slices"
	"strconv"
)

// hashSize is the size of a search hash in bytes.
const hashSize = 16

// WordHashes returns the search hashes of the folded words of a name: 16 bytes
// each, without repeats, in an order that tells nothing of the words' order.
// The same call makes what is stored and what is looked for.
func (v *Vault) WordHashes(name string) [][]byte {
	var hashes [][]byte
	for _, w := range Fold(name) {
		hashes = append(hashes, v.hash(frame("znak word v1", w)))
	}
	slices.SortFunc(hashes, bytes.Compare)
	return slices.CompactFunc(hashes, bytes.Equal)
}

// ChildHash returns the hash that referrals about children of one name and year
// of birth share, in any script and order of the words. It is nil when the name
// has no word or the year is not known. Equal hashes are a hint for a person to
// judge: two children may share a name and a year.
func (v *Vault) ChildHash(name string, birthYear int) []byte {
	words := Fold(name)
	if len(words) == 0 || birthYear <= 0 {
		return nil
	}
	slices.Sort(words)
	words = slices.Compact(words)
	return v.hash(frame("znak child v1", append(words, strconv.Itoa(birthYear))...))
}

func (v *Vault) hash(message []byte) []byte {
	h, err := v.keys.Load().index.ComputePrimaryPRF(message, hashSize)
	if err != nil {
		panic("vault: the index key gives no hash") // cannot happen: newKeys tried it
	}
	return h
}
