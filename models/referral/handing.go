package referral

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"

	"znak/models"
	"znak/models/store"
	"znak/models/vault"
)

// Packer makes what the Centre is handed; models/handover has one.
type Packer interface {
	// Pack makes the package of a referral as the Centre will see it once the
	// act is done. It writes nothing: it runs before the act's transaction.
	Pack(ctx context.Context, h *Handing) (*models.Package, error)
	// Keep writes the package within the act's transaction, and what sends it.
	// It returns what the act's entry on the audit trail says of it: recipient
	// and digest.
	Keep(tx *store.Tx, p *models.Package) (object string, err error)
}

// Handing is a referral on its way to the Centre, as the act will leave it.
type Handing struct {
	Dossier *Dossier      // as the Centre may see it, the act itself included
	Key     vault.DataKey // the referral's
	Cause   models.Event
	At      models.Stamp // the moment of the act
	Reads   Reads
}

// Reads are the store's reads that an act needs; outside a transaction the
// store itself has them, and inside it the transaction.
type Reads interface {
	Sealed(ctx context.Context, a models.Actor, ref string) (*store.Sealed, error)
	Colleagues(ctx context.Context, a models.Actor, referralID string) ([]models.User, error)
	ChildOf(ctx context.Context, a models.Actor, referralID string) (handle string, count int64, err error)
	School(ctx context.Context, id string) (*models.School, error)
	Districts(ctx context.Context) ([]models.District, error)
}

// Prepared is an act that is ready to be done. What it hands to the Centre is
// made, signed and sealed already, from the very version that it acts on.
type Prepared struct {
	actor   models.Actor
	ref     string
	event   models.Event
	version int64
	input   models.Input
	at      models.Stamp    // its moment; zero = the transaction's
	pack    *models.Package // nil when it hands nothing over
	source  [sha256.Size]byte
}

// atCentre is whom the Centre's view is made for.
var atCentre = models.Actor{Role: models.RoleCentre}

// mayHand says whether the event, caused by the role, can give the Centre
// something: forwarding does, and afterwards whatever the school or the desk adds.
func mayHand(e models.Event, role models.Role) bool {
	switch e {
	case models.EventForward:
		return true
	case models.EventAdd, models.EventAnswer, models.EventNote, models.EventReconsider:
		return role != models.RoleCentre
	}
	return false
}

// Prepare makes an act ready outside of any transaction; AdvanceIn does it. Its
// errors are those of Advance.
func (s *Service) Prepare(ctx context.Context, a models.Actor, ref string, e models.Event, version int64, in models.Input) (*Prepared, error) {
	if !models.RoleMay(a, e) {
		return nil, models.E(models.CodeForbidden, "error.forbidden")
	}
	p := &Prepared{actor: a, ref: ref, event: e, version: version, input: in}
	if s.Packer == nil || s.inside || !mayHand(e, a.Role) {
		return p, nil
	}
	o, err := s.ready(ctx, s.Store, p)
	if err != nil {
		return nil, err
	}
	p.at = models.StampOf(s.Now())
	return p, s.pack(ctx, s.Store, p, o)
}

// ready opens the referral that the act is about, if it can still be acted on
// and is of the version that the actor has seen.
func (s *Service) ready(ctx context.Context, r Reads, p *Prepared) (*opened, error) {
	o, err := s.open(ctx, r, p.actor, p.ref)
	if err != nil {
		return nil, err
	}
	if !o.ErasedAt.IsZero() || o.State == models.StateDraft {
		return nil, models.E(models.CodeConflict, "error.conflict")
	}
	if o.Version != p.version {
		return nil, models.E(models.CodeConflict, "error.stale")
	}
	return o, nil
}

// pack makes what the act hands to the Centre, if it does. o is left as it is.
func (s *Service) pack(ctx context.Context, r Reads, p *Prepared, o *opened) error {
	if !o.AtCentre() && p.event != models.EventForward {
		return nil
	}
	st, err := o.standing()
	if err != nil {
		return err
	}
	t, err := models.Find(st, p.event, p.actor)
	if err != nil {
		return err
	}
	in, err := s.input(ctx, r, p.actor, o, t, p.input)
	if err != nil {
		return err
	}
	d, err := s.dossier(ctx, r, atCentre, o)
	if err != nil {
		return err
	}
	d.foresee(p, t, st, in)
	p.source = o.source()
	p.pack, err = s.Packer.Pack(ctx, &Handing{Dossier: d, Key: o.key, Cause: p.event, At: p.at, Reads: r})
	return err
}

// foresee puts the act into the dossier, as its transaction will leave it.
func (d *Dossier) foresee(p *Prepared, t *models.Transition, st models.Standing, in models.Input) {
	rec := models.Record{ReferralID: d.ID, Version: p.version + 1, Event: p.event, FromState: d.State, ActorID: p.actor.ID, ActorRole: p.actor.Role, At: p.at}
	d.State, d.ReturnState = t.Next(st)
	rec.ToState = d.State
	if d.State != models.StateInfoRequested {
		d.AskedOf = ""
	}
	if p.event == models.EventForward {
		d.Forward(p.at)
	}
	d.Restricted = d.Restricted || in.SchoolConflict == models.Yes
	d.Version, d.ChangedAt = rec.Version, p.at
	if view := rec.ViewFor(models.RoleCentre, in); view == models.ViewFull {
		d.Timeline = append(d.Timeline, Moment{Record: rec, Input: in, View: view})
	}
}

// source is what a package was made from: the sealed values themselves.
func (o *opened) source() (sum [sha256.Size]byte) {
	h := sha256.New()
	fmt.Fprintf(h, "%s %d %x", o.ID, o.Version, o.Content)
	for i := range o.Records {
		fmt.Fprintf(h, "|%s %x", o.Records[i].ID, o.Records[i].Body)
	}
	h.Sum(sum[:0])
	return sum
}

// AdvanceIn does a prepared act within a transaction that the caller has open;
// see Advance. What was prepared holds for the version that it was made from
// alone: when somebody else acted meanwhile it returns CodeConflict, and the
// act is prepared anew or given up.
func (s *Service) AdvanceIn(ctx context.Context, tx *store.Tx, p *Prepared) (*models.Referral, error) {
	o, err := s.ready(ctx, tx, p)
	if err != nil {
		return nil, err
	}
	act := *p // the transaction may run again
	if act.at == 0 {
		act.at = models.StampOf(tx.Now())
	}
	if s.Packer != nil && s.inside && mayHand(p.event, p.actor.Role) {
		if err := s.pack(ctx, tx, &act, o); err != nil {
			return nil, err
		}
	}
	if source := o.source(); act.pack != nil && subtle.ConstantTimeCompare(source[:], act.source[:]) != 1 {
		return nil, models.E(models.CodeConflict, "error.stale")
	}
	o.at = act.at
	if err := s.advance(ctx, tx, &act, o); err != nil {
		return nil, err
	}
	return &o.Referral, nil
}

// keep writes what the act hands over, and returns what its entry on the trail
// says of it.
func (s *Service) keep(tx *store.Tx, p *Prepared, o *opened) (string, error) {
	if p.pack == nil {
		return "", nil
	}
	if p.pack.ReferralID != o.ID || p.pack.Version != o.Version {
		return "", models.Errorf(models.CodeInternal, "", "a package of version %d for version %d", p.pack.Version, o.Version)
	}
	return s.Packer.Keep(tx, p.pack)
}

// View returns the referral as the actor may see it, and its key, within the
// transaction that puts its reading on the audit trail; the caller does that.
// Returns models.ErrNotFound for drafts too.
func (s *Service) View(ctx context.Context, tx *store.Tx, a models.Actor, ref string) (*Dossier, vault.DataKey, error) {
	o, err := s.open(ctx, tx, a, ref)
	if err != nil {
		return nil, vault.DataKey{}, err
	}
	if o.State == models.StateDraft {
		return nil, vault.DataKey{}, models.ErrNotFound
	}
	d, err := s.dossier(ctx, tx, a, o)
	return d, o.key, err
}
