package auth

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"strings"

	"znak/models"
	"znak/models/store"
)

// Recovery codes get in once each when the second factor is lost. 80 random
// bits: nothing can be guessed from their hashes.
const (
	recoveryCodes  = 10
	recoveryLength = 16
)

var recoveryEncoding = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// newRecovery makes recovery codes, as they are shown, and their hashes.
func newRecovery(userID string) (shown, hashes []string) {
	for range recoveryCodes {
		b := make([]byte, recoveryLength*5/8)
		rand.Read(b) // never fails: crypto/rand aborts the program instead
		code := recoveryEncoding.EncodeToString(b)
		shown = append(shown, strings.Join([]string{code[:4], code[4:8], code[8:12], code[12:]}, "-"))
		hashes = append(hashes, recoveryHash(userID, code))
	}
	return shown, hashes
}

func recoveryHash(userID, code string) string { return hashName("recovery|" + userID + "|" + code) }

// NewRecovery replaces the recovery codes of the account's owner and returns
// the new ones: the only time that they are known. Again comes before. Returns
// models.ErrNotFound for an account without a second factor.
func (s *Service) NewRecovery(ctx context.Context, by models.Actor) ([]string, error) {
	if _, err := s.Store.SecondFactor(ctx, by.ID); err != nil {
		return nil, err
	}
	shown, hashes := newRecovery(by.ID)
	err := s.Store.Tx(ctx, func(tx *store.Tx) error {
		return errors.Join(tx.PutRecoveryCodes(by.ID, hashes), s.Append(tx, own(by, "recovery-codes", rulePassword)))
	})
	return shown, err
}
