package demo

import (
	"fmt"
	"time"

	"znak/models"
	"znak/models/directory"
	"znak/models/store"
)

// People writes districts, municipalities, invented schools with their staff,
// every desk's contacts and absences, and the accounts of Accounts into an
// empty database. now is the moment of the demo in the portal's time zone; hash
// makes the hash of a password. Only Accounts can sign in: everybody else has
// no password.
func People(tx *store.Tx, now time.Time, hash func(password string) (string, error)) error {
	lib, err := load()
	if err != nil {
		return err
	}
	c, err := newCast(lib, now)
	if err != nil {
		return err
	}
	if err := directory.Seed(tx); err != nil {
		return err
	}
	if err := tx.Put(c.schools); err != nil {
		return err
	}
	for _, p := range c.people {
		u := p.user
		u.MadeAt = models.StampOf(now.AddDate(-2, -1, 0))
		if p.signsIn {
			if u.PasswordHash, err = hash(Password); err != nil {
				return fmt.Errorf("demo: account %s: %w", u.Email, err)
			}
		}
		if err := tx.PutUser(u); err != nil {
			return fmt.Errorf("demo: account %s: %w", u.Email, err)
		}
	}
	if err := tx.Put(c.contacts); err != nil {
		return err
	}
	return tx.Put(c.absences)
}
