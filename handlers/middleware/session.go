package middleware

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/labstack/echo/v4"

	"znak/models"
	"znak/models/auth"
)

// Keys of a session's values.
const (
	keyRights = "rights" // what the account was when it signed in
	keyCSRF   = "csrf"
)

// Sessions is what Session needs.
type Sessions struct {
	Manager *scs.SessionManager
	// User returns an account by its id, and models.ErrNotFound.
	User func(ctx context.Context, id string) (models.User, error)
	// SchoolDistrict returns the district of a school, and models.ErrNotFound.
	SchoolDistrict func(ctx context.Context, schoolID string) (string, error)
	// Skip says which requests have no session: static files, health. May be nil.
	Skip func(echo.Context) bool
	// Log is told when a session could not be saved.
	Log *slog.Logger
}

// session is a request's session.
type session struct {
	Sessions
	cookie string // the token that the browser has, or will have after this answer
}

// Session loads the session and its account, on every request: an account that
// was disabled, or whose rights have changed since it signed in, is nobody any
// more at once. A visitor who leaves nothing to remember has no session. It
// does what the manager's own LoadAndSave does, but returns faults as errors
// instead of writing an answer: CodeUnavailable when the database is away.
func Session(s Sessions) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if s.Skip != nil && s.Skip(c) {
				return next(c)
			}
			se := &session{Sessions: s}
			if cookie, err := c.Cookie(s.Manager.Cookie.Name); err == nil {
				se.cookie = cookie.Value
			}
			ctx, err := s.Manager.Load(auth.Track(c.Request().Context()), se.cookie)
			if err != nil {
				return err
			}
			c.SetRequest(c.Request().WithContext(ctx))
			c.Response().Header().Add(echo.HeaderVary, echo.HeaderCookie)
			c.Response().Before(func() { se.saveLate(c) })
			stateOf(c).session = se
			if err := se.identify(c); err != nil {
				return err
			}
			if err := next(c); err != nil || c.Response().Committed {
				return err
			}
			return se.save(c)
		}
	}
}

// identify finds out who is signed in, and ends a session that may not go on.
func (se *session) identify(c echo.Context) error {
	ctx := c.Request().Context()
	id := se.Manager.GetString(ctx, auth.UserKey)
	if id == "" {
		return nil
	}
	user, err := se.User(ctx, id)
	if err != nil && models.CodeOf(err) != models.CodeNotFound {
		return err
	}
	if err != nil || user.Disabled || se.Manager.GetString(ctx, keyRights) != rights(user) {
		return se.Manager.Destroy(ctx)
	}
	return se.set(c, user)
}

// rights is what an account may do, as a session remembers it.
func rights(u models.User) string {
	return string(u.Role) + "|" + u.SchoolID + "|" + u.DistrictID
}

// set makes the account the request's.
func (se *session) set(c echo.Context, user models.User) error {
	user.PasswordHash = ""
	a := models.Actor{ID: user.ID, Role: user.Role, SchoolID: user.SchoolID, DistrictID: user.DistrictID}
	if a.AtSchool() {
		district, err := se.SchoolDistrict(c.Request().Context(), a.SchoolID)
		if models.CodeOf(err) == models.CodeUnavailable {
			return err
		}
		if err != nil {
			return models.Errorf(models.CodeInternal, "error.internal", "school of account %s: %w", user.ID, err)
		}
		a.DistrictID = district
	}
	s := stateOf(c)
	s.user, s.actor = &user, a
	return nil
}

// save writes the session when there is something to write, and the cookie
// when the browser does not have it yet.
func (se *session) save(c echo.Context) error {
	// A reader who goes away does not lose what the handler has already done.
	ctx := context.WithoutCancel(c.Request().Context())
	switch se.Manager.Status(ctx) {
	case scs.Modified:
		token, expiry, err := se.Manager.Commit(ctx)
		if err != nil {
			return err
		}
		if token != se.cookie {
			se.Manager.WriteSessionCookie(ctx, c.Response(), token, expiry)
			se.cookie = token
		}
	case scs.Destroyed:
		if se.cookie != "" {
			se.Manager.WriteSessionCookie(ctx, c.Response(), "", time.Time{})
			se.cookie = ""
		}
	}
	return nil
}

// saveLate saves when the answer is already made. What is lost then is a
// notice or a minute of the session's life: signing in and out save at once.
func (se *session) saveLate(c echo.Context) {
	if err := se.save(c); err != nil {
		se.Log.ErrorContext(c.Request().Context(), "session not saved",
			slog.String("request_id", stateOf(c).requestID), slog.Any("error", err))
	}
}

// Under returns a Sessions.Skip for these paths and, where they end in "/",
// everything below them.
func Under(paths ...string) func(echo.Context) bool {
	return func(c echo.Context) bool {
		path := c.Request().URL.Path
		for _, p := range paths {
			if path == p || strings.HasSuffix(p, "/") && strings.HasPrefix(path, p) {
				return true
			}
		}
		return false
	}
}
