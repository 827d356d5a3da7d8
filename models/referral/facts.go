package referral

import (
	"encoding/json"
	"time"

	"znak/models"
	"znak/models/checklist"
	"znak/models/store"
)

// Fact is one row of the figures, sealed under the figures key. It holds no
// link to its referral; the referral's sealed content holds its id.
type Fact struct {
	District string         `json:"district"`
	Level    string         `json:"level"` // of the school
	AgeBand  string         `json:"age_band"`
	Sex      string         `json:"sex"`
	Groups   []string       `json:"groups,omitempty"` // sign groups with a sign noticed
	Urgency  models.Urgency `json:"urgency"`
	Role     models.Role    `json:"role"` // the reporter's
	// Outcome and its month, once the Centre has decided; the newest decision counts.
	Outcome      models.Outcome `json:"outcome,omitempty"`
	OutcomeMonth string         `json:"outcome_month,omitempty"`
}

// month is how the figures write a month.
const month = "2006-01"

func (s *Service) insertFact(tx *store.Tx, a models.Actor, o *opened, list *checklist.Checklist, school *models.School) error {
	c := &o.content
	f := Fact{District: school.DistrictID, Level: school.Level, AgeBand: ageBand(c.Child.BirthYear, tx.Now().In(s.Location)),
		Sex: c.Child.Sex, Urgency: o.Urgency, Role: a.Role}
	if f.Sex == "" {
		f.Sex = "unknown"
	}
	for _, g := range list.Groups {
		for _, sign := range g.Signs {
			if c.Signs[sign.ID].Answer.Noticed() {
				f.Groups = append(f.Groups, g.ID)
				break
			}
		}
	}
	body, err := s.sealFact(c.FactID, &f)
	if err != nil {
		return err
	}
	return tx.InsertFact(c.FactID, tx.Now().In(s.Location).Format(month), body)
}

// decideFact adds the Centre's outcome to the referral's row of the figures.
func (s *Service) decideFact(tx *store.Tx, o *opened, outcome models.Outcome) error {
	id := o.content.FactID
	body, err := tx.Fact(id)
	if err != nil {
		return err
	}
	plain, err := s.Vault.OpenFact(id, body)
	if err != nil {
		return err
	}
	var f Fact
	if err := json.Unmarshal(plain, &f); err != nil {
		return err
	}
	f.Outcome, f.OutcomeMonth = outcome, tx.Now().In(s.Location).Format(month)
	if body, err = s.sealFact(id, &f); err != nil {
		return err
	}
	return tx.UpdateFact(id, body)
}

func (s *Service) sealFact(id string, f *Fact) ([]byte, error) {
	plain, err := json.Marshal(f)
	if err != nil {
		return nil, err
	}
	return s.Vault.SealFact(id, plain)
}

// ageBand is the band of the age that the child reaches in the year of now.
func ageBand(birthYear int, now time.Time) string {
	if birthYear == 0 {
		return "unknown"
	}
	switch age := now.Year() - birthYear; {
	case age < 10:
		return "0-9"
	case age < 14:
		return "10-13"
	case age < 16:
		return "14-15"
	case age < 18:
		return "16-17"
	}
	return "18+"
}
