package auth

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"time"

	"znak/models"
	"znak/models/store"
)

// InvitationLasts is how long an invitation can be used.
const InvitationLasts = 72 * time.Hour

// tokenSize is how many random bytes an invitation's token has.
const tokenSize = 32

// invite gives the account a new invitation and returns its token: the only
// time that it is known. Where a letter tells of it, the token is "".
func (s *Service) invite(tx *store.Tx, userID string) (token string, err error) {
	if s.Post != nil {
		return "", s.post(tx, userID)
	}
	b := make([]byte, tokenSize)
	rand.Read(b) // never fails: crypto/rand aborts the program instead
	token = base64.RawURLEncoding.EncodeToString(b)
	return token, tx.PutInvitation(store.Invitation{UserID: userID, TokenHash: tokenHash(token),
		ExpiresAt: models.StampOf(tx.Now().Add(InvitationLasts))})
}

func tokenHash(token string) string { return hashName("invitation|" + token) }

// Invited returns the account that an invitation is for; anybody who has its
// token may call it. Returns models.ErrNotFound for one that is unknown, over
// or used, and for a disabled account.
func (s *Service) Invited(ctx context.Context, token string) (models.User, error) {
	return s.Store.Invited(ctx, tokenHash(token))
}

// Accept uses an invitation up: it sets the account's password, ends its
// sessions and returns it. It is a sign-in unless the account has a second
// factor, which it keeps: then CheckCode comes next. Returns CodeInvalid for a
// password that CheckNewPassword refuses, which leaves the invitation open, and
// models.ErrNotFound like Invited.
func (s *Service) Accept(ctx context.Context, token, password, requestID string) (*models.User, error) {
	user, err := s.Invited(ctx, token)
	if err != nil {
		return nil, err
	}
	if err := CheckNewPassword(password, user.Email); err != nil {
		return nil, err
	}
	hash, err := s.Hasher.Hash(ctx, password)
	if err != nil {
		return nil, err
	}
	entry := models.AuditEntry{Action: "set-password", Outcome: models.AuditDone, Rule: "invitation", RequestID: requestID, Times: 1}
	name(&entry, user)
	entries := []models.AuditEntry{entry}
	if !user.SecondFactor {
		entry.Action = actionSignIn
		entries = append(entries, entry)
	}
	err = s.Store.Tx(ctx, func(tx *store.Tx) error {
		err := tx.UseInvitation(tokenHash(token))
		return errors.Join(err, tx.SetPassword(user.ID, hash), s.Append(tx, entries...))
	})
	if err != nil {
		return nil, err
	}
	user.PasswordHash = hash
	return &user, nil
}

// SetPassword changes the password of the account's owner and ends all its
// sessions. Again comes before. Returns CodeInvalid for a password that
// CheckNewPassword refuses.
func (s *Service) SetPassword(ctx context.Context, by models.Actor, email, password string) error {
	if err := CheckNewPassword(password, email); err != nil {
		return err
	}
	hash, err := s.Hasher.Hash(ctx, password)
	if err != nil {
		return err
	}
	return s.Store.Tx(ctx, func(tx *store.Tx) error {
		return errors.Join(tx.SetPassword(by.ID, hash), s.Append(tx, own(by, "set-password", rulePassword)))
	})
}

// own begins the entry of an act on one's own account.
func own(by models.Actor, action, rule string) models.AuditEntry {
	e := models.AuditBy(by, action)
	e.Object, e.Rule = object(by.ID), rule
	return e
}

// object names an account on the trail.
func object(userID string) string { return "user:" + userID }
