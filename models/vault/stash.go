package vault

// SealStash seals something that is kept for one person for a short while,
// such as a form that was sent after its session had ended. owner is whom it is
// kept for. Returns ErrSealed.
func (v *Vault) SealStash(owner string, plain []byte) ([]byte, error) {
	sealed, err := v.keys.Load().master.Encrypt(appendPadded(nil, plain), frame("znak stash v1", owner))
	if err != nil {
		return nil, ErrSealed
	}
	return sealed, nil
}

// OpenStash opens what SealStash sealed for the same owner. Returns ErrSealed
// for anything else.
func (v *Vault) OpenStash(owner string, sealed []byte) ([]byte, error) {
	padded, err := v.keysFor(sealed).master.Decrypt(sealed, frame("znak stash v1", owner))
	if err != nil {
		return nil, ErrSealed
	}
	plain, ok := unpad(padded)
	if !ok {
		return nil, ErrSealed
	}
	return plain, nil
}
