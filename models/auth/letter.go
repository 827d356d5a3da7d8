package auth

import (
	"context"
	"slices"
	"strings"

	"znak/models"
	"znak/models/store"
)

// ByHand is the service for somebody who gives the link of an invitation to
// its reader themselves: what it makes is returned, not sent.
func (s *Service) ByHand() *Service {
	hand := *s
	hand.Post = nil
	return &hand
}

// SendsTo says whether the letter with an invitation goes to an address when
// the account of approver agrees to it: only to the approver's own body, which
// is known by the domain of its addresses, but for one where anybody can have
// an address. An account that reads referrals might otherwise be one that an
// administrator made for themselves. Where it is false, the approver gets the
// link and hands it over.
func (s *Service) SendsTo(address, approver string) bool {
	_, here, ok := strings.Cut(approver, "@")
	_, there, _ := strings.Cut(address, "@")
	return s.Post != nil && ok && here != "" && strings.EqualFold(here, there) && !slices.Contains(everybodys, strings.ToLower(here))
}

// everybodys are domains of well-known providers at which anybody can have a
// mailbox.
var everybodys = []string{"gmail.com", "googlemail.com", "yahoo.com", "ymail.com", "outlook.com", "hotmail.com", "live.com", "msn.com",
	"icloud.com", "me.com", "aol.com", "gmx.com", "gmx.net", "mail.com", "proton.me", "protonmail.com", "zoho.com", "tutanota.com",
	"yandex.com", "yandex.ru", "mail.ru", "mts.rs", "open.telekom.rs", "ptt.rs", "eunet.rs", "sbb.rs", "yubc.net", "verat.net", "beotel.net"}

// post makes an invitation of which a letter tells. Its link is made when the
// letter is written: see InvitationPath.
func (s *Service) post(tx *store.Tx, userID string) error {
	id := models.NewID()
	err := tx.PutInvitation(store.Invitation{UserID: userID, TokenHash: tokenHash(s.Keys.InvitationToken(id)),
		ExpiresAt: models.StampOf(tx.Now().Add(InvitationLasts))})
	if err != nil {
		return err
	}
	return s.Post(tx, userID, id)
}

// InvitationPath returns the path of the link of a letter that is about to be
// sent: the same in each attempt, and from now on good for InvitationLasts. It
// is a courier.LinkFunc. Returns models.ErrNotFound when the invitation was
// used, replaced or taken back meanwhile.
func (s *Service) InvitationPath(ctx context.Context, j models.Job) (path string, err error) {
	token := s.Keys.InvitationToken(j.Object)
	err = s.Store.Tx(ctx, func(tx *store.Tx) error {
		return tx.RenewInvitation(j.RecipientID, tokenHash(token), models.StampOf(tx.Now().Add(InvitationLasts)))
	})
	if err != nil {
		return "", err
	}
	return "/invite/" + token, nil
}
