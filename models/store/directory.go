package store

import (
	"context"
	"time"

	"gorm.io/gorm/clause"

	"znak/models"
)

// The directory is not about children: reads of districts, schools and
// contacts are open to whoever is signed in, unless they say otherwise.

// Districts returns all districts in their order, the national desk last.
func (r *reader) Districts(ctx context.Context) (out []models.District, err error) {
	err = fault(r.db.WithContext(ctx).Order("position, id").Find(&out).Error)
	return out, err
}

// Municipalities returns all municipalities by name.
func (r *reader) Municipalities(ctx context.Context) (out []models.Municipality, err error) {
	err = fault(r.db.WithContext(ctx).Order("name").Find(&out).Error)
	return out, err
}

// School returns one school. Returns models.ErrNotFound when there is none.
func (r *reader) School(ctx context.Context, id string) (*models.School, error) {
	var out models.School
	if err := r.db.WithContext(ctx).Where("id = ?", id).Take(&out).Error; err != nil {
		return nil, fault(err)
	}
	return &out, nil
}

// SchoolsByID returns the schools with these ids, by id.
func (r *reader) SchoolsByID(ctx context.Context, ids []string) (map[string]models.School, error) {
	var rows []models.School
	if err := r.db.WithContext(ctx).Where("id IN ?", ids).Find(&rows).Error; err != nil {
		return nil, fault(err)
	}
	out := make(map[string]models.School, len(rows))
	for _, s := range rows {
		out[s.ID] = s
	}
	return out, nil
}

// Schools returns all schools by district and name.
func (r *reader) Schools(ctx context.Context) (out []models.School, err error) {
	err = fault(r.db.WithContext(ctx).Order("district_id, name").Find(&out).Error)
	return out, err
}

// ContactState is a contact as routing sees it.
type ContactState struct {
	UserID   string
	Name     string
	Position int
	Disabled bool // the account is closed, or is no longer a coordinator's of this desk
	Absent   bool
}

// Contacts returns a district's contacts in order, with who cannot act or is
// absent on the day of at (in at's location).
func (r *reader) Contacts(ctx context.Context, districtID string, at time.Time) (out []ContactState, err error) {
	day := at.Format(time.DateOnly)
	err = fault(r.db.WithContext(ctx).Raw(`SELECT users.id AS user_id, users.name, contacts.position,
		users.disabled OR users.role <> ? OR users.district_id <> contacts.district_id AS disabled,
		EXISTS (SELECT 1 FROM absences WHERE absences.user_id = users.id AND absences.from_day <= ? AND absences.to_day >= ?) AS absent
		FROM contacts JOIN users ON users.id = contacts.user_id WHERE contacts.district_id = ? ORDER BY contacts.position, users.id`,
		models.RoleCoordinator, day, day, districtID).Scan(&out).Error)
	return out, err
}

// Absences returns a user's absences that end on or after the day of at.
func (r *reader) Absences(ctx context.Context, userID string, at time.Time) (out []models.Absence, err error) {
	err = fault(r.db.WithContext(ctx).Where("user_id = ? AND to_day >= ?", userID, at.Format(time.DateOnly)).Order("from_day").Find(&out).Error)
	return out, err
}

// Put writes rows of the directory, replacing those with the same key: a slice
// of models.District, Municipality, School, Contact or Absence.
func (tx *Tx) Put(rows any) error {
	if err := tx.changeDirectory(); err != nil {
		return err
	}
	return fault(tx.db.Clauses(clause.OnConflict{Columns: keyOf(rows), UpdateAll: true}).CreateInBatches(rows, 200).Error)
}

// keyOf names the key of rows that have another than their id.
func keyOf(rows any) []clause.Column {
	switch rows.(type) {
	case []models.Municipality:
		return []clause.Column{{Name: "name"}}
	case []models.Contact:
		return []clause.Column{{Name: "district_id"}, {Name: "user_id"}}
	}
	return []clause.Column{{Name: "id"}}
}

// DeleteAbsence removes an absence that was entered by mistake or ended early,
// and returns whose it was. Returns models.ErrNotFound.
func (tx *Tx) DeleteAbsence(id string) (userID string, err error) {
	if err := tx.changeDirectory(); err != nil {
		return "", err
	}
	var a models.Absence
	if err := fault(tx.db.Where("id = ?", id).Take(&a).Error); err != nil {
		return "", err
	}
	return a.UserID, fault(tx.db.Exec("DELETE FROM absences WHERE id = ?", id).Error)
}
