package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"znak/models"
	"znak/models/audit"
	"znak/models/auth"
	"znak/models/checklist"
	"znak/models/courier"
	"znak/models/directory"
	"znak/models/handover"
	"znak/models/referral"
	"znak/models/store"
	"znak/models/vault"
)

// portal is every part of the portal but its face, built once and passed down.
type portal struct {
	store      *store.Store
	vault      *vault.Vault
	audit      *audit.Log
	checklists *checklist.Set
	directory  *directory.Directory
	location   *time.Location
	outbox     *courier.Outbox
	handover   *handover.Service
	referrals  *referral.Service
}

// place is where an installation keeps its database and keys.
type place struct {
	database string // address, sqlite:PATH
	keys     string // path of the key file
	dir      string // folder that holds the folder of checkpoints
	zone     string // where days are counted; "" = timezone
	settings bool   // by settings, which faults name
}

// fault names the setting that is at fault.
func (at place) fault(setting string, err error) error {
	if err == nil || !at.settings {
		return err
	}
	return fmt.Errorf("%s: %s", setting, message(err))
}

// placeIn is an embedded installation in one folder.
func placeIn(dir string) place {
	return place{database: "sqlite:" + filepath.Join(dir, "znak.db"), keys: filepath.Join(dir, "keys.json"), dir: dir}
}

// timezone is where days and working hours are counted.
const timezone = "Europe/Belgrade"

// open opens an installation. It refuses a schema that is not this program's.
func open(ctx context.Context, at place, now func() time.Time) (*portal, error) {
	keys, err := vault.Open(at.keys)
	if errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("%w: make it with znak setup, or bring it back with znak keys recover", err)
	}
	if err != nil {
		return nil, at.fault("ZNAK_KEYS_FILE", err)
	}
	s, err := store.Open(ctx, at.database, now)
	if err != nil {
		return nil, at.fault("ZNAK_DATABASE_URL", err)
	}
	p, err := assemble(ctx, s, keys, at, now)
	if err != nil {
		s.Close()
		return nil, err
	}
	return p, nil
}

func assemble(ctx context.Context, s *store.Store, keys *vault.Vault, at place, now func() time.Time) (*portal, error) {
	if err := checkSchema(ctx, s); err != nil {
		return nil, at.fault("ZNAK_DATABASE_URL", err)
	}
	lists, err := checklist.Load()
	if err != nil {
		return nil, err
	}
	location, err := time.LoadLocation(cmp.Or(at.zone, timezone))
	if err != nil {
		return nil, fmt.Errorf("ZNAK_TIMEZONE: %w", err)
	}
	p := &portal{store: s, vault: keys, checklists: lists, location: location,
		audit: audit.New(s, keys, version, at.dir, now), directory: &directory.Directory{Location: location},
		outbox: courier.NewOutbox(location)}
	p.handover = handover.New(s, keys, p.audit, nil)
	p.referrals = p.service(now, nil)
	p.handover.Referrals = p.referrals
	return p, nil
}

// service makes the verbs on referrals; reference is nil but for the demo.
func (p *portal) service(now func() time.Time, reference func() string) *referral.Service {
	return referral.New(referral.Service{Store: p.store, Vault: p.vault, Audit: p.audit, Checklists: p.checklists,
		Directory: p.directory, Calendar: referral.NewCalendar(p.location), Location: p.location, Now: now, Reference: reference,
		Outbox: p.outbox, Packer: p.handover})
}

func checkSchema(ctx context.Context, s *store.Store) error {
	have, need, err := s.Schema(ctx)
	if err != nil {
		return err
	}
	switch {
	case have == 0:
		return errors.New("the database is empty: begin with znak setup")
	case have < need:
		return fmt.Errorf("the database has schema %d, older than this program's %d: run znak migrate", have, need)
	case have > need:
		return fmt.Errorf("the database has schema %d, newer than this program's %d: run the newer program", have, need)
	}
	return nil
}

// accounts makes what knows who somebody is. hasher may be nil for commands,
// which check no password; compulsory is whether a second factor is.
func (p *portal) accounts(hasher *auth.Hasher, compulsory bool) *auth.Service {
	return &auth.Service{Store: p.store, Hasher: hasher, Limits: auth.DefaultLimits(), Now: time.Now, Keys: p.vault, Compulsory: compulsory,
		Append: p.audit.Append, Counted: p.audit.Counted, Audit: func(ctx context.Context, e models.AuditEntry) error { return p.audit.Record(ctx, e) }}
}

func (p *portal) close() error { return p.store.Close() }

// operator is who runs a command on the server.
var operator = models.Actor{ID: "operator", Role: models.RoleOperator}
