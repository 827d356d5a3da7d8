package middleware

import (
	"crypto/sha256"
	"encoding/base64"

	"github.com/labstack/echo/v4"
)

// Restart empties this browser's session and gives it a new token, so that
// nobody who knew the old one can go on with what is put into it next. For the
// handler that has checked a password and still asks for a code.
func Restart(c echo.Context) error {
	s := stateOf(c)
	if s.session == nil {
		return errNoSession
	}
	ctx, m := c.Request().Context(), s.session.Manager
	if err := m.Clear(ctx); err != nil {
		return err
	}
	return m.RenewToken(ctx)
}

// SessionHash names this browser's session as the table of sessions does; ""
// when there is none.
func SessionHash(c echo.Context) string {
	s := stateOf(c)
	if s.session == nil {
		return ""
	}
	token := s.session.Manager.Token(c.Request().Context())
	if token == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(token))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}
