// Package directory knows schools, districts and their contacts, and routes a
// submission to the one who triages it.
package directory

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/csv"
	"fmt"
	"strconv"
	"time"

	"znak/models"
	"znak/models/store"
)

// Districts and municipalities: the Ministry of Education's open data on
// schools, 14 November 2020; Novi Pazar's territory is not verified, so it has
// no municipalities of its own yet.
var (
	//go:embed data/districts.tsv
	districtsTSV []byte
	//go:embed data/municipalities.tsv
	municipalitiesTSV []byte
)

// Directory routes. It holds no state of its own.
type Directory struct {
	// Location is where the days of an absence are counted.
	Location *time.Location
}

// Place is a municipality with its number of pupils in 2020.
type Place struct {
	models.Municipality
	Pupils int
}

// Districts returns the school administrations and, last, the national desk.
func Districts() ([]models.District, error) {
	rows, err := read(districtsTSV, 3)
	if err != nil {
		return nil, err
	}
	var out []models.District
	for i, row := range rows {
		out = append(out, models.District{ID: row[0], NameSr: row[1], NameEn: row[2], Position: i})
	}
	return out, nil
}

// Places returns the municipalities with their district.
func Places() ([]Place, error) {
	rows, err := read(municipalitiesTSV, 3)
	if err != nil {
		return nil, err
	}
	var out []Place
	for _, row := range rows {
		pupils, err := strconv.Atoi(row[2])
		if err != nil {
			return nil, fmt.Errorf("municipality %s: %w", row[0], err)
		}
		out = append(out, Place{models.Municipality{Name: row[0], DistrictID: row[1]}, pupils})
	}
	return out, nil
}

func read(data []byte, columns int) ([][]string, error) {
	r := csv.NewReader(bytes.NewReader(data))
	r.Comma, r.FieldsPerRecord = '\t', columns
	rows, err := r.ReadAll()
	if err != nil {
		return nil, err
	}
	return rows[1:], nil
}

// Seed writes districts and municipalities into an empty database.
func Seed(tx *store.Tx) error {
	districts, err := Districts()
	if err != nil {
		return err
	}
	places, err := Places()
	if err != nil {
		return err
	}
	municipalities := make([]models.Municipality, len(places))
	for i, p := range places {
		municipalities[i] = p.Municipality
	}
	if err := tx.Put(districts); err != nil {
		return err
	}
	return tx.Put(municipalities)
}

// Rules by which a submission found its desk; kept with the referral.
const (
	RulePrimary  = "primary"  // the district's primary contact
	RuleDeputy   = "deputy"   // the next deputy who is there
	RuleNational = "national" // nobody of the district is there
	RuleConflict = "conflict" // somebody at the school may be involved
)

// Route is where a submission goes: always somewhere.
type Route struct {
	DeskID string // the desk that holds it
	UserID string // the contact who is told first; "" when the national desk has nobody there either
	Rule   string
}

// Route finds the desk for a submission from the district at that moment: the
// primary contact, or deputies in order, or the national desk; at once the
// national desk when somebody at the school may be involved. It never refuses
// for want of a contact: at worst the whole national desk sees it.
func (d *Directory) Route(ctx context.Context, tx *store.Tx, districtID string, conflict bool, at time.Time) (Route, error) {
	rule := RuleNational
	if conflict {
		rule = RuleConflict
	} else {
		c, ok, err := d.present(ctx, tx, districtID, at)
		if err != nil {
			return Route{}, err
		}
		if ok && c.Position == 0 {
			return Route{districtID, c.UserID, RulePrimary}, nil
		}
		if ok {
			return Route{districtID, c.UserID, RuleDeputy}, nil
		}
	}
	c, _, err := d.present(ctx, tx, models.NationalDesk, at)
	return Route{models.NationalDesk, c.UserID, rule}, err
}

// present returns the first contact of a desk who is neither away nor disabled.
func (d *Directory) present(ctx context.Context, tx *store.Tx, districtID string, at time.Time) (store.ContactState, bool, error) {
	contacts, err := tx.Contacts(ctx, districtID, at.In(d.Location))
	if err != nil {
		return store.ContactState{}, false, err
	}
	for _, c := range contacts {
		if !c.Disabled && !c.Absent {
			return c, true, nil
		}
	}
	return store.ContactState{}, false, nil
}
