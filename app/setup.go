package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
	"unicode/utf8"

	"znak/models"
	"znak/models/auth"
	"znak/models/directory"
	"znak/models/store"
	"znak/models/vault"
)

// setupCmd makes a new installation. Each step that is done already is left as
// it is, so a set-up that was cut short is gone on with by running it again.
type setupCmd struct {
	site
	Admin  string `required:"" help:"E-mail address of the first administrator." placeholder:"EMAIL"`
	Name   string `help:"The administrator's name." placeholder:"NAME"`
	Lang   string `default:"sr" enum:"sr,sr-Latn,en" help:"The administrator's language: sr, sr-Latn or en."`
	Escrow string `help:"File to write the keys' escrow copy to; beside the key file when not given." placeholder:"FILE" type:"path"`
	Yes    bool   `help:"The escrow copy will be stored elsewhere: do not ask."`
}

// Run sets up.
func (c setupCmd) Run(ctx context.Context, s streams, env environment) error {
	if err := env.check(); err != nil {
		return err
	}
	base, err := c.address()
	if err != nil {
		return err
	}
	at := c.place()
	if err := c.prepare(ctx, s, at); err != nil {
		return err
	}
	keys, err := vault.Open(at.keys)
	if err != nil {
		return at.fault("ZNAK_KEYS_FILE", err)
	}
	if err := c.escrow(s, at, keys); err != nil {
		return err
	}
	p, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer p.close()
	if err := p.seed(ctx, s); err != nil {
		return err
	}
	made, err := p.accounts(nil, true).Add(ctx, operator, models.User{Email: c.Admin, Name: nameOr(c.Name, c.Admin), Role: models.RoleAdmin, Lang: c.Lang})
	if err != nil {
		return asSentence(err)
	}
	return printInvitation(s, p, base.String(), made)
}

// prepare makes keys and schema, but never keys for a database that is in use.
func (c setupCmd) prepare(ctx context.Context, s streams, at place) error {
	db, err := store.Open(ctx, at.database, time.Now)
	if err != nil {
		return at.fault("ZNAK_DATABASE_URL", err)
	}
	defer db.Close()
	have, need, err := db.Schema(ctx)
	if err != nil {
		return at.fault("ZNAK_DATABASE_URL", err)
	}
	if have == need {
		if known, err := db.HasRole(ctx, models.RoleAdmin); err != nil {
			return err
		} else if known {
			return errors.New("there is an administrator already: use znak user add or znak user reset")
		}
	}
	switch _, err := os.Stat(at.keys); {
	case err == nil:
	case !errors.Is(err, fs.ErrNotExist):
		return at.fault("ZNAK_KEYS_FILE", err)
	case have > 0:
		return at.fault("ZNAK_KEYS_FILE", fmt.Errorf("%s is missing, but the database was made with one: bring it back with znak keys recover", at.keys))
	default:
		if err := vault.Generate(at.keys); err != nil {
			return at.fault("ZNAK_KEYS_FILE", err)
		}
		fmt.Fprintf(s.out, "Key file made: %s\n", at.keys)
	}
	if _, err := db.Migrate(ctx); err != nil {
		return at.fault("ZNAK_DATABASE_URL", err)
	}
	fmt.Fprintf(s.out, "Database ready: schema %d\n", need)
	return nil
}

// escrow makes the copy of the keys without which their loss is the loss of
// every referral, and has it confirmed that it is stored elsewhere.
func (c setupCmd) escrow(s streams, at place, keys *vault.Vault) error {
	out := c.Escrow
	if out == "" {
		out = filepath.Join(filepath.Dir(at.keys), "keys-escrow.age")
	}
	ask := newAsker(s)
	_, err := os.Stat(out)
	exists := err == nil
	passphrase, err := passphraseFor(ask, !exists)
	if err != nil {
		return err
	}
	if exists {
		err = keys.CheckEscrow(out, passphrase)
	} else {
		err = keys.Escrow(out, passphrase, vault.EscrowWork)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "Escrow copy of the keys, sealed with the passphrase: %s\n", out)
	fmt.Fprintln(s.out, "Store it outside this machine, and the passphrase apart from it. Without both, losing this machine loses every referral.")
	if c.Yes {
		return nil
	}
	answer, err := ask.line(`Type "stored" when that is done: `)
	if err != nil || answer != "stored" {
		return errors.New("not confirmed: store the escrow copy elsewhere, then run znak setup again")
	}
	return nil
}

// passphraseFor returns the passphrase of an escrow copy: the setting, or what
// is asked, twice for a new one.
func passphraseFor(ask *asker, fresh bool) (string, error) {
	passphrase, err := setting(escrowPassphrase)
	if err != nil {
		return "", err
	}
	where := escrowPassphrase + ": the passphrase"
	if passphrase == "" {
		where = "the passphrase"
		if passphrase, err = ask.secret(fmt.Sprintf("Passphrase of the escrow copy, at least %d characters: ", vault.MinPassphrase)); err != nil {
			return "", fmt.Errorf("%s: %w", escrowPassphrase, err)
		}
		if fresh {
			again, err := ask.secret("The same again: ")
			if err != nil || again != passphrase {
				return "", errors.New("the two are not the same")
			}
		}
	}
	if fresh && utf8.RuneCountInString(passphrase) < vault.MinPassphrase {
		return "", fmt.Errorf("%s has fewer than %d characters", where, vault.MinPassphrase)
	}
	if fresh && auth.CheckNewPassword(passphrase[:min(len(passphrase), auth.MaxPassword)], "") != nil {
		return "", fmt.Errorf("%s is easily guessed", where)
	}
	return passphrase, nil
}

// seed writes districts and municipalities where there are none.
func (p *portal) seed(ctx context.Context, s streams) error {
	districts, err := p.store.Districts(ctx)
	if err != nil || len(districts) > 0 {
		return err
	}
	if err := p.store.Tx(ctx, directory.Seed); err != nil {
		return err
	}
	districts, err = p.store.Districts(ctx)
	fmt.Fprintf(s.out, "Districts written: %d, the national desk included\n", len(districts))
	return err
}

// keysCmd groups the commands on the key file.
type keysCmd struct {
	Recover keysRecoverCmd `cmd:"" help:"Write the key file anew from its escrow copy."`
	Escrow  keysEscrowCmd  `cmd:"" help:"Make a new escrow copy of the key file, sealed with a passphrase."`
	Rotate  keysRotateCmd  `cmd:"" help:"Take a new master key into use and wrap every data key anew."`
	Retire  keysRetireCmd  `cmd:"" help:"Destroy the older master keys, once they wrap nothing any more."`
}

type keysRecoverCmd struct {
	installation
	File string `arg:"" type:"existingfile" help:"The escrow copy."`
}

// Run recovers; it never overwrites.
func (c keysRecoverCmd) Run(s streams) error {
	passphrase, err := passphraseFor(newAsker(s), false)
	if err != nil {
		return err
	}
	at := c.place()
	if err := vault.RecoverEscrow(c.File, passphrase, at.keys); err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, "Key file written: %s\n", at.keys)
	return err
}
