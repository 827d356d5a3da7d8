package vault

import (
	"encoding/binary"

	"znak/models"
)

const (
	prefixSize = 4        // length of the text, before it
	smallBlock = 256      // up to smallLimit
	smallLimit = 2 << 10  // padded size up to which small blocks are used
	largeBlock = 1 << 10  // above smallLimit
	maxPlain   = 16 << 20 // longest text that can be sealed
)

// errTooLarge is returned for a text longer than maxPlain.
var errTooLarge = models.E(models.CodeTooLarge, "error.too_large")

// paddedSize returns the size to which a text of n bytes is padded.
func paddedSize(n int) int {
	n += prefixSize
	block := smallBlock
	if n > smallLimit {
		block = largeBlock
	}
	return (n + block - 1) / block * block
}

// appendPadded appends the length of plain, plain, and zeros up to the next
// block.
func appendPadded(dst, plain []byte) []byte {
	end := len(dst) + paddedSize(len(plain))
	dst = binary.BigEndian.AppendUint32(dst, uint32(len(plain)))
	dst = append(dst, plain...)
	return append(dst, make([]byte, end-len(dst))...)
}

// unpad undoes appendPadded. It returns false for anything that appendPadded
// cannot have made.
func unpad(padded []byte) ([]byte, bool) {
	if len(padded) < prefixSize {
		return nil, false
	}
	n := binary.BigEndian.Uint32(padded)
	if n > maxPlain || paddedSize(int(n)) != len(padded) {
		return nil, false
	}
	end := prefixSize + int(n)
	for _, b := range padded[end:] {
		if b != 0 {
			return nil, false
		}
	}
	return padded[prefixSize:end:end], true
}
