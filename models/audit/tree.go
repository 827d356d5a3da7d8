package audit

import (
	"context"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"znak/models/store"
)

// hashSource is where hashes of the tree are read: a transaction or a snapshot.
type hashSource interface {
	AuditHashes(ctx context.Context, idx []int64) ([][]byte, error)
}

// storedHashes reads the tree's hashes for tlog.
func storedHashes(ctx context.Context, from hashSource) tlog.HashReader {
	return tlog.HashReaderFunc(func(idx []int64) ([]tlog.Hash, error) {
		got, err := from.AuditHashes(ctx, idx)
		if err != nil {
			return nil, err
		}
		out := make([]tlog.Hash, len(got))
		for i, h := range got {
			if copy(out[i][:], h) != tlog.HashSize || len(h) != tlog.HashSize {
				return nil, fmt.Errorf("audit: hash %d of the tree has %d bytes", idx[i], len(h))
			}
		}
		return out, nil
	})
}

// growth adds leaves to a tree of which the first hashes are stored. It keeps
// nothing between transactions: one that is rolled back leaves no trace.
type growth struct {
	stored tlog.HashReader
	first  int64 // place of the first new hash
	added  []store.AuditHash
}

func newGrowth(size int64, stored tlog.HashReader) *growth {
	return &growth{stored: stored, first: tlog.StoredHashCount(size)}
}

// add adds the leaf with this place in the tree, counted from 0.
func (g *growth) add(n int64, leaf tlog.Hash) error {
	hashes, err := tlog.StoredHashesForRecordHash(n, leaf, g)
	if err != nil {
		return err
	}
	for _, h := range hashes {
		g.added = append(g.added, store.AuditHash{Idx: g.first + int64(len(g.added)), Hash: h[:]})
	}
	return nil
}

// ReadHashes reads new hashes from memory and the rest from the store.
func (g *growth) ReadHashes(idx []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(idx))
	var old []int64
	var at []int
	for i, x := range idx {
		if x >= g.first {
			out[i] = tlog.Hash(g.added[x-g.first].Hash)
		} else {
			old, at = append(old, x), append(at, i)
		}
	}
	if len(old) == 0 {
		return out, nil
	}
	got, err := g.stored.ReadHashes(old)
	for i, h := range got {
		out[at[i]] = h
	}
	return out, err
}

// frontier is the roots of the complete subtrees of a tree that is built from
// its leaves alone: what Verify compares the stored tree with.
type frontier map[int64]tlog.Hash

// add adds leaf n, counted from 0, and returns the hashes that it adds.
func (f frontier) add(n int64, leaf tlog.Hash) ([]tlog.Hash, error) {
	merged := tlog.HashReaderFunc(func(idx []int64) ([]tlog.Hash, error) {
		out, err := f.ReadHashes(idx)
		for _, x := range idx {
			delete(f, x)
		}
		return out, err
	})
	hashes, err := tlog.StoredHashesForRecordHash(n, leaf, merged)
	if err != nil {
		return nil, err
	}
	last := len(hashes) - 1
	f[tlog.StoredHashCount(n)+int64(last)] = hashes[last]
	return hashes, nil
}

// ReadHashes reads roots of complete subtrees, and nothing else.
func (f frontier) ReadHashes(idx []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(idx))
	for i, x := range idx {
		h, ok := f[x]
		if !ok {
			return nil, fmt.Errorf("audit: %d is no root of a complete subtree", x)
		}
		out[i] = h
	}
	return out, nil
}
