package handover

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"

	"github.com/go-jose/go-jose/v4"
)

// What a key is for (RFC 7517).
const (
	useSign    = "sig"
	useEncrypt = "enc"
)

// How a body is encrypted: to an elliptic key of the receiver, fresh each time.
const (
	keyAgreement = jose.ECDH_ES_A256KW
	bodyCipher   = jose.A256GCM
)

// CentreKeys are the Centre's public keys: the one to which packages are
// encrypted, and those that sign its receipts.
type CentreKeys struct {
	encrypt  jose.JSONWebKey
	receipts jose.JSONWebKeySet
}

// ReadCentreKeys reads the Centre's keys: a JWK set as text, or the path of a
// file that holds one. An address is refused: whoever answers there could put
// in keys of their own.
func ReadCentreKeys(value string) (*CentreKeys, error) {
	text := []byte(value)
	if !strings.HasPrefix(strings.TrimSpace(value), "{") {
		if strings.Contains(value, "://") {
			return nil, errors.New("give the file with the Centre's keys, not an address: keys are exchanged by hand, once")
		}
		var err error
		if text, err = os.ReadFile(value); err != nil {
			return nil, err
		}
	}
	return ParseCentreKeys(text)
}

// ParseCentreKeys reads a JWK set that has exactly one key to encrypt to (use
// "enc", EC P-256, P-384 or P-521) and at least one for receipts (use "sig",
// Ed25519), public halves only.
func ParseCentreKeys(text []byte) (*CentreKeys, error) {
	set, err := parseSet(text)
	if err != nil {
		return nil, err
	}
	var out CentreKeys
	for _, k := range set.Keys {
		switch key := k.Key.(type) {
		case *ecdsa.PublicKey:
			if k.Use != useEncrypt || key.Curve == elliptic.P224() {
				return nil, fmt.Errorf("key %s: an elliptic key has use \"enc\" and curve P-256, P-384 or P-521", k.KeyID)
			}
			if out.encrypt.Key != nil {
				return nil, errors.New("there are two keys to encrypt to: leave the newer one")
			}
			out.encrypt = k
		case ed25519.PublicKey:
			if k.Use != useSign {
				return nil, fmt.Errorf("key %s: an Ed25519 key has use \"sig\"", k.KeyID)
			}
			out.receipts.Keys = append(out.receipts.Keys, k)
		default:
			return nil, fmt.Errorf("key %s is of a kind that is not used here: EC to encrypt to, Ed25519 for receipts", k.KeyID)
		}
	}
	if out.encrypt.Key == nil || len(out.receipts.Keys) == 0 {
		return nil, errors.New("it needs one key to encrypt to (EC, use \"enc\") and one that signs receipts (Ed25519, use \"sig\")")
	}
	return &out, nil
}

// ParsePortalKeys reads the portal's public keys, as JWKS writes them.
func ParsePortalKeys(text []byte) (*jose.JSONWebKeySet, error) {
	set, err := parseSet(text)
	if err != nil {
		return nil, err
	}
	if len(set.Keys) == 0 {
		return nil, errors.New("the set has no key")
	}
	return set, nil
}

// parseSet reads a set of public keys, each with a name.
func parseSet(text []byte) (*jose.JSONWebKeySet, error) {
	var set jose.JSONWebKeySet
	if err := json.NewDecoder(bytes.NewReader(text)).Decode(&set); err != nil {
		return nil, errors.New("this is no JWK set")
	}
	for i, k := range set.Keys {
		if !k.Valid() || !k.IsPublic() {
			return nil, errors.New("the set must hold valid public keys only")
		}
		var err error
		if set.Keys[i], err = named(k); err != nil {
			return nil, err
		}
	}
	return &set, nil
}

// named gives a key without a name its thumbprint for one.
func named(k jose.JSONWebKey) (jose.JSONWebKey, error) {
	if k.KeyID != "" {
		return k, nil
	}
	sum, err := k.Thumbprint(crypto.SHA256)
	k.KeyID = base64.RawURLEncoding.EncodeToString(sum)
	return k, err
}

// seal encrypts a body to the Centre: compact JWE. Nothing in its header tells
// what it is about.
func (c *CentreKeys) seal(body []byte) (string, error) {
	to := jose.Recipient{Algorithm: keyAgreement, Key: c.encrypt.Key, KeyID: c.encrypt.KeyID}
	e, err := jose.NewEncrypter(bodyCipher, to, nil)
	if err != nil {
		return "", err
	}
	jwe, err := e.Encrypt(body)
	if err != nil {
		return "", err
	}
	return jwe.CompactSerialize()
}

// Unseal decrypts what the portal sent, with the private keys of the receiver.
func Unseal(body string, private *jose.JSONWebKeySet) ([]byte, error) {
	jwe, err := jose.ParseEncryptedCompact(body, []jose.KeyAlgorithm{keyAgreement}, []jose.ContentEncryption{bodyCipher})
	if err != nil {
		return nil, errors.New("the body is not encrypted as agreed")
	}
	for _, k := range private.Key(jwe.Header.KeyID) {
		if plain, err := jwe.Decrypt(k.Key); err == nil {
			return plain, nil
		}
	}
	return nil, errors.New("the body is not encrypted to this receiver")
}

// CheckURL says what is wrong with the address of the Centre's receiving end:
// it must be HTTPS, but on this machine.
func CheckURL(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return errors.New("not an address like https://centar.example.rs/znak")
	}
	if u.User != nil || u.Fragment != "" {
		return errors.New("no user, password or fragment belongs in it: deliveries are signed")
	}
	ip := net.ParseIP(u.Hostname())
	if u.Scheme == "http" && u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return fmt.Errorf("http is for this machine alone: use https://%s", u.Host)
	}
	return nil
}
