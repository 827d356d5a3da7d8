package handover

import (
	"encoding/json"
	"errors"

	"github.com/go-jose/go-jose/v4"
)

// ReceiptFormat names the form of a receipt.
const ReceiptFormat = "znak-receipt"

// Receipt is what the Centre signs once it has a package: that it opened the
// message, and that its signature held.
type Receipt struct {
	Format        string `json:"format"`
	FormatVersion int    `json:"format_version"`
	MessageID     string `json:"message_id"`
	Digest        string `json:"digest"` // of the package
	ReceivedAt    string `json:"received_at"`
}

// SignReceipt signs a receipt as a receiver does: compact JWS with an Ed25519
// key.
func SignReceipt(r Receipt, key jose.JSONWebKey) (string, error) {
	r.Format, r.FormatVersion = ReceiptFormat, FormatVersion
	payload, err := json.Marshal(r)
	if err != nil {
		return "", err
	}
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.EdDSA, Key: key}, new(jose.SignerOptions).WithType(typeReceipt))
	if err != nil {
		return "", err
	}
	signed, err := s.Sign(payload)
	if err != nil {
		return "", err
	}
	return signed.CompactSerialize()
}

// receipt checks a receipt's signature and returns what it says.
func (c *CentreKeys) receipt(text string) (Receipt, error) {
	var r Receipt
	jws, err := jose.ParseSignedCompact(text, []jose.SignatureAlgorithm{jose.EdDSA})
	if err != nil {
		return r, errors.New("this is no receipt")
	}
	payload, err := verified(jws, &c.receipts, typeReceipt)
	if err != nil {
		return r, err
	}
	if json.Unmarshal(payload, &r) != nil || r.Format != ReceiptFormat || r.FormatVersion != FormatVersion {
		return r, errors.New("this is no receipt of a form that is known here")
	}
	return r, nil
}
