package auth

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"znak/models"
	"znak/models/store"
)

// How long a token lasts, in days, and how many an account can have.
const (
	TokenDays    = 90
	TokenMaxDays = 365
	TokenLimit   = 10
	TokenLabel   = 60 // characters of its name
)

// MakeToken makes a token of the machine interface for the actor's own account;
// label is what its owner calls it. It is returned this once. Where the account
// reads referrals of others it waits for a second person of the same body (see
// Decide). Again comes before. Returns CodeForbidden for a role whose accounts
// have none, CodeInvalid for a label, scopes or days that cannot be, and
// CodeConflict for one too many.
func (s *Service) MakeToken(ctx context.Context, by models.Actor, label string, scopes []models.Scope, days int) (token string, waits bool, err error) {
	if !by.Role.May(models.PermToken) {
		return "", false, models.E(models.CodeForbidden, "error.forbidden")
	}
	label = strings.TrimSpace(label)
	if err := checkToken(by.Role, label, scopes, days); err != nil {
		return "", false, err
	}
	token, waits = newToken(), by.Role.ReadsOthers()
	t := store.Token{ID: models.NewID(), Hash: bearerHash(token), UserID: by.ID, Role: by.Role, Label: label, Scopes: joined(by.Role, scopes)}
	err = s.Store.Tx(ctx, func(tx *store.Tx) error {
		live, err := tx.LiveTokens(by.ID)
		if err != nil {
			return err
		}
		if len(live) >= TokenLimit {
			return models.E(models.CodeConflict, "token.too_many")
		}
		t.MadeAt, t.ExpiresAt = models.StampOf(tx.Now()), models.StampOf(tx.Now().AddDate(0, 0, days))
		if !waits {
			t.ApprovedBy, t.ApprovedAt = by.ID, t.MadeAt
		}
		return s.addToken(tx, by, t, waits)
	})
	if err != nil {
		return "", false, err
	}
	return token, waits, nil
}

func (s *Service) addToken(tx *store.Tx, by models.Actor, t store.Token, waits bool) error {
	if err := tx.AddToken(t); err != nil {
		return err
	}
	e := models.AuditBy(by, "make-token")
	e.Object, e.Fields, e.Rule = TokenObject(t.ID), "label,scopes,expires", "owner"
	if waits {
		e.Action, e.Rule = "propose-token", "second-person"
		p := store.Proposal{ID: models.NewID(), Act: store.ProposeToken, UserID: by.ID, Role: by.Role, TokenID: t.ID, MadeBy: by.ID}
		if err := tx.AddProposal(p); err != nil {
			return err
		}
	}
	return s.Append(tx, e)
}

// TokenObject names a token on the trail.
func TokenObject(id string) string { return "token:" + id }

func checkToken(role models.Role, label string, scopes []models.Scope, days int) error {
	var fields []models.FieldError
	refuse := func(field, key string, args map[string]any) {
		fields = append(fields, models.FieldError{Field: field, Key: key, Args: args})
	}
	switch {
	case label == "":
		refuse("label", "error.required", nil)
	case utf8.RuneCountInString(label) > TokenLabel:
		refuse("label", "error.too_long", map[string]any{"Max": TokenLabel})
	case !utf8.ValidString(label) || strings.ContainsFunc(label, unicode.IsControl):
		refuse("label", "error.required", nil)
	}
	if len(scopes) == 0 || slices.ContainsFunc(scopes, func(sc models.Scope) bool { return !role.MayHold(sc) }) {
		refuse("scope", "error.choice", nil)
	}
	if days < 1 || days > TokenMaxDays {
		refuse("days", "token.days_wrong", map[string]any{"Max": TokenMaxDays})
	}
	if len(fields) > 0 {
		return models.Invalid(fields...)
	}
	return nil
}

// joined writes scopes in the order in which they are offered.
func joined(role models.Role, scopes []models.Scope) string {
	var out []string
	for _, sc := range role.Scopes() {
		if slices.Contains(scopes, sc) {
			out = append(out, string(sc))
		}
	}
	return strings.Join(out, " ")
}

// RevokeToken ends a token at once: one's own, or any for an admin and the
// operator. Returns models.ErrNotFound for another's, and for one that is not
// there or revoked already.
func (s *Service) RevokeToken(ctx context.Context, by models.Actor, id string) error {
	return s.Store.Tx(ctx, func(tx *store.Tx) error {
		if err := tx.TokenIsOf(by, id); err != nil {
			return err
		}
		return s.revoke(tx, by, id, string(by.Role))
	})
}

func (s *Service) revoke(tx *store.Tx, by models.Actor, id, rule string) error {
	if err := tx.RevokeToken(by, id); err != nil {
		return err
	}
	e := models.AuditBy(by, "revoke-token")
	e.Object, e.Rule = TokenObject(id), rule
	return s.Append(tx, e)
}

// revokeAll ends an account's tokens: it is closed, or becomes another.
func (s *Service) revokeAll(tx *store.Tx, by models.Actor, userID string) error {
	live, err := tx.LiveTokens(userID)
	if err != nil {
		return err
	}
	for _, t := range live {
		if err := s.revoke(tx, by, t.ID, "account"); err != nil {
			return err
		}
	}
	return nil
}

// decideToken carries out what a second person decided about a token.
func (s *Service) decideToken(tx *store.Tx, by models.Actor, p store.Proposal, owner models.User, approve bool) error {
	if !approve {
		return s.revoke(tx, by, p.TokenID, "second-person")
	}
	if !sameRights(p, owner) || owner.Disabled {
		return models.E(models.CodeConflict, "token.ended")
	}
	return tx.ApproveToken(by, p.TokenID)
}

// day is how a token's last use is noted.
const day = time.DateOnly
