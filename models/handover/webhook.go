package handover

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// Headers of a delivery, as the Standard Webhooks specification names them.
const (
	HeaderID        = "Webhook-Id"
	HeaderTimestamp = "Webhook-Timestamp"
	HeaderSignature = "Webhook-Signature"
)

// asymmetric is that specification's name for an Ed25519 signature.
const asymmetric = "v1a"

// tolerance is how far the clocks of both ends may be apart.
const tolerance = 5 * time.Minute

// signedContent is what the signature of a delivery is of.
func signedContent(id string, at int64, body []byte) []byte {
	return append([]byte(id+"."+strconv.FormatInt(at, 10)+"."), body...)
}

// signHeaders signs a delivery.
func signHeaders(h http.Header, k Keys, id string, at time.Time, body []byte) {
	signature := k.SignHandover(signedContent(id, at.Unix(), body))
	h.Set(HeaderID, id)
	h.Set(HeaderTimestamp, strconv.FormatInt(at.Unix(), 10))
	h.Set(HeaderSignature, asymmetric+","+base64.StdEncoding.EncodeToString(signature))
}

// CheckHeaders checks the signature of a delivery against the portal's public
// keys, and its moment against now. It returns the message's id.
func CheckHeaders(h http.Header, portal *jose.JSONWebKeySet, now time.Time, body []byte) (string, error) {
	id := h.Get(HeaderID)
	at, err := strconv.ParseInt(h.Get(HeaderTimestamp), 10, 64)
	if err != nil || id == "" {
		return "", errors.New("the headers of a delivery are missing")
	}
	if d := now.Sub(time.Unix(at, 0)); d > tolerance || d < -tolerance {
		return "", errors.New("it was sent too long ago, or the clocks differ")
	}
	content := signedContent(id, at, body)
	for one := range strings.FieldsSeq(h.Get(HeaderSignature)) {
		text, ok := strings.CutPrefix(one, asymmetric+",")
		signature, err := base64.StdEncoding.DecodeString(text)
		if !ok || err != nil {
			continue
		}
		for _, k := range portal.Keys {
			if key, ed := k.Key.(ed25519.PublicKey); ed && ed25519.Verify(key, content, signature) {
				return id, nil
			}
		}
	}
	return "", errors.New("no known key signed it")
}
