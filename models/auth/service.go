package auth

import (
	"context"
	"time"

	"znak/models"
	"znak/models/store"
	"znak/models/vault"
)

// Service signs people in. Its fields are set once, at start.
type Service struct {
	Store  *store.Store
	Hasher *Hasher
	Limits Limits
	Now    func() time.Time
	// Audit puts an entry on the audit trail. Nobody is signed in when it fails.
	Audit func(context.Context, models.AuditEntry) error
	// Counted puts a refusal on the trail; like refusals of one source are
	// counted in one entry a minute. Nil = Audit.
	Counted func(ctx context.Context, source string, e models.AuditEntry) error
	// Append puts entries on the audit trail within a transaction.
	Append func(*store.Tx, ...models.AuditEntry) error
	// Keys seal the secrets of second factors.
	Keys Keys
	// Post notes, in the transaction that makes it, that a letter with the
	// invitation of this id goes to the account's address; nil = there is no
	// mail, and links are handed over. See ByHand.
	Post func(tx *store.Tx, userID, invitation string) error
	// Compulsory is whether accounts outside the school roles can do nothing
	// until they have a second factor.
	Compulsory bool
}

// Keys make and open the data keys that seal the secrets of second factors, and
// make the links of invitations that letters hold; a vault is one.
type Keys interface {
	NewDataKey(id string) (key vault.DataKey, wrapped []byte, err error)
	Unwrap(id string, wrapped []byte) (vault.DataKey, error)
	InvitationToken(id string) string
}

// What the trail says about a sign-in.
const (
	actionSignIn = "sign-in"

	ruleUnknown   = "unknown"
	ruleDisabled  = "disabled"
	rulePassword  = "password"
	ruleThrottled = "throttled"
)

// SignIn returns the account with this address and password; anybody may call
// it. addr is the caller's network address. An address that is unknown, a
// wrong password and a disabled account are one and the same CodeInvalid,
// after the same work. Too many failures give *TooMany. Each outcome is on the
// audit trail when it returns, never with what was typed. An account with a
// second factor is not signed in by this alone: CheckCode comes next.
func (s *Service) SignIn(ctx context.Context, email, password, addr, requestID string) (*models.User, error) {
	return s.try(ctx, actionSignIn, email, password, addr, requestID)
}

// Again checks the password of somebody who is signed in, before an act that
// only the owner of the account may do. Its faults are those of SignIn.
func (s *Service) Again(ctx context.Context, email, password, addr, requestID string) error {
	_, err := s.try(ctx, "confirm-password", email, password, addr, requestID)
	return err
}

func (s *Service) try(ctx context.Context, action, email, password, addr, requestID string) (*models.User, error) {
	entry := models.AuditEntry{Action: action, Outcome: models.AuditFailed, RequestID: requestID, Times: 1}
	counters := s.Limits.counters(email, addr)
	if err := s.reserve(ctx, counters); err != nil {
		if models.CodeOf(err) != models.CodeTooMany {
			return nil, err
		}
		entry.Outcome, entry.Rule = models.AuditDenied, ruleThrottled
		return nil, s.tell(ctx, addr, entry, err)
	}
	user, rule, err := s.check(ctx, email, password)
	if err != nil {
		return nil, err
	}
	if user.ID != "" {
		name(&entry, user)
	}
	if rule != "" {
		entry.Rule = rule
		return nil, s.tell(ctx, addr, entry, models.Invalid(models.FieldError{Field: "password", Key: "error.sign_in"}))
	}
	if err := s.forgive(ctx, counters); err != nil {
		return nil, err
	}
	entry.Outcome, entry.Rule = models.AuditDone, rulePassword
	if action == actionSignIn && user.SecondFactor {
		entry.Action = "sign-in-password"
	}
	if err := s.Audit(ctx, entry); err != nil {
		return nil, err
	}
	return &user, nil
}

// check looks the account up and always checks one password. rule says why it
// is refused, "" when it is not.
func (s *Service) check(ctx context.Context, email, password string) (user models.User, rule string, err error) {
	user, err = s.Store.UserByEmail(ctx, normal(email))
	if err != nil && models.CodeOf(err) != models.CodeNotFound {
		return models.User{}, "", err
	}
	ok, err := s.Hasher.Check(ctx, user.PasswordHash, password)
	switch {
	case err != nil:
		return models.User{}, "", err
	case user.ID == "":
		return user, ruleUnknown, nil
	case !ok:
		return user, rulePassword, nil
	case user.Disabled:
		return user, ruleDisabled, nil
	}
	return user, "", nil
}

// name says on the entry whose act it is.
func name(entry *models.AuditEntry, u models.User) {
	by := models.Actor{ID: u.ID, Role: u.Role, SchoolID: u.SchoolID, DistrictID: u.DistrictID}
	entry.ActorID, entry.ActorRole, entry.Organisation = by.ID, by.Role, by.Organisation()
}

// tell puts a refusal on the trail and returns it.
func (s *Service) tell(ctx context.Context, addr string, entry models.AuditEntry, refusal error) error {
	put := s.Audit
	if s.Counted != nil {
		put = func(ctx context.Context, e models.AuditEntry) error { return s.Counted(ctx, addressPrefix(addr), e) }
	}
	if err := put(ctx, entry); err != nil {
		return err
	}
	return refusal
}
