package vault

import "encoding/binary"

// frame joins a label and parts so that no two different lists give the same
// bytes: each is preceded by its length. The label keeps uses of one key apart.
func frame[T string | []byte](label string, parts ...T) []byte {
	n := 4 + len(label)
	for _, p := range parts {
		n += 4 + len(p)
	}
	b := make([]byte, 0, n)
	b = binary.BigEndian.AppendUint32(b, uint32(len(label)))
	b = append(b, label...)
	for _, p := range parts {
		b = binary.BigEndian.AppendUint32(b, uint32(len(p)))
		b = append(b, p...)
	}
	return b
}
