package store

import (
	"errors"
	"slices"
	"strings"

	"gorm.io/gorm"

	"znak/models"
)

// PutUser writes an account, new or changed. An empty PasswordHash leaves the
// stored one, a zero MadeAt the stored one or the moment of the transaction.
// When what the account may do changes, or its password, its sessions end in
// the same transaction. Returns CodeInvalid for an account that cannot be, or
// an address that another account has. Only an admin's or operator's act, or
// the owner's on the own account, may come here: the caller checks.
func (tx *Tx) PutUser(u models.User) error {
	u.Email = FoldEmail(u.Email)
	if err := checkUser(u); err != nil {
		return err
	}
	if err := tx.changeDirectory(); err != nil {
		return err
	}
	var old models.User
	err := tx.db.Where("id = ?", u.ID).Take(&old).Error
	fresh := errors.Is(err, gorm.ErrRecordNotFound)
	if err != nil && !fresh {
		return fault(err)
	}
	if u.PasswordHash == "" {
		u.PasswordHash = old.PasswordHash
	}
	if u.MadeAt.IsZero() {
		u.MadeAt = old.MadeAt
	}
	if fresh {
		if u.MadeAt.IsZero() {
			u.MadeAt = models.StampOf(tx.now)
		}
		return emailFault(tx.db.Create(&u).Error)
	}
	if err := emailFault(tx.db.Save(&u).Error); err != nil {
		return err
	}
	if sameRights(u, old) {
		return nil
	}
	return tx.EndSessions(u.ID)
}

// CheckUser refuses an account that PutUser would refuse for its role and
// place.
func (tx *Tx) CheckUser(u models.User) error {
	u.Email = FoldEmail(u.Email)
	return checkUser(u)
}

// sameRights says whether a session of old may go on as one of u.
func sameRights(u, old models.User) bool {
	return u.Role == old.Role && u.SchoolID == old.SchoolID && u.DistrictID == old.DistrictID &&
		u.Disabled == old.Disabled && u.PasswordHash == old.PasswordHash
}

func emailFault(err error) error {
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return models.Invalid(models.FieldError{Field: "email", Key: "error.email_taken"})
	}
	return fault(err)
}

// checkUser refuses an account whose role and place do not fit.
func checkUser(u models.User) error {
	var fields []models.FieldError
	refuse := func(field, key string) { fields = append(fields, models.FieldError{Field: field, Key: key}) }
	if local, domain, ok := strings.Cut(u.Email, "@"); !ok || local == "" || domain == "" || len(u.Email) > 254 {
		refuse("email", "error.email")
	}
	if u.ID == "" || strings.TrimSpace(u.Name) == "" {
		refuse("name", "error.required")
	}
	if !slices.Contains(models.Roles, u.Role) {
		refuse("role", "error.choice")
	}
	school := u.Role == models.RoleTeacher || u.Role == models.RolePsychologist
	if school != (u.SchoolID != "") {
		refuse("school", "error.school_role")
	}
	if (u.Role == models.RoleCoordinator) != (u.DistrictID != "") {
		refuse("district", "error.district_role")
	}
	if len(fields) > 0 {
		return models.Invalid(fields...)
	}
	return nil
}

// SetDisabled closes an account, ending all its sessions in the same
// transaction, or opens it again. Returns models.ErrNotFound.
func (tx *Tx) SetDisabled(id string, disabled bool) error {
	if err := tx.changeDirectory(); err != nil {
		return err
	}
	res := tx.db.Model(&models.User{}).Where("id = ?", id).Update("disabled", disabled)
	if res.Error != nil {
		return fault(res.Error)
	}
	if res.RowsAffected == 0 {
		return models.ErrNotFound
	}
	if !disabled {
		return nil
	}
	return tx.EndSessions(id)
}
