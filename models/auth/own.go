package auth

import (
	"context"
	"errors"
	"time"

	"znak/models"
	"znak/models/store"
)

// Open is one of an account's sessions, as its owner sees it.
type Open struct {
	Hash    string // names it
	Begun   time.Time
	LastUse time.Time // to within a minute
}

// Sessions lists the actor's own open sessions, the one used last first.
func (s *Service) Sessions(ctx context.Context, a models.Actor) (out []Open, err error) {
	rows, err := s.Store.OwnSessions(ctx, a)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		deadline, _, err := jsonCodec{}.Decode(row.Data)
		if err != nil {
			return nil, err
		}
		out = append(out, Open{row.TokenHash, deadline.Add(-Lifetime), row.ExpiresAt.Time().Add(-IdleTimeout)})
	}
	return out, nil
}

// EndSession ends one of the actor's own sessions. Returns models.ErrNotFound.
func (s *Service) EndSession(ctx context.Context, by models.Actor, hash string) error {
	return s.Store.Tx(ctx, func(tx *store.Tx) error {
		return errors.Join(tx.EndSession(by, hash), s.Append(tx, own(by, "end-session", "owner")))
	})
}

// EndOthers ends all of the actor's own sessions but one.
func (s *Service) EndOthers(ctx context.Context, by models.Actor, except string) error {
	return s.Store.Tx(ctx, func(tx *store.Tx) error {
		return errors.Join(tx.EndOtherSessions(by.ID, except), s.Append(tx, own(by, "end-session", "owner")))
	})
}

// SetSelf changes the name and the language of the actor's own account. Returns
// CodeInvalid for an empty name.
func (s *Service) SetSelf(ctx context.Context, by models.Actor, name, lang string) error {
	e := own(by, "change-account", "owner")
	e.Fields = "name,lang"
	return s.Store.Tx(ctx, func(tx *store.Tx) error {
		return errors.Join(tx.SetSelf(by.ID, name, lang), s.Append(tx, e))
	})
}

// Proof changes with the account's password: what was begun with one password
// cannot be finished after it was changed.
func Proof(u models.User) string { return hashName("proof|" + u.ID + "|" + u.PasswordHash) }
