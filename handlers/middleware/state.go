package middleware

import (
	"net/url"

	"github.com/labstack/echo/v4"

	"znak/locales"
	"znak/models"
)

// state is what the middleware knows about one request.
type state struct {
	requestID string
	actor     models.Actor
	user      *models.User
	lang      locales.Lang // "" until resolved
	secure    bool         // cookies by HTTPS only
	relang    bool
	session   *session // nil where there is none
	csrf      []byte   // the secret that this request's forms are checked against
	armed     bool     // CSRF had its turn: forms of this answer can be sent
	forgotten bool     // the cookie that came with the request counts no more
	form      url.Values
	formErr   error
	formRead  bool
}

const stateKey = "znak"

func stateOf(c echo.Context) *state {
	if s, ok := c.Get(stateKey).(*state); ok {
		return s
	}
	s := &state{}
	c.Set(stateKey, s)
	return s
}

// User returns who is signed in, without the password hash; nil for nobody.
func User(c echo.Context) *models.User { return stateOf(c).user }

// Actor returns who makes the request, with the request's id. Its ID and Role
// are empty when nobody is signed in.
func Actor(c echo.Context) models.Actor {
	s := stateOf(c)
	a := s.actor
	a.RequestID = s.requestID
	return a
}
