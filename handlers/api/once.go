package api

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"znak/models"
	"znak/models/store"
)

const (
	keyHeader = "Idempotency-Key"
	keyMost   = 200 // characters of a key

	keepAnswers = 72 * time.Hour
	// lease is after how long an act that was cut off is taken on again: longer
	// than any request lasts.
	lease = 2 * time.Minute
)

// idempotencyKey returns the key of the request.
func idempotencyKey(c echo.Context) (string, error) {
	values := c.Request().Header.Values(keyHeader)
	if len(values) == 1 {
		if key := values[0]; key != "" && len(key) <= keyMost && !strings.ContainsFunc(key, unprintable) {
			return key, nil
		}
	}
	return "", problemOf(http.StatusBadRequest, "idempotency-key", "Send one header Idempotency-Key: a new random value for each act, the same when you try an act again; at most 200 printable ASCII characters.")
}

func unprintable(r rune) bool { return r < ' ' || r > '~' }

// claim takes the act on for this request. done is the answer that stands
// already, when this very request was answered before.
func (h *api) claim(c echo.Context, key, ref string, body []byte) (mine store.Answer, done *store.Answer, err error) {
	mine = store.Answer{TokenID: token(c).ID, Claim: models.NewID(),
		KeyHash: h.digest(c, "key", key), BodyHash: h.digest(c, "body", routeName(c), ref, string(body))}
	var have store.Answer
	ctx := c.Request().Context()
	err = h.Store.Tx(ctx, func(tx *store.Tx) (err error) {
		have, err = tx.Claim(mine, lease, keepAnswers)
		return err
	})
	switch {
	case err != nil:
		return mine, nil, err
	case have.BodyHash != mine.BodyHash:
		return mine, nil, problemOf(http.StatusUnprocessableEntity, "key-reused", "This Idempotency-Key was used for another act. Send each act with a key of its own.")
	case have.Status != 0:
		return mine, &have, nil
	case have.Claim != mine.Claim:
		p := problemOf(http.StatusConflict, "in-progress", "This very act is under way. Try again with the same Idempotency-Key after as long as the header Retry-After says.")
		p.wait = 5
		return mine, nil, p
	}
	return mine, nil, nil
}

// digest is what is kept of a key or a body: nobody can test a guess at what was
// sent who does not hold the token.
func (h *api) digest(c echo.Context, parts ...string) string {
	secret, _ := c.Get(bearerKey).(string)
	mac := hmac.New(sha256.New, []byte(secret))
	for _, p := range parts {
		mac.Write([]byte(p))
		mac.Write([]byte{0})
	}
	return hex.EncodeToString(mac.Sum(nil))
}
