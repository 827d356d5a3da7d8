package middleware

import (
	"encoding/base64"
	"errors"

	"github.com/labstack/echo/v4"

	"znak/models"
	"znak/models/auth"
)

var errNoSession = errors.New("this route has no session")

// SignIn makes the account this browser's, in a new session with a new token
// and nothing of the old one in it; it is saved when SignIn returns. For the
// handler that has just checked who somebody is, and for the one that has
// changed the own password.
func SignIn(c echo.Context, user models.User) error {
	s := stateOf(c)
	if s.session == nil {
		return errNoSession
	}
	ctx, m := c.Request().Context(), s.session.Manager
	if err := m.Clear(ctx); err != nil {
		return err
	}
	if err := m.RenewToken(ctx); err != nil {
		return err
	}
	secret := newSecret()
	m.Put(ctx, auth.UserKey, user.ID)
	m.Put(ctx, keyRights, rights(user))
	m.Put(ctx, keyCSRF, base64.RawURLEncoding.EncodeToString(secret))
	if err := s.session.set(c, user); err != nil {
		return errors.Join(err, m.Destroy(ctx))
	}
	if err := s.session.save(c); err != nil {
		s.user, s.actor = nil, models.Actor{}
		return err
	}
	s.keep(c, secret)
	return nil
}

// SignOut ends this browser's session at once and forgets its CSRF secret.
func SignOut(c echo.Context) error {
	s := stateOf(c)
	if s.session == nil {
		return errNoSession
	}
	if err := s.session.Manager.Destroy(c.Request().Context()); err != nil {
		return err
	}
	s.user, s.actor = nil, models.Actor{}
	s.keep(c, nil)
	return s.session.save(c)
}

// Put leaves a short text in the session for a later request, for an account
// or for a visitor. Where there is no session it is dropped.
func Put(c echo.Context, key, value string) {
	if s := stateOf(c); s.session != nil {
		s.session.Manager.Put(c.Request().Context(), valueKey(key), value)
	}
}

// Get returns what Put left, "" when there is nothing.
func Get(c echo.Context, key string) string {
	if s := stateOf(c); s.session != nil {
		return s.session.Manager.GetString(c.Request().Context(), valueKey(key))
	}
	return ""
}

// Pop returns what Put left and removes it.
func Pop(c echo.Context, key string) string {
	if s := stateOf(c); s.session != nil {
		return s.session.Manager.PopString(c.Request().Context(), valueKey(key))
	}
	return ""
}

// valueKey keeps the handlers' values apart from those that say who is signed
// in.
func valueKey(key string) string { return "value." + key }
