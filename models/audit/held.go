package audit

import (
	"cmp"
	"slices"
)

// checkpoints are those held outside the database, the smallest first.
type checkpoints struct {
	heads []head
	bad   bool // one of them does not open
}

// held reads the checkpoints in the folder and the given ones.
func (l *Log) held(given [][]byte) (checkpoints, error) {
	var c checkpoints
	key := l.keys.Verifier()
	sizes, err := listFolder(l.folder)
	if err != nil {
		return c, err
	}
	for _, size := range sizes {
		signed, err := readFile(l.folder, size)
		if err != nil {
			return c, err
		}
		h, err := openHead(signed, key)
		c.add(h, err != nil || h.size != size)
	}
	if err := l.heldLost(&c); err != nil {
		return c, err
	}
	for _, signed := range given {
		h, err := openHead(signed, key)
		c.add(h, err != nil)
	}
	slices.SortFunc(c.heads, func(a, b head) int { return cmp.Compare(a.size, b.size) })
	return c, nil
}

func (c *checkpoints) add(h head, bad bool) {
	if c.bad = c.bad || bad; !bad {
		c.heads = append(c.heads, h)
	}
}
