package middleware

import (
	"fmt"
	"log/slog"
	"time"

	"github.com/labstack/echo/v4"
	echomw "github.com/labstack/echo/v4/middleware"

	"znak/models"
)

// RequestID gives each request a random id of our own making, whatever the
// client sends, and puts it into the answer's X-Request-Id.
func RequestID() echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			id := models.NewID()
			stateOf(c).requestID = id
			c.Response().Header().Set(echo.HeaderXRequestID, id)
			return next(c)
		}
	}
}

// AccessLog answers the handler's error through Echo's error handler and then
// logs the request in one line: by the route's pattern, never by its path or
// query, and by the role, never by the person.
func AccessLog(log *slog.Logger) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			begun := time.Now()
			err := next(c)
			if err != nil {
				c.Error(err)
			}
			route := c.Path()
			if route == "" {
				route = "none"
			}
			log.LogAttrs(c.Request().Context(), slog.LevelInfo, "request",
				slog.String("method", method(c.Request().Method)),
				slog.String("route", route),
				slog.Int("status", c.Response().Status),
				slog.Int64("bytes", c.Response().Size),
				slog.Duration("duration", time.Since(begun)),
				slog.String("request_id", stateOf(c).requestID),
				slog.String("role", string(Actor(c).Role)))
			if c.Response().Committed {
				return nil
			}
			return err
		}
	}
}

// method returns the method when it is one that exists: a client may send any
// word there.
func method(m string) string {
	switch m {
	case "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT":
		return m
	}
	return "other"
}

// Recover turns a panic into a CodeInternal error with the stack as its cause,
// for the log.
func Recover() echo.MiddlewareFunc {
	return echomw.RecoverWithConfig(echomw.RecoverConfig{
		StackSize:           8 << 10,
		DisableStackAll:     true,
		DisableErrorHandler: true,
		LogErrorFunc: func(_ echo.Context, err error, stack []byte) error {
			return &models.Error{Code: models.CodeInternal, Key: "error.internal", Err: fmt.Errorf("panic: %w\n%s", err, stack)}
		},
	})
}
