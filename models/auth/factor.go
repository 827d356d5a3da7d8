package auth

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"

	"znak/models"
	"znak/models/store"
)

// How codes are made: what every authenticator app knows.
const (
	period = 30 // seconds
	skew   = 1  // codes before and after the present one that count: clocks differ
	issuer = "Znak"
)

var codeOptions = hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1}

// errCode is the one answer to a code that does not count.
func errCode() error {
	return models.Invalid(models.FieldError{Field: "code", Key: "account.code_wrong"})
}

// MustEnrol says whether the account can do nothing before it has a second
// factor.
func (s *Service) MustEnrol(u *models.User) bool {
	return u != nil && s.MustHave(u.Role) && !u.SecondFactor
}

// MustHave says whether an account with the role must have a second factor.
func (s *Service) MustHave(r models.Role) bool { return s.Compulsory && !r.AtSchool() }

// NewFactor makes a secret for the account and returns its address for
// authenticator apps, otpauth://…, of which FactorSecret is a part.
func NewFactor(email string) (uri string, err error) {
	key, err := totp.Generate(totp.GenerateOpts{Issuer: issuer, AccountName: email, Period: period})
	if err != nil {
		return "", err
	}
	return key.URL(), nil
}

// FactorSecret returns the secret of an address that NewFactor made, to be
// typed.
func FactorSecret(uri string) (string, error) {
	key, err := otp.NewKeyFromURL(uri)
	if err != nil {
		return "", err
	}
	return key.Secret(), nil
}

// step finds the step whose code this is, around now; 0 for none.
func (s *Service) step(secret, code string) int64 {
	now := s.Now().Unix() / period
	for _, step := range []int64{now, now - skew, now + skew} {
		if ok, err := hotp.ValidateCustom(code, uint64(step), secret, codeOptions); ok && err == nil {
			return step
		}
	}
	return 0
}

// Enrol gives the account's owner the second factor of an address that
// NewFactor made, once a code shows that it works, and returns its recovery
// codes: the only time that they are known. Every session of the account ends.
// Returns CodeInvalid for a wrong code.
func (s *Service) Enrol(ctx context.Context, by models.Actor, uri, code string) (recovery []string, err error) {
	secret, err := FactorSecret(uri)
	if err != nil {
		return nil, err
	}
	step := s.step(secret, digits(code))
	if step == 0 {
		return nil, errCode()
	}
	f := store.SecondFactor{UserID: by.ID, LastStep: step}
	key, wrapped, err := s.Keys.NewDataKey(keyID(by.ID))
	if err != nil {
		return nil, err
	}
	if f.Secret, err = key.Seal("second_factors", by.ID, "secret", []byte(secret)); err != nil {
		return nil, err
	}
	f.Wrapped = wrapped
	recovery, hashes := newRecovery(by.ID)
	err = s.Store.Tx(ctx, func(tx *store.Tx) error {
		return errors.Join(tx.PutSecondFactor(f, hashes), tx.EndSessions(by.ID), s.Append(tx, own(by, "factor-on", "code")))
	})
	return recovery, err
}

// keyID binds a data key to an account and to nothing else.
func keyID(userID string) string { return "second factor of " + userID }

// DropFactor takes the second factor from the account's owner. Again comes
// before. Returns CodeForbidden where it is compulsory.
func (s *Service) DropFactor(ctx context.Context, by models.Actor) error {
	if s.MustHave(by.Role) {
		return models.E(models.CodeForbidden, "account.factor_compulsory")
	}
	return s.Store.Tx(ctx, func(tx *store.Tx) error {
		return errors.Join(tx.DropSecondFactor(by.ID), s.Append(tx, own(by, "factor-off", rulePassword)))
	})
}

// CodeLimits are the counters of the codes at signing in, apart from those of
// passwords. Whoever comes here has the password already.
func CodeLimits() Limits {
	return Limits{Pair: Limit{5, 15 * time.Minute}, Account: Limit{20, 24 * time.Hour}, Address: Limit{200, 15 * time.Minute}}
}

// CheckCode finishes signing in to an account with a second factor, by a code
// of the app or a recovery code; each counts once. addr is the caller's network
// address. Returns CodeInvalid for a code that does not count and *TooMany
// after too many. Each outcome is on the audit trail when it returns.
func (s *Service) CheckCode(ctx context.Context, user models.User, code, addr, requestID string) error {
	return s.checkCode(ctx, actionSignIn, user, code, addr, requestID)
}

// Confirm checks a code of somebody who is signed in, before an act that takes
// a fresh one. It counts, and is counted, as at signing in. Its faults are those
// of CheckCode.
func (s *Service) Confirm(ctx context.Context, user models.User, code, addr, requestID string) error {
	return s.checkCode(ctx, "confirm-code", user, code, addr, requestID)
}

func (s *Service) checkCode(ctx context.Context, action string, user models.User, code, addr, requestID string) error {
	entry := models.AuditEntry{Action: action, Outcome: models.AuditFailed, Rule: "code", RequestID: requestID, Times: 1}
	name(&entry, user)
	counters := CodeLimits().counters("code|"+user.ID, addr)
	if err := s.reserve(ctx, counters); err != nil {
		if models.CodeOf(err) != models.CodeTooMany {
			return err
		}
		entry.Outcome, entry.Rule = models.AuditDenied, ruleThrottled
		return s.tell(ctx, addr, entry, err)
	}
	rule, err := s.useCode(ctx, user.ID, code)
	if err != nil {
		return err
	}
	if rule == "" {
		return s.tell(ctx, addr, entry, errCode())
	}
	if err := s.forgive(ctx, counters); err != nil {
		return err
	}
	entry.Outcome, entry.Rule = models.AuditDone, rule
	return s.Audit(ctx, entry)
}

// useCode uses a code up and says what kind it was; "" for one that does not
// count.
func (s *Service) useCode(ctx context.Context, userID, code string) (rule string, err error) {
	code = strings.ToLower(digits(code))
	if len(code) == recoveryLength {
		ok := false
		err = s.Store.Tx(ctx, func(tx *store.Tx) error {
			ok, err = tx.UseRecoveryCode(userID, recoveryHash(userID, code))
			return err
		})
		if ok && err == nil {
			rule = "recovery-code"
		}
		return rule, err
	}
	f, err := s.Store.SecondFactor(ctx, userID)
	if models.CodeOf(err) == models.CodeNotFound {
		return "", nil
	} else if err != nil {
		return "", err
	}
	key, err := s.Keys.Unwrap(keyID(userID), f.Wrapped)
	if err != nil {
		return "", err
	}
	secret, err := key.Open("second_factors", userID, "secret", f.Secret)
	if err != nil {
		return "", err
	}
	step := s.step(string(secret), code)
	if step <= f.LastStep {
		return "", nil
	}
	ok := false
	err = s.Store.Tx(ctx, func(tx *store.Tx) error { ok, err = tx.UseStep(userID, step); return err })
	if ok && err == nil {
		rule = "code"
	}
	return rule, err
}

// digits is a code without what people type between its groups.
func digits(code string) string {
	return strings.NewReplacer(" ", "", "-", "", "\u00a0", "", "\t", "").Replace(code)
}
