package main

import (
	"context"
	"fmt"
	"text/tabwriter"
	"time"

	"znak/models"
	"znak/models/store"
)

// tokenCmd groups the commands on tokens of the machine interface. None makes
// one: officers do, on their own page.
type tokenCmd struct {
	List   tokenListCmd   `cmd:"" help:"List the tokens of the machine interface, never the tokens themselves."`
	Revoke tokenRevokeCmd `cmd:"" help:"End a token at once and for good."`
}

type tokenListCmd struct {
	installation
	All bool `help:"Those too that count no more."`
}

// Run lists.
func (c tokenListCmd) Run(ctx context.Context, s streams) error {
	p, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer p.close()
	now := models.StampOf(time.Now())
	since := now
	if c.All {
		since = 0
	}
	list, err := p.store.Tokens(ctx, operator, since)
	if err != nil {
		return err
	}
	out := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(out, "ID\tACCOUNT\tSCOPES\tEXPIRES\tLAST USED\tSTATUS")
	for _, t := range list {
		u, err := p.store.UserByID(ctx, t.UserID)
		if err != nil {
			return err
		}
		last := t.LastDay
		if last == "" {
			last = "never"
		}
		fmt.Fprintf(out, "%s\t%s\t%s\t%s\t%s\t%s\n", t.ID, u.Email, t.Scopes, t.ExpiresAt.Time().In(p.location).Format(time.DateOnly), last, standingOf(t, now))
	}
	return out.Flush()
}

func standingOf(t store.Token, now models.Stamp) string {
	switch {
	case t.RevokedAt != 0:
		return "revoked"
	case t.ExpiresAt <= now:
		return "expired"
	case t.ApprovedAt == 0:
		return "waits for a second person"
	}
	return "in force"
}

type tokenRevokeCmd struct {
	installation
	ID string `arg:"" help:"Id of the token, as the list has it."`
}

// Run revokes.
func (c tokenRevokeCmd) Run(ctx context.Context, s streams) error {
	p, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer p.close()
	err = p.accounts(nil, true).RevokeToken(ctx, operator, c.ID)
	if models.CodeOf(err) == models.CodeNotFound {
		return fmt.Errorf("there is no token %s in force: see znak token list", c.ID)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(s.out, "The token is revoked.")
	return err
}
