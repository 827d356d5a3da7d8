package auth

import (
	"context"

	"znak/models"
	"znak/models/store"
)

// What the trail says of a token that was refused.
const (
	actionBearer = "api"

	ruleMalformed = "malformed"
	ruleRevoked   = "revoked"
	ruleExpired   = "expired"
	ruleWaiting   = "not-approved"
	ruleRights    = "rights"
	ruleFactor    = "second-factor"
)

// Bearer returns whom a token of the machine interface acts as; anybody may call
// it. addr is the caller's network address. A token that is unknown, revoked,
// expired or not approved yet, or whose account is closed or has another role,
// is one and the same CodeUnauthorised, and on the trail; too many of them from
// one address give *TooMany. A token that counts passes even then: nobody
// guesses 256 bits, and who sends bad ones must not cut off a neighbour.
func (s *Service) Bearer(ctx context.Context, token, addr, requestID string) (models.Actor, store.Token, error) {
	t, u, rule, err := s.bearer(ctx, token)
	if err != nil {
		return models.Actor{}, t, err
	}
	if rule != "" {
		return models.Actor{}, t, s.refuseBearer(ctx, t, u, rule, addr, requestID)
	}
	if today := s.Now().UTC().Format(day); t.LastDay != today {
		if err := s.Store.Tx(ctx, func(tx *store.Tx) error { return tx.TokenUsed(t.ID, today) }); err != nil {
			return models.Actor{}, t, err
		}
	}
	return models.Actor{ID: u.ID, Role: u.Role, RequestID: requestID}, t, nil
}

// bearer looks the token up. rule says why it is refused, "" when it is not.
func (s *Service) bearer(ctx context.Context, token string) (t store.Token, u models.User, rule string, err error) {
	if !WellFormed(token) {
		return t, u, ruleMalformed, nil
	}
	t, err = s.Store.TokenByHash(ctx, bearerHash(token))
	if models.CodeOf(err) == models.CodeNotFound {
		return store.Token{}, u, ruleUnknown, nil
	} else if err != nil {
		return t, u, "", err
	}
	if u, err = s.Store.UserByID(ctx, t.UserID); err != nil {
		return t, u, "", err
	}
	now := models.StampOf(s.Now())
	switch {
	case t.RevokedAt != 0:
		rule = ruleRevoked
	case t.ExpiresAt <= now:
		rule = ruleExpired
	case t.ApprovedAt == 0:
		rule = ruleWaiting
	case u.Disabled:
		rule = ruleDisabled
	case u.Role != t.Role:
		rule = ruleRights
	case s.MustEnrol(&u):
		rule = ruleFactor
	}
	return t, u, rule, nil
}

// refuseBearer counts a refusal and puts it on the trail, by the token's id
// where there is one, never by the token.
func (s *Service) refuseBearer(ctx context.Context, t store.Token, u models.User, rule, addr, requestID string) error {
	e := models.AuditEntry{Action: actionBearer, Outcome: models.AuditFailed, Rule: rule, RequestID: requestID, Times: 1}
	if t.ID != "" {
		e.Object = TokenObject(t.ID)
		name(&e, u)
	}
	err := s.reserve(ctx, []counter{{hashName("bearer|" + addressPrefix(addr)), s.Limits.Address}})
	if models.CodeOf(err) == models.CodeTooMany {
		e.Outcome, e.Rule = models.AuditDenied, ruleThrottled
		return s.tell(ctx, addr, e, err)
	}
	if err != nil {
		return err
	}
	return s.tell(ctx, addr, e, models.E(models.CodeUnauthorised, "error.unauthorised"))
}
