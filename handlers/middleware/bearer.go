package middleware

import (
	"github.com/labstack/echo/v4"

	"znak/models"
)

// SetActor makes somebody the request's actor who is known otherwise than by a
// session: the machine interface's token has just been checked.
func SetActor(c echo.Context, a models.Actor) { stateOf(c).actor = a }
