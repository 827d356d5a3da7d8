package auth

import (
	"context"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"

	"znak/models"
	"znak/models/store"
)

// How long a session lives.
const (
	IdleTimeout = 30 * time.Minute
	Lifetime    = 12 * time.Hour
	// touch is how far the expiry must move before it alone is worth a write: a
	// person who reads page after page writes once a minute, and an idle session
	// ends up to a minute early.
	touch = time.Minute
)

// UserKey is the session's value that says who is signed in; it is copied into
// the table's own column, so that all of somebody's sessions can be ended.
const UserKey = "user"

// NewSessions makes the session manager over the store. secure is whether the
// portal is reached by HTTPS: the cookie is then bound to this host alone.
// Values in a session are strings and booleans only. The cookie goes when the
// browser is closed: school computers are shared.
func NewSessions(s *store.Store, secure bool) *scs.SessionManager {
	m := scs.New()
	m.Store = &SessionStore{s}
	m.Codec = jsonCodec{}
	m.HashTokenInStore = true
	m.IdleTimeout = IdleTimeout
	m.Lifetime = Lifetime
	m.Cookie.Name = "znak"
	if secure {
		m.Cookie.Name = "__Host-znak"
	}
	m.Cookie.Secure = secure
	m.Cookie.HttpOnly = true
	m.Cookie.Path = "/"
	m.Cookie.SameSite = http.SameSiteLaxMode
	m.Cookie.Persist = false
	return m
}

// SessionStore keeps sessions in the database. It implements scs.CtxStore.
type SessionStore struct{ store *store.Store }

var _ scs.CtxStore = (*SessionStore)(nil)

// NewSessionStore makes the store that NewSessions uses, for tidying up.
func NewSessionStore(s *store.Store) *SessionStore { return &SessionStore{s} }

// trackKey holds the *store.Session that a request found or wrote last.
type trackKey struct{}

// Track prepares a request's context: the session found in it is remembered,
// so that saving it needs no second look, and one that is ended while the
// request is under way is not written anew.
func Track(ctx context.Context) context.Context {
	return context.WithValue(ctx, trackKey{}, new(store.Session))
}

func tracked(ctx context.Context) *store.Session {
	if t, ok := ctx.Value(trackKey{}).(*store.Session); ok {
		return t
	}
	return new(store.Session)
}

// FindCtx implements scs.CtxStore.
func (s *SessionStore) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	found, err := s.store.Session(ctx, token)
	if models.CodeOf(err) == models.CodeNotFound {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	*tracked(ctx) = found
	return found.Data, true, nil
}

// CommitCtx implements scs.CtxStore. It writes nothing when the data are what
// they were and the expiry has moved by less than a minute.
func (s *SessionStore) CommitCtx(ctx context.Context, token string, b []byte, expiry time.Time) error {
	user, err := userOf(b)
	if err != nil {
		return err
	}
	next := store.Session{TokenHash: token, UserID: user, Data: b, ExpiresAt: models.StampOf(expiry)}
	was := tracked(ctx)
	if was.TokenHash != token {
		if *was, err = s.store.Session(ctx, token); err != nil && models.CodeOf(err) != models.CodeNotFound {
			return err
		}
	}
	if next.Same(*was) && expiry.Sub(was.ExpiresAt.Time()).Abs() < touch {
		return nil
	}
	err = s.store.Tx(ctx, func(tx *store.Tx) error {
		if was.TokenHash == token {
			return tx.ChangeSession(next)
		}
		return tx.AddSession(next)
	})
	if err == nil {
		*was = next
	}
	return err
}

// DeleteCtx implements scs.CtxStore.
func (s *SessionStore) DeleteCtx(ctx context.Context, token string) error {
	return s.store.Tx(ctx, func(tx *store.Tx) error { return tx.DeleteSession(token) })
}

// DeleteExpired removes expired sessions and counters of failures that no
// limit looks at any more. Call it now and then; nothing does by itself.
func (s *SessionStore) DeleteExpired(ctx context.Context) error {
	return s.store.Tx(ctx, func(tx *store.Tx) error {
		if _, err := tx.DeleteExpired(); err != nil {
			return err
		}
		return tx.PruneThrottles(tx.Now().Add(-24 * time.Hour))
	})
}

// Find, Commit and Delete implement scs.Store; the manager prefers those with
// a context.

// Find implements scs.Store.
func (s *SessionStore) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

// Commit implements scs.Store.
func (s *SessionStore) Commit(token string, b []byte, expiry time.Time) error {
	return s.CommitCtx(context.Background(), token, b, expiry)
}

// Delete implements scs.Store.
func (s *SessionStore) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }
