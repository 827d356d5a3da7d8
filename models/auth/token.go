package auth

import (
	"bytes"
	"crypto/rand"
	"encoding/base32"
	"encoding/binary"
	"hash/crc32"
	"strings"
)

// TokenPrefix begins every token of the machine interface, so that people and
// programs that look for secrets in the wrong place know one when they see it.
const TokenPrefix = "znak_"

// tokenSum is how many bytes of a token check the others.
const tokenSum = 4

var tokenEncoding = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// newToken makes a token: the prefix, then 256 random bits and their check sum
// in 58 letters and digits.
func newToken() string {
	secret := make([]byte, tokenSize)
	rand.Read(secret) // never fails: crypto/rand aborts the program instead
	return TokenPrefix + tokenEncoding.EncodeToString(append(secret, checkSum(secret)...))
}

func checkSum(secret []byte) []byte {
	return binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE(append([]byte(TokenPrefix), secret...)))
}

// WellFormed says whether the text is a token as they are made, by its check
// sum: whether it counts is another question.
func WellFormed(token string) bool {
	rest, ok := strings.CutPrefix(token, TokenPrefix)
	if !ok {
		return false
	}
	raw, err := tokenEncoding.DecodeString(rest)
	return err == nil && len(raw) == tokenSize+tokenSum && bytes.Equal(checkSum(raw[:tokenSize]), raw[tokenSize:]) &&
		tokenEncoding.EncodeToString(raw) == rest
}

func bearerHash(token string) string { return hashName("api-token|" + token) }
