package vault

import "encoding/base64"

// InvitationToken returns the secret of an invitation's link, from the
// invitation's id. It is the same each time, so that a letter that is sent
// again holds the same link, and no secret has to wait in the database: whoever
// holds the database alone cannot make it.
func (v *Vault) InvitationToken(id string) string {
	return base64.RawURLEncoding.EncodeToString(v.auditMAC(frame("znak invitation v1", []byte(id))))
}
