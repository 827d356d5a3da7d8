package demo

import "znak/models"

// Password opens every account that a person can sign in to.
const Password = "znak-demo-2026"

// Account is one that a person can sign in to.
type Account struct {
	Email    string
	Role     models.Role
	District string // whose first school, for school staff; whose desk, for coordinators
	woman    bool
}

// Accounts lists the accounts that people can sign in to with Password, in the
// order in which the demo prints them.
func Accounts() []Account {
	return []Account{
		{"teacher@demo.znak", models.RoleTeacher, "beograd", true},
		{"teacher2@demo.znak", models.RoleTeacher, "beograd", false},
		{"psychologist@demo.znak", models.RolePsychologist, "beograd", true},
		{"teacher.nis@demo.znak", models.RoleTeacher, "nis", false},
		{"coordinator@demo.znak", models.RoleCoordinator, "beograd", true},
		{"deputy@demo.znak", models.RoleCoordinator, "beograd", false},
		{"coordinator.nis@demo.znak", models.RoleCoordinator, "nis", false},
		{"national@demo.znak", models.RoleCoordinator, models.NationalDesk, true},
		{"centre@demo.znak", models.RoleCentre, "", true},
		{"centre2@demo.znak", models.RoleCentre, "", false},
		{"ministry@demo.znak", models.RoleMinistry, "", true},
		{"auditor@demo.znak", models.RoleAuditor, "", false},
		{"admin@demo.znak", models.RoleAdmin, "", true},
	}
}

// withoutContact are the districts that have nobody: what they submit goes to
// the national desk.
var withoutContact = map[string]bool{"ranilug": true, "novi-pazar": true}

// awayNow is the district whose primary contact is away today: what it submits
// goes to the deputy.
const awayNow = "zajecar"
