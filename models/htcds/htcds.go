// Package htcds writes closed referrals in the fields of the Human Trafficking
// Case Data Standard (HTCDS) 2.0 of the International Organization for
// Migration: what a school referral can honestly fill, everything else empty,
// and nobody's name. Field by field it stands in docs/htcds.md. The names of the
// fields and the lists of codes in data/ are the standard's, in our own form;
// HTCDS is licensed under CC BY 4.0, and IOM endorses nothing here.
package htcds

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"time"

	"znak/models"
)

// Version is the version of the standard.
const Version = "2.0"

// Signs is the column of our own beside those of the standard: the warning signs
// that somebody noticed, by our own codes. HTCDS has no field for a doubt.
const Signs = "znak_signs"

//go:embed data/fields.tsv
var fieldList string

//go:embed data/codes.tsv
var codeList string

// Fields lists the fields of the standard that are not deprecated, in its own
// order, and then Signs.
func Fields() (names []string) {
	for line := range strings.Lines(fieldList) {
		name, _, _ := strings.Cut(line, "\t")
		names = append(names, name)
	}
	return append(names, Signs)
}

// codes are the lists of codes of the fields that are filled, by field.
func codes() map[string][]string {
	out := map[string][]string{}
	for line := range strings.Lines(codeList) {
		field, code, _ := strings.Cut(strings.TrimSpace(line), "\t")
		out[field] = append(out[field], code)
	}
	return out
}

// Case is what an export takes of a closed referral: no name, no reference, no
// school, no district, no text.
type Case struct {
	Sex         string // f, m, unknown
	Citizenship string // rs, other, unknown
	Received    string // YYYY-MM-DD, the day on which the Centre received it; "" = it never did
	Forwarded   bool
	Outcome     models.Outcome // the Centre's newest; "" when it decided nothing
	HandedTo    string         // of a closing by the district: the body it was handed to
	Signs       []string       // noticed signs, such as general@1:restraint-marks=seen
}

// Row is a case in the fields of the standard; a field that is not in it is
// empty.
type Row map[string]string

// RowOf fills what is known. It returns an error when a value is not one of the
// standard's: then nothing may be written.
func RowOf(c Case) (Row, error) {
	r := Row{"org_Type": "SchoolOrCollege", "prs_Gender": gender(c.Sex)}
	if c.Citizenship == "rs" {
		r["prs_Citizenship"] = "SRB"
	}
	if c.Forwarded {
		r["cas_ReasonForIncomingReferral"] = "Other" // none of the standard's others is a doubt
		r["cas_IncomingReferralDate"] = c.Received
	}
	r["cas_Status"] = status(c)
	if c.Outcome == models.OutcomeIdentified || c.Outcome == models.OutcomeSuspended {
		r["vic_TraffickingStatus"] = "PossibleVictimOfTrafficking" // never more: the finding is the Centre's own to publish
		r["vic_TraffickingStatusDecisionMakingOrg"] = "NonPoliceGovernmentalOrganization"
	}
	r[Signs] = strings.Join(slices.Sorted(slices.Values(c.Signs)), ";")
	for field, value := range r {
		if value == "" {
			delete(r, field)
		}
	}
	return r, r.check()
}

func gender(sex string) string {
	switch sex {
	case "f":
		return "Feminine"
	case "m":
		return "Masculine"
	}
	return "NonSpecifiedUnknown"
}

// status says that a case is closed only where the portal knows: what the Centre
// identified, or suspended, goes on there.
func status(c Case) string {
	switch {
	case c.Outcome == models.OutcomeNotAssessed || c.Outcome == models.OutcomeDismissed:
		return "Closed"
	case c.Outcome != "":
		return ""
	case c.HandedTo == "social-work" || c.HandedTo == "police":
		return "ClosedReferred"
	case c.HandedTo == "school-measures":
		return "Closed"
	}
	return ""
}

// check refuses a field or a code that the standard does not have.
func (r Row) check() error {
	fields, lists := Fields(), codes()
	for field, value := range r {
		if !slices.Contains(fields, field) {
			return fmt.Errorf("htcds: there is no field %s", field)
		}
		if list, ok := lists[field]; ok && !slices.Contains(list, value) {
			return fmt.Errorf("htcds: %s has no code for what the referral says", field)
		}
	}
	if day := r["cas_IncomingReferralDate"]; day != "" {
		if _, err := time.Parse(time.DateOnly, day); err != nil {
			return fmt.Errorf("htcds: cas_IncomingReferralDate: %w", err)
		}
	}
	return nil
}
