package main

import (
	"fmt"
	"time"

	"znak/models/auth"
)

// inviting is for commands that invite: by letter where a mail relay is set,
// else by a link that is printed.
type inviting struct {
	site
	SMTPURL string `name:"smtp-url" env:"ZNAK_SMTP_URL" help:"The mail relay of znak serve. Where there is one, invitations go by letter." placeholder:"URL"`
	Print   bool   `help:"Print the link, even where a mail relay is set."`
}

// accounts are those of the portal, with the way by which invitations go.
func (c inviting) accounts(p *portal) *auth.Service {
	return p.posting(c.SMTPURL != "" && !c.Print, p.accounts(nil, true))
}

// printInvitation prints the link that is known this once, or says that a
// letter holds it.
func printInvitation(s streams, p *portal, base string, made auth.Made) error {
	if _, err := fmt.Fprintf(s.out, "Account: %s (%s)\n", made.User.Email, made.User.Role); err != nil {
		return err
	}
	if made.Sent {
		_, err := fmt.Fprintln(s.out, "The invitation goes to that address as soon as znak serve runs. To print it instead: znak user reset --print")
		return err
	}
	until := time.Now().Add(auth.InvitationLasts).In(p.location).Format("2006-01-02 15:04")
	_, err := fmt.Fprintf(s.out, "Invitation, to be used once, until %s:\n%s\n", until, link(base, made.Token))
	return err
}

// invitationOf is what a list says of one account's invitation.
func invitationOf(base string, made auth.Made) string {
	if made.Sent {
		return "by letter"
	}
	return link(base, made.Token)
}
