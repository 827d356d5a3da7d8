package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"znak/locales"
	"znak/models"
	"znak/models/auth"
	"znak/models/directory"
	"znak/models/vault"
)

// userCmd groups the commands on accounts.
type userCmd struct {
	Add     userAddCmd     `cmd:"" help:"Make an account and invite its owner."`
	Disable userDisableCmd `cmd:"" help:"Close an account and end its sessions at once."`
	Enable  userEnableCmd  `cmd:"" help:"Open a closed account again."`
	Reset   userResetCmd   `cmd:"" help:"Take an account's password away and invite its owner to choose a new one."`
}

type userAddCmd struct {
	inviting
	Email    string `arg:"" help:"E-mail address."`
	Role     string `required:"" help:"teacher, psychologist, coordinator, centre, ministry, auditor or admin."`
	School   string `help:"Code of the school, for teacher and psychologist." placeholder:"CODE"`
	District string `help:"District of the desk, for coordinator; rs is the national desk." placeholder:"CODE"`
	Lang     string `default:"sr" enum:"sr,sr-Latn,en" help:"Language: sr, sr-Latn or en."`
	Name     string `help:"Name; without it the address stands for it until its owner changes it." placeholder:"NAME"`
}

// Run makes the account. It is logged as the operator's act, and shown to those
// who decide on such accounts.
func (c userAddCmd) Run(ctx context.Context, s streams) error {
	base, err := c.address()
	if err != nil {
		return err
	}
	return c.within(ctx, func(p *portal) error {
		known, err := p.known(ctx)
		if err != nil {
			return err
		}
		u := models.User{Email: c.Email, Name: nameOr(c.Name, c.Email), Role: models.Role(c.Role), Lang: c.Lang}
		u, reason := known.Placed(u, c.School, c.District)
		if reason != "" {
			return errors.New(reason)
		}
		made, err := c.accounts(p).Add(ctx, operator, u)
		if err != nil {
			return asSentence(err)
		}
		return printInvitation(s, p, base.String(), made)
	})
}

type userDisableCmd struct {
	installation
	Email string `arg:"" help:"E-mail address."`
}

// Run disables.
func (c userDisableCmd) Run(ctx context.Context, s streams) error {
	return c.set(ctx, s, c.Email, "closed; its sessions have ended", (*auth.Service).Disable)
}

type userEnableCmd struct {
	installation
	Email string `arg:"" help:"E-mail address."`
}

// Run enables.
func (c userEnableCmd) Run(ctx context.Context, s streams) error {
	return c.set(ctx, s, c.Email, "open again", func(a *auth.Service, ctx context.Context, by models.Actor, id string) error {
		_, err := a.Enable(ctx, by, id)
		return err
	})
}

func (i installation) set(ctx context.Context, s streams, email, said string, do func(*auth.Service, context.Context, models.Actor, string) error) error {
	return i.within(ctx, func(p *portal) error {
		u, err := p.user(ctx, email)
		if err != nil {
			return err
		}
		if err := do(p.accounts(nil, true), ctx, operator, u.ID); err != nil {
			return asSentence(err)
		}
		_, err = fmt.Fprintf(s.out, "Account %s: %s\n", u.Email, said)
		return err
	})
}

type userResetCmd struct {
	inviting
	Email        string `arg:"" help:"E-mail address."`
	SecondFactor bool   `help:"Take the second factor away too, for one that is lost."`
}

// Run resets.
func (c userResetCmd) Run(ctx context.Context, s streams) error {
	base, err := c.address()
	if err != nil {
		return err
	}
	return c.within(ctx, func(p *portal) error {
		u, err := p.user(ctx, c.Email)
		if err != nil {
			return err
		}
		made, err := c.accounts(p).Reset(ctx, operator, u.ID, c.SecondFactor)
		if err != nil {
			return asSentence(err)
		}
		return printInvitation(s, p, base.String(), made)
	})
}

// user finds an account by its address.
func (p *portal) user(ctx context.Context, email string) (models.User, error) {
	u, err := p.store.UserByEmail(ctx, email)
	if models.CodeOf(err) == models.CodeNotFound {
		err = fmt.Errorf("there is no account %s", email)
	}
	return u, err
}

// known is what imports are checked against.
func (p *portal) known(ctx context.Context) (k directory.Known, err error) {
	k.Fold = vault.Fold
	if k.Schools, err = p.store.Schools(ctx); err != nil {
		return k, err
	}
	if k.Districts, err = p.store.Districts(ctx); err != nil {
		return k, err
	}
	if k.Municipalities, err = p.store.Municipalities(ctx); err != nil {
		return k, err
	}
	k.Users, err = p.store.AllUsers(ctx)
	return k, err
}

// nameOr is the name, or what stands before the @ of the address.
func nameOr(name, email string) string {
	if name = strings.TrimSpace(name); name != "" {
		return name
	}
	local, _, _ := strings.Cut(email, "@")
	return local
}

// asSentence says a fault of a form in a sentence for the operator.
func asSentence(err error) error {
	var fault *models.Error
	if !errors.As(err, &fault) || fault.Err != nil {
		return err
	}
	texts, loadErr := locales.Load()
	if loadErr != nil {
		return err
	}
	if len(fault.Fields) == 0 {
		return errors.New(texts.T(locales.English, fault.Key))
	}
	var parts []string
	for _, f := range fault.Fields {
		parts = append(parts, f.Field+": "+texts.T(locales.English, f.Key, f.Args))
	}
	return errors.New(strings.Join(parts, " "))
}
