package auth

import (
	"context"
	"slices"
	"strings"

	"znak/models"
	"znak/models/vault"
)

// FindUsers lists the accounts in whose name or address each of the words
// stands, in any script and case, by name; at most limit of them, from the one
// that follows the account with the id after ("" = from the start). Admins only;
// anybody else gets CodeForbidden.
func (s *Service) FindUsers(ctx context.Context, a models.Actor, words, after string, limit int) (out []models.User, err error) {
	const step = 1000
	wanted := vault.Fold(words)
	if len(wanted) == 0 {
		return nil, nil
	}
	for len(out) < limit {
		users, err := s.Store.Users(ctx, a, after, step)
		if err != nil {
			return nil, err
		}
		for _, u := range users {
			if stands(wanted, u) {
				out = append(out, u)
			}
		}
		if len(users) < step {
			break
		}
		after = users[step-1].ID
	}
	return out[:min(limit, len(out))], nil
}

// stands says whether each word begins one of the words of the account's name
// or address.
func stands(wanted []string, u models.User) bool {
	have := append(vault.Fold(u.Name), vault.Fold(u.Email)...)
	return !slices.ContainsFunc(wanted, func(w string) bool {
		return !slices.ContainsFunc(have, func(h string) bool { return strings.HasPrefix(h, w) })
	})
}
