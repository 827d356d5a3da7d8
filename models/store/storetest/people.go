package storetest

import "znak/models"

// Ids of the people of every world. What each is stands in People.
const (
	Teacher         = "teacher"          // school 1, Belgrade; wrote what the builders write unless told otherwise
	Teacher2        = "teacher2"         // school 1
	Psychologist    = "psychologist"     // school 1
	TeacherNear     = "teacher-near"     // school 2, Belgrade
	PsychologistFar = "psychologist-far" // school 3, Niš
	TeacherFar      = "teacher-far"      // school 3, Niš
	Coordinator     = "coordinator"      // Belgrade, primary contact
	Deputy          = "deputy"           // Belgrade
	CoordinatorFar  = "coordinator-far"  // Niš, primary contact
	National        = "national"         // national desk, primary contact
	National2       = "national2"        // national desk
	Centre          = "centre"
	Centre2         = "centre2"
	Ministry        = "ministry"
	Auditor         = "auditor"
	Admin           = "admin"
)

// Schools and districts of every world.
const (
	School1  = "school-1"
	School2  = "school-2"
	School3  = "school-3"
	Belgrade = "beograd"
	Nis      = "nis"
)

// Email is the address of somebody of every world.
func Email(id string) string { return id + "@znak.test" }

// People are the accounts of every world, in the order of the constants.
func People() []models.User {
	user := func(id, name string, role models.Role, school, district string) models.User {
		return models.User{ID: id, Email: Email(id), Name: name, Role: role, SchoolID: school, DistrictID: district, Lang: "en"}
	}
	return []models.User{
		user(Teacher, "Јелена Ђорђевић", models.RoleTeacher, School1, ""),
		user(Teacher2, "Марко Петровић", models.RoleTeacher, School1, ""),
		user(Psychologist, "Ана Николић", models.RolePsychologist, School1, ""),
		user(TeacherNear, "Иван Илић", models.RoleTeacher, School2, ""),
		user(PsychologistFar, "Мира Савић", models.RolePsychologist, School3, ""),
		user(TeacherFar, "Горан Пешић", models.RoleTeacher, School3, ""),
		user(Coordinator, "Вера Јовановић", models.RoleCoordinator, "", Belgrade),
		user(Deputy, "Душан Томић", models.RoleCoordinator, "", Belgrade),
		user(CoordinatorFar, "Сања Митић", models.RoleCoordinator, "", Nis),
		user(National, "Љубица Станковић", models.RoleCoordinator, "", models.NationalDesk),
		user(National2, "Ненад Његован", models.RoleCoordinator, "", models.NationalDesk),
		user(Centre, "Ивана Костић", models.RoleCentre, "", ""),
		user(Centre2, "Петар Лукић", models.RoleCentre, "", ""),
		user(Ministry, "Милица Ристић", models.RoleMinistry, "", ""),
		user(Auditor, "Бранко Живковић", models.RoleAuditor, "", ""),
		user(Admin, "Зоран Бабић", models.RoleAdmin, "", ""),
	}
}

// Schools are the schools of every world.
func Schools() []models.School {
	return []models.School{
		{ID: School1, Code: "0101", Name: "ОШ „Прва“", Level: "primary", Municipality: "Вождовац", DistrictID: Belgrade},
		{ID: School2, Code: "0102", Name: "ОШ „Друга“", Level: "primary", Municipality: "Земун", DistrictID: Belgrade},
		{ID: School3, Code: "0201", Name: "Средња школа „Трећа“", Level: "secondary", Municipality: "Медијана", DistrictID: Nis},
	}
}

// Contacts are the contacts of the desks of every world.
func Contacts() []models.Contact {
	return []models.Contact{
		{DistrictID: Belgrade, UserID: Coordinator, Position: 0},
		{DistrictID: Belgrade, UserID: Deputy, Position: 1},
		{DistrictID: Nis, UserID: CoordinatorFar, Position: 0},
		{DistrictID: models.NationalDesk, UserID: National, Position: 0},
		{DistrictID: models.NationalDesk, UserID: National2, Position: 1},
	}
}

// System is the portal itself.
var System = models.Actor{ID: "system", Role: models.RoleSystem}
