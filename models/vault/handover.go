package vault

import "crypto/ed25519"

// HandoverKey returns the public half of the key that signs what the Centre
// gets. It is no secret: the Centre keeps it, to know what is ours.
func (v *Vault) HandoverKey() ed25519.PublicKey {
	return v.keys.Load().handover.Public().(ed25519.PublicKey)
}

// SignHandover signs a message to the Centre. models/handover alone calls it:
// what is signed says itself what it is, so that no signature fits elsewhere.
func (v *Vault) SignHandover(message []byte) []byte {
	return ed25519.Sign(v.keys.Load().handover, message)
}
