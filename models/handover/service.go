package handover

import (
	"context"

	"znak/models"
	"znak/models/audit"
	"znak/models/referral"
	"znak/models/store"
	"znak/models/vault"
)

// Service makes packages, gives them out and takes receipts. It is a
// referral.Packer.
type Service struct {
	store *store.Store
	vault *vault.Vault
	audit *audit.Log
	wake  chan struct{}

	// Referrals finds what a reader may see; it must be set before Package is
	// called.
	Referrals *referral.Service
	// Centre has the keys of the Centre's own system; nil = there is none, and
	// packages wait in the portal only.
	Centre *CentreKeys
}

// New makes a service. Without keys of the Centre's nothing is delivered.
func New(s *store.Store, v *vault.Vault, log *audit.Log, centre *CentreKeys) *Service {
	return &Service{store: s, vault: v, audit: log, Centre: centre, wake: make(chan struct{}, 1)}
}

// Signed is a package as somebody gets it.
type Signed struct {
	Ref       string
	Version   int64  // of the referral
	MessageID string // of the delivery that carries it; "" when none does
	Digest    string
	JSON      []byte // the package itself: canonical and signed
	Content   *Content
}

// Pack makes and seals what the Centre is handed; see referral.Packer.
func (s *Service) Pack(ctx context.Context, h *referral.Handing) (*models.Package, error) {
	c, err := contentOf(ctx, h.Reads, h.Dossier, models.RoleCentre, h.At)
	if err != nil {
		return nil, err
	}
	c.Cause = h.Cause
	signed, digest, err := sign(s.vault, c)
	if err != nil {
		return nil, err
	}
	p := &models.Package{ReferralID: h.Dossier.ID, Version: h.Dossier.Version, MessageID: models.NewID(), Digest: digest, MadeAt: h.At}
	p.Sealed, err = h.Key.Seal("packages", p.MessageID, "sealed", signed)
	return p, err
}

// Keep writes the package and, where there is somebody to deliver it to, its
// delivery; see referral.Packer.
func (s *Service) Keep(tx *store.Tx, p *models.Package) (string, error) {
	if err := tx.InsertPackage(p); err != nil {
		return "", err
	}
	if s.Centre != nil {
		if err := tx.QueuePackage(p); err != nil {
			return "", err
		}
		tx.AfterCommit(s.Wake)
	}
	return object(p.Digest), nil
}

// Wake lets a worker look at once.
func (s *Service) Wake() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// object is how the audit trail names what went to the Centre.
func object(digest string) string { return "centre/" + digest }

// open unseals a package and checks that it is the one that was sealed, and
// still the one whose digest the act has on the trail.
func (s *Service) open(key vault.DataKey, p *models.Package) (*Signed, error) {
	signed, err := key.Open("packages", p.MessageID, "sealed", p.Sealed)
	if err != nil {
		return nil, err
	}
	set, err := ParsePortalKeys(JWKS(s.vault))
	if err != nil {
		return nil, err
	}
	c, digest, err := Open(signed, set)
	if err != nil {
		return nil, models.Errorf(models.CodeInternal, "", "package of referral %s, version %d: %w", p.ReferralID, p.Version, err)
	}
	if digest != p.Digest || c.Version != p.Version {
		return nil, models.Errorf(models.CodeInternal, "", "package of referral %s, version %d: its row was changed", p.ReferralID, p.Version)
	}
	return &Signed{Ref: c.Reference, Version: p.Version, MessageID: p.MessageID, Digest: digest, JSON: signed, Content: c}, nil
}

// Package returns the referral as the actor may have it out of the portal,
// signed: for the Centre the newest package that it was handed, for others what
// their role may see. That it was given out is on the audit trail, durably,
// before Package returns. Returns models.ErrNotFound for whoever may not see
// the referral, for drafts, and after an erasure.
func (s *Service) Package(ctx context.Context, a models.Actor, ref string) (*Signed, error) {
	return s.Export(ctx, a, ref, "json")
}

// Export is Package, noted on the trail as the form in which it leaves: "json"
// or "pdf".
func (s *Service) Export(ctx context.Context, a models.Actor, ref, form string) (*Signed, error) {
	var out *Signed
	err := s.store.Tx(ctx, func(tx *store.Tx) error {
		d, key, err := s.Referrals.View(ctx, tx, a, ref)
		if err != nil {
			return err
		}
		if !d.ErasedAt.IsZero() {
			return models.ErrNotFound
		}
		if out, err = s.signed(ctx, tx, a, d, key); err != nil {
			return err
		}
		e := models.AuditBy(a, "export")
		e.ReferralID, e.Object, e.Fields, e.Rule = d.ID, out.Digest, form, "scope"
		return s.audit.Append(tx, e)
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (s *Service) signed(ctx context.Context, tx *store.Tx, a models.Actor, d *referral.Dossier, key vault.DataKey) (*Signed, error) {
	if a.Role == models.RoleCentre {
		p, err := tx.Package(ctx, a, d.ID, 0)
		if err == nil {
			return s.open(key, p)
		}
		if models.CodeOf(err) != models.CodeNotFound {
			return nil, err
		}
		// It was forwarded before packages were kept: made now, from what the
		// Centre may see.
	}
	c, err := contentOf(ctx, tx, d, a.Role, models.StampOf(tx.Now()))
	if err != nil {
		return nil, err
	}
	signed, digest, err := sign(s.vault, c)
	return &Signed{Ref: d.Ref, Version: d.Version, Digest: digest, JSON: signed, Content: c}, err
}

// Receipt takes the Centre's receipt of a package that its system fetched: an
// officer's or the system's own account gives it. It is kept, ends the package's
// delivery and is on the audit trail; giving it again changes nothing. Returns
// CodeForbidden for other roles, models.ErrNotFound when the receipt is of no
// package of this referral, CodeInvalid when it is not signed by the Centre or
// names another content, CodeConflict when the portal has no keys of the Centre's.
func (s *Service) Receipt(ctx context.Context, a models.Actor, ref string, jws []byte) error {
	if a.Role != models.RoleCentre {
		return models.E(models.CodeForbidden, "error.forbidden")
	}
	if s.Centre == nil {
		return models.Errorf(models.CodeConflict, "error.conflict", "the portal has no keys of the Centre's: ZNAK_CENTRE_JWKS")
	}
	said, fault := s.Centre.receipt(string(jws))
	return s.store.Tx(ctx, func(tx *store.Tx) error {
		r, err := tx.Referral(ctx, a, ref)
		if err != nil {
			return err
		}
		if fault != nil {
			return &models.Error{Code: models.CodeInvalid, Key: "error.invalid", Err: fault}
		}
		p, err := tx.PackageByMessage(ctx, a, said.MessageID)
		if err != nil {
			return err
		}
		if p.ReferralID != r.ID {
			return models.ErrNotFound
		}
		if p.Digest != said.Digest {
			return models.Errorf(models.CodeInvalid, "error.invalid", "the receipt is of another content")
		}
		first, err := tx.KeepReceipt(p.MessageID, string(jws))
		if err != nil || !first {
			return err
		}
		e := models.AuditBy(a, "handover")
		e.ReferralID, e.Object, e.Rule = p.ReferralID, object(p.Digest), "receipt"
		return s.audit.Append(tx, e)
	})
}

// JWKS is the set of the portal's public keys; see the function JWKS.
func (s *Service) JWKS() []byte { return JWKS(s.vault) }
