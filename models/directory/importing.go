package directory

import (
	"fmt"
	"net/mail"
	"slices"
	"strings"

	"znak/models"
	"znak/models/store"
)

// Columns of the files to import.
var (
	schoolColumns  = []string{"code", "name", "level", "municipality"}
	schoolOptional = []string{"district", "closed"}
	userColumns    = []string{"email", "name", "role"}
	userOptional   = []string{"school", "district", "lang"}
)

// levels are the kinds of schools.
var levels = []string{"primary", "secondary", "special", "music"}

// Known is what the database already has, for imports to be checked against.
type Known struct {
	Schools        []models.School
	Districts      []models.District
	Municipalities []models.Municipality
	Users          []models.User
	// Fold gives the words of a name without script and accents.
	Fold func(string) []string
}

// ImportSchools reads schools from a file: new ones, and known ones, told by
// their code, with what the file says of them. The district follows from the
// municipality unless the file names it. It returns what is wrong with each bad
// row, or, where the file as a whole cannot be read, an error.
func ImportSchools(data []byte, known Known) (schools []models.School, faults []RowFault, err error) {
	rows, err := ReadTable(data, schoolColumns, schoolOptional)
	if err != nil {
		return nil, nil, err
	}
	byCode := map[string]models.School{}
	for _, s := range known.Schools {
		byCode[s.Code] = s
	}
	first := map[string]int{}
	for _, row := range rows {
		s, reason := known.school(row, byCode[row.Cell("code")])
		if line, twice := first[s.Code]; twice && reason == "" {
			reason = fmt.Sprintf("code %s stands on line %d already", s.Code, line)
		}
		if reason != "" {
			faults = append(faults, RowFault{row.Line, reason})
			continue
		}
		first[s.Code] = row.Line
		schools = append(schools, s)
	}
	return schools, faults, nil
}

// school makes the school of a row, and says what is wrong with it.
func (k Known) school(row Row, old models.School) (s models.School, reason string) {
	s = models.School{ID: old.ID, Code: row.Cell("code"), Name: row.Cell("name"), Level: row.Cell("level"), Closed: old.Closed}
	switch {
	case s.Code == "":
		return s, "no code"
	case strings.ContainsAny(s.Code, " \t\r\n"):
		return s, "the code has a space in it"
	case s.Name == "":
		return s, "no name"
	case !slices.Contains(levels, s.Level):
		return s, fmt.Sprintf("level %q; known: %s", s.Level, strings.Join(levels, ", "))
	}
	if s.ID == "" {
		s.ID = models.NewID()
	}
	switch closed := row.Cell("closed"); closed {
	case "":
	case "yes", "no":
		s.Closed = closed == "yes"
	default:
		return s, fmt.Sprintf("closed %q; known: yes, no", closed)
	}
	return k.place(s, row)
}

// place finds a school's municipality and district.
func (k Known) place(s models.School, row Row) (models.School, string) {
	written, district := row.Cell("municipality"), row.Cell("district")
	if written == "" {
		return s, "no municipality"
	}
	if district != "" && (!k.hasDistrict(district) || district == models.NationalDesk) {
		return s, fmt.Sprintf("district %q is not known", district)
	}
	m, ok := k.municipality(written)
	switch {
	case !ok && district == "":
		return s, fmt.Sprintf("municipality %q is not known: correct it, or name the district", written)
	case !ok:
		m = models.Municipality{Name: written, DistrictID: district}
	case district != "" && district != m.DistrictID && k.hasMunicipalities(district):
		return s, fmt.Sprintf("municipality %s belongs to district %s, not %s", m.Name, m.DistrictID, district)
	case district != "": // a district whose territory is not known yet
		m.DistrictID = district
	}
	s.Municipality, s.DistrictID = m.Name, m.DistrictID
	return s, ""
}

func (k Known) hasMunicipalities(district string) bool {
	return slices.ContainsFunc(k.Municipalities, func(m models.Municipality) bool { return m.DistrictID == district })
}

// municipality finds a municipality by its name in either script, or by the
// last part of its name ("Београд - Врачар") where only one has that.
func (k Known) municipality(written string) (models.Municipality, bool) {
	folded := k.Fold(written)
	var parts []models.Municipality
	for _, m := range k.Municipalities {
		if slices.Equal(k.Fold(m.Name), folded) {
			return m, true
		}
		if _, last, ok := strings.Cut(m.Name, " - "); ok && slices.Equal(k.Fold(last), folded) {
			parts = append(parts, m)
		}
	}
	if len(parts) != 1 {
		return models.Municipality{}, false
	}
	return parts[0], true
}

func (k Known) hasDistrict(id string) bool {
	return slices.ContainsFunc(k.Districts, func(d models.District) bool { return d.ID == id })
}

// ImportUsers reads new accounts from a file. An address that has an account of
// the same role and place already is left as it is, and counted in same; of
// another role or place it is a fault. It returns what is wrong with each bad
// row, or, where the file as a whole cannot be read, an error.
func ImportUsers(data []byte, known Known) (users []models.User, same int, faults []RowFault, err error) {
	rows, err := ReadTable(data, userColumns, userOptional)
	if err != nil {
		return nil, 0, nil, err
	}
	byEmail := map[string]models.User{}
	for _, u := range known.Users {
		byEmail[u.Email] = u
	}
	first := map[string]int{}
	for _, row := range rows {
		u, reason := known.user(row)
		if line, twice := first[u.Email]; twice && reason == "" {
			reason = fmt.Sprintf("%s stands on line %d already", u.Email, line)
		}
		old, exists := byEmail[u.Email]
		if exists && reason == "" && (old.Role != u.Role || old.SchoolID != u.SchoolID || old.DistrictID != u.DistrictID) {
			reason = u.Email + " has an account of another role or place"
		}
		if reason != "" {
			faults = append(faults, RowFault{row.Line, reason})
			continue
		}
		first[u.Email] = row.Line
		if exists {
			same++
		} else {
			users = append(users, u)
		}
	}
	return users, same, faults, nil
}

// user makes the account of a row, and says what is wrong with it.
func (k Known) user(row Row) (u models.User, reason string) {
	u = models.User{Email: store.FoldEmail(row.Cell("email")), Name: row.Cell("name"), Role: models.Role(row.Cell("role")), Lang: row.Cell("lang")}
	if u.Lang == "" {
		u.Lang = "sr"
	}
	if a, err := mail.ParseAddress(u.Email); err != nil || a.Address != u.Email {
		return u, fmt.Sprintf("email %q is not an address", u.Email)
	}
	switch {
	case u.Name == "":
		return u, "no name"
	case !slices.Contains(models.Roles, u.Role):
		return u, fmt.Sprintf("role %q; known: teacher, psychologist, coordinator, centre, ministry, auditor, admin", u.Role)
	case !slices.Contains([]string{"sr", "sr-Latn", "en"}, u.Lang):
		return u, fmt.Sprintf("lang %q; known: sr, sr-Latn, en", u.Lang)
	}
	return k.Placed(u, row.Cell("school"), row.Cell("district"))
}

// Placed gives an account the school with a code or the desk of a district,
// and says in words why that cannot be.
func (k Known) Placed(u models.User, schoolCode, district string) (models.User, string) {
	switch {
	case u.Role.AtSchool() && district != "":
		return u, fmt.Sprintf("a %s has a school, not a district", u.Role)
	case u.Role.AtSchool():
		i := slices.IndexFunc(k.Schools, func(s models.School) bool { return s.Code == schoolCode })
		if i < 0 || schoolCode == "" {
			return u, fmt.Sprintf("there is no school with the code %q", schoolCode)
		}
		if k.Schools[i].Closed {
			return u, fmt.Sprintf("the school with the code %s is closed", schoolCode)
		}
		u.SchoolID = k.Schools[i].ID
	case schoolCode != "":
		return u, fmt.Sprintf("a %s has no school", u.Role)
	case u.Role == models.RoleCoordinator:
		if !k.hasDistrict(district) {
			return u, fmt.Sprintf("district %q is not known", district)
		}
		u.DistrictID = district
	case district != "":
		return u, fmt.Sprintf("a %s has no district", u.Role)
	}
	return u, ""
}
