package main

import (
	"context"
	"time"

	"znak/handlers/mail"
	"znak/locales"
	"znak/models"
	"znak/models/auth"
	"znak/models/courier"
)

// mailer builds the workers that send letters.
func (p *portal) mailer(f face, texts *locales.Bundle) (*courier.Mailer, error) {
	writer, err := mail.New(texts, f.baseURL, p.location)
	if err != nil {
		return nil, err
	}
	return &courier.Mailer{Store: p.store, Audit: p.audit, Outbox: p.outbox, Writer: writer, Sender: f.sender, Log: f.log,
		Links: map[models.Letter]courier.LinkFunc{models.LetterInvitation: p.accounts(nil, true).InvitationPath}}, nil
}

// posting lets invitations go by letter, if letters leave.
func (p *portal) posting(letters bool, s *auth.Service) *auth.Service {
	if letters {
		s.Post = p.outbox.Invite
	}
	return s
}

// keepTime runs the clocks by which the portal acts when nobody does. A demo's
// wait for its history.
func (p *portal) keepTime(ctx context.Context, f face) {
	for f.demo && f.ready() != nil {
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Second):
		}
	}
	clocks := &courier.Clocks{Store: p.store, Referrals: p.referrals, Outbox: p.outbox, Audit: p.audit, Log: f.log}
	clocks.Run(ctx)
}

// allReady is ready when every part is; a part that is nil is.
func allReady(parts ...func() error) func() error {
	return func() error {
		for _, ready := range parts {
			if ready == nil {
				continue
			}
			if err := ready(); err != nil {
				return err
			}
		}
		return nil
	}
}
