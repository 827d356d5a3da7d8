package middleware

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"znak/models"
)

// CSRFField is the form field that carries the token.
const CSRFField = "_csrf"

const secretSize = 32

// CSRF refuses each request that may change something unless its form carries
// the right token, whatever its headers say, and besides each one that a
// browser says comes from another site. For a signed-in account the token is
// the session's; for a visitor it is that of a cookie. The cookie takes over
// the session's secret, so that a form survives the end of its session and can
// be sent after signing in again is asked for. baseURL is where the portal is
// reached. Refusals are CodeForbidden, "error.csrf".
//
// Echo's own middleware is not used: it lets a request pass on the word of its
// Sec-Fetch-Site header alone.
func CSRF(baseURL string) (echo.MiddlewareFunc, error) {
	u, err := url.Parse(baseURL)
	if err != nil {
		return nil, err
	}
	sites := http.NewCrossOriginProtection()
	if err := sites.AddTrustedOrigin(u.Scheme + "://" + u.Host); err != nil {
		return nil, err
	}
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			s := stateOf(c)
			s.secure, s.armed = u.Scheme == "https", true
			if unsafe(c.Request()) {
				if err := s.checkCSRF(c, sites); err != nil {
					return err
				}
			}
			return next(c)
		}
	}, nil
}

func (s *state) checkCSRF(c echo.Context, sites *http.CrossOriginProtection) error {
	if err := sites.Check(c.Request()); err != nil {
		return &models.Error{Code: models.CodeForbidden, Key: "error.csrf", Err: err}
	}
	fields, err := form(c)
	if models.CodeOf(err) == models.CodeTooLarge {
		return err
	}
	if !matches(fields.Get(CSRFField), s.secret(c)) {
		return models.Errorf(models.CodeForbidden, "error.csrf", "missing or wrong token")
	}
	return err
}

// CSRFToken returns the token for this answer's forms: the secret under a new
// mask each time, so that its compressed length says nothing. It may set a
// cookie, so call it before the answer is begun.
func CSRFToken(c echo.Context) string {
	s := stateOf(c)
	secret := s.secret(c)
	if secret == nil {
		if s.user != nil || !s.armed {
			return ""
		}
		secret = newSecret()
		s.keep(c, secret)
	}
	return mask(secret)
}

// secret is what the request's token is checked against, nil when there is
// none. A signed-in account's is never taken from a cookie.
func (s *state) secret(c echo.Context) []byte {
	if s.csrf != nil {
		return s.csrf
	}
	if s.user != nil {
		s.csrf = decodeSecret(s.session.Manager.GetString(c.Request().Context(), keyCSRF))
		return s.csrf
	}
	if cookie, err := c.Cookie(csrfCookie(s.secure)); err == nil && !s.forgotten {
		s.csrf = decodeSecret(cookie.Value)
	}
	return s.csrf
}

// keep makes secret the request's and the browser's; nil forgets it.
func (s *state) keep(c echo.Context, secret []byte) {
	s.csrf, s.forgotten = secret, secret == nil
	cookie := &http.Cookie{Name: csrfCookie(s.secure), Path: "/", Secure: s.secure, HttpOnly: true,
		SameSite: http.SameSiteLaxMode, Value: base64.RawURLEncoding.EncodeToString(secret)}
	if secret == nil {
		cookie.MaxAge, cookie.Expires = -1, time.Unix(1, 0)
	}
	c.SetCookie(cookie)
}

func csrfCookie(secure bool) string {
	if secure {
		return "__Host-csrf"
	}
	return "csrf"
}

func newSecret() []byte {
	b := make([]byte, secretSize)
	rand.Read(b) // never fails: crypto/rand aborts the program instead
	return b
}

func decodeSecret(s string) []byte {
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || len(b) != secretSize {
		return nil
	}
	return b
}

func mask(secret []byte) string {
	b := make([]byte, 2*secretSize)
	rand.Read(b[:secretSize])
	subtle.XORBytes(b[secretSize:], secret, b[:secretSize])
	return base64.RawURLEncoding.EncodeToString(b)
}

func matches(token string, secret []byte) bool {
	b, err := base64.RawURLEncoding.DecodeString(strings.TrimSpace(token))
	if err != nil || len(b) != 2*secretSize || secret == nil {
		return false
	}
	subtle.XORBytes(b[secretSize:], b[secretSize:], b[:secretSize])
	return subtle.ConstantTimeCompare(b[secretSize:], secret) == 1
}
