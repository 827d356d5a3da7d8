package vault

// SealFact seals one fact row of the figures, bound to its id and padded.
// Texts over 16 MiB are refused with CodeTooLarge. Called when a referral is
// written.
func (v *Vault) SealFact(id string, plain []byte) ([]byte, error) {
	if len(plain) > maxPlain {
		return nil, errTooLarge
	}
	padded := appendPadded(make([]byte, 0, paddedSize(len(plain))), plain)
	sealed, err := v.keys.Load().figures.Encrypt(padded, factContext(id))
	if err != nil {
		return nil, ErrSealed
	}
	return sealed, nil
}

// OpenFact returns what SealFact was given for the same id, and ErrSealed for
// anything else. Called by the release of figures alone.
func (v *Vault) OpenFact(id string, sealed []byte) ([]byte, error) {
	padded, err := v.keys.Load().figures.Decrypt(sealed, factContext(id))
	if err != nil {
		return nil, ErrSealed
	}
	plain, ok := unpad(padded)
	if !ok {
		return nil, ErrSealed
	}
	return plain, nil
}

func factContext(id string) []byte { return frame("znak fact v1", id) }
