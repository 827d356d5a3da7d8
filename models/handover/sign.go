package handover

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/go-jose/go-jose/v4"
	"github.com/gowebpki/jcs"
)

// Types in the header of a signature: what it is a signature of.
const (
	typePackage = "znak-handover"
	typeReceipt = "znak-receipt"
)

// Keys is what a package is signed with; a vault is one.
type Keys interface {
	HandoverKey() ed25519.PublicKey
	SignHandover(message []byte) []byte
}

// envelope is a package as it is kept and sent.
type envelope struct {
	Package   json.RawMessage `json:"package"`   // the canonical content
	Digest    string          `json:"digest"`    // of those bytes
	Signature string          `json:"signature"` // detached compact JWS over them
}

// Digest is how a digest is written: the SHA-256 of a package's canonical
// content.
func Digest(canonical []byte) string {
	sum := sha256.Sum256(canonical)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// sign makes the package of a content: its canonical form, signed. The whole is
// canonical too.
func sign(k Keys, c *Content) (signed []byte, digest string, err error) {
	plain, err := json.Marshal(c)
	if err != nil {
		return nil, "", err
	}
	canonical, err := jcs.Transform(plain)
	if err != nil {
		return nil, "", err
	}
	signature, err := detached(k, canonical)
	if err != nil {
		return nil, "", err
	}
	e := envelope{canonical, Digest(canonical), signature}
	var text bytes.Buffer
	w := json.NewEncoder(&text)
	w.SetEscapeHTML(false)
	if err := w.Encode(e); err != nil {
		return nil, "", err
	}
	signed, err = jcs.Transform(text.Bytes())
	return signed, e.Digest, err
}

func detached(k Keys, payload []byte) (string, error) {
	key := jose.SigningKey{Algorithm: jose.EdDSA, Key: opaque{k}}
	s, err := jose.NewSigner(key, new(jose.SignerOptions).WithType(typePackage))
	if err != nil {
		return "", err
	}
	signed, err := s.Sign(payload)
	if err != nil {
		return "", err
	}
	return signed.DetachedCompactSerialize()
}

// opaque lets the library sign without holding the key.
type opaque struct{ k Keys }

func (o opaque) Public() *jose.JSONWebKey {
	key := publicKey(o.k)
	return &key
}

func (o opaque) Algs() []jose.SignatureAlgorithm { return []jose.SignatureAlgorithm{jose.EdDSA} }

func (o opaque) SignPayload(payload []byte, _ jose.SignatureAlgorithm) ([]byte, error) {
	return o.k.SignHandover(payload), nil
}

// publicKey is the key's public half, named by its thumbprint (RFC 7638).
func publicKey(k Keys) jose.JSONWebKey {
	key, _ := named(jose.JSONWebKey{Key: k.HandoverKey(), Algorithm: string(jose.EdDSA), Use: useSign}) // an Ed25519 key has a thumbprint
	return key
}

// JWKS is the set of the portal's public keys, for the Centre to pin. It is no
// secret.
func JWKS(k Keys) []byte {
	text, err := json.MarshalIndent(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{publicKey(k)}}, "", "  ")
	if err != nil {
		panic("handover: " + err.Error()) // cannot happen: a public Ed25519 key can be written
	}
	return append(text, '\n')
}

var errPackage = errors.New("this is no package, or it was changed")

// Open checks a package against the portal's public keys, and returns what it
// says and its digest. It accepts nothing that is not signed by one of them.
func Open(signed []byte, portal *jose.JSONWebKeySet) (*Content, string, error) {
	var e envelope
	if json.Unmarshal(signed, &e) != nil {
		return nil, "", errPackage
	}
	canonical, err := jcs.Transform(e.Package)
	if err != nil || Digest(canonical) != e.Digest {
		return nil, "", errPackage
	}
	jws, err := jose.ParseDetached(e.Signature, canonical, []jose.SignatureAlgorithm{jose.EdDSA})
	if err != nil {
		return nil, "", errPackage
	}
	if _, err := verified(jws, portal, typePackage); err != nil {
		return nil, "", err
	}
	var c Content
	if json.Unmarshal(canonical, &c) != nil || c.Format != Format {
		return nil, "", errPackage
	}
	if c.FormatVersion != FormatVersion {
		return nil, "", fmt.Errorf("the package has format version %d, not %d", c.FormatVersion, FormatVersion)
	}
	return &c, e.Digest, nil
}

// verified returns what was signed, as the type, by a signing key of the set.
func verified(jws *jose.JSONWebSignature, set *jose.JSONWebKeySet, kind string) ([]byte, error) {
	if len(jws.Signatures) != 1 {
		return nil, errors.New("it has not exactly one signature")
	}
	head := jws.Signatures[0].Protected
	if head.ExtraHeaders[jose.HeaderType] != kind {
		return nil, errors.New("it is signed as something else")
	}
	for _, key := range set.Key(head.KeyID) {
		if _, ed := key.Key.(ed25519.PublicKey); !ed || key.Use != useSign {
			continue
		}
		if payload, err := jws.Verify(key); err == nil {
			return payload, nil
		}
	}
	return nil, errors.New("no known key signed it")
}
