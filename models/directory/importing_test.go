package directory_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"znak/models"
	"znak/models/directory"
)

// known is a directory with two schools, one of them closed, and one account.
func known(t *testing.T) directory.Known {
	t.Helper()
	districts, err := directory.Districts()
	if err != nil {
		t.Fatal(err)
	}
	places, err := directory.Places()
	if err != nil {
		t.Fatal(err)
	}
	k := directory.Known{Districts: districts, Fold: func(s string) []string { return strings.Fields(strings.ToLower(s)) },
		Schools: []models.School{{ID: "s1", Code: "1", Name: "Стара", Level: "primary", Municipality: "Земун", DistrictID: "beograd"},
			{ID: "s2", Code: "2", Closed: true, DistrictID: "nis"}},
		Users: []models.User{{ID: "u1", Email: "ana@example.rs", Role: models.RoleTeacher, SchoolID: "s1"}}}
	for _, p := range places {
		k.Municipalities = append(k.Municipalities, p.Municipality)
	}
	return k
}

func TestSchoolsOfAFile(t *testing.T) {
	for name, file := range map[string]string{
		"commas":         "code,name,level,municipality\n1,Нова,primary,Врачар\n\n7,\"Шк. \"\"Седам\"\"\",music,Ниш - Палилула\n",
		"semicolons":     "\ufeffname;municipality;code;level\r\nНова;Београд - Врачар;1;primary\r\n\"Шк. \"\"Седам\"\"\";Ниш - Палилула;7;music\r\n",
		"tabs, district": "CODE\tName\tlevel\tmunicipality\tdistrict\tclosed\n1\tНова\tprimary\tВрачар\tbeograd\t\n7\t\"Шк. \"\"Седам\"\"\"\tmusic\tНиш - Палилула\tnis\tno\n",
	} {
		schools, faults, err := directory.ImportSchools([]byte(file), known(t))
		if err != nil || len(faults) > 0 || len(schools) != 2 {
			t.Errorf("%s: %+v, %v, %v", name, schools, faults, err)
			continue
		}
		old, fresh := schools[0], schools[1]
		if old.ID != "s1" || old.Name != "Нова" || old.DistrictID != "beograd" || old.Municipality != "Београд - Врачар" {
			t.Errorf("%s: a known school became %+v", name, old)
		}
		if fresh.ID == "" || fresh.Name != `Шк. "Седам"` || fresh.DistrictID != "nis" || fresh.Closed {
			t.Errorf("%s: a new school is %+v", name, fresh)
		}
	}
}

// TestEveryBadRowIsNamed: by its line in the file, with the reason.
func TestEveryBadRowIsNamed(t *testing.T) {
	head := "code,name,level,municipality,district,closed\n"
	for row, want := range map[string]string{
		",Име,primary,Врачар,,":            "no code",
		"a b,Име,primary,Врачар,,":         "the code has a space in it",
		"3,,primary,Врачар,,":              "no name",
		"3,Име,основна,Врачар,,":           `level "основна"`,
		"3,Име,primary,,,":                 "no municipality",
		"3,Име,primary,Непознато,,":        `municipality "Непознато" is not known`,
		"3,Име,primary,Палилула,,":         `municipality "Палилула" is not known`, // two cities have one
		"3,Име,primary,Врачар,nis,":        "municipality Београд - Врачар belongs to district beograd",
		"3,Име,primary,Непознато,xx,":      `district "xx" is not known`,
		"3,Име,primary,Непознато,rs,":      `district "rs" is not known`,
		"3,Име,primary,Врачар,,можда":      `closed "можда"`,
		"4,Име,primary,Врачар,,":           "code 4 stands on line 2 already",
		"5,\"Име\nу два реда\",x,Врачар,,": `level "x"`,
	} {
		file := head + "4,Прва,primary,Врачар,,\n\n" + row + "\n"
		_, faults, err := directory.ImportSchools([]byte(file), known(t))
		if err != nil || len(faults) != 1 || faults[0].Line != 4 || !strings.HasPrefix(faults[0].Reason, want) {
			t.Errorf("%q: %v, %v", row, faults, err)
		}
	}
	if s, faults, err := directory.ImportSchools([]byte(head+"3,Име,primary,Нови Пазар,novi-pazar,"), known(t)); err != nil || len(faults) > 0 || s[0].DistrictID != "novi-pazar" {
		t.Errorf("a district of unknown territory: %v, %v, %v", s, faults, err)
	}
}

func TestFilesThatAreNone(t *testing.T) {
	for name, file := range map[string]string{
		"empty":          "",
		"no column":      "code,name,level\n1,2,3\n",
		"strange column": "code,name,level,municipality,jmbg\n",
		"twice":          "code,code,name,level,municipality\n",
		"cell too many":  "code,name,level,municipality\n1,a,primary,Врачар,x\n",
		"bad quotes":     "code,name,level,municipality\n1,a\"b,primary,Врачар\n",
		"not UTF-8":      "code,name,level,municipality\n1,\xe6,primary,Врачар\n",
		"no workbook":    "PK\x03\x04nothing",
	} {
		if _, _, err := directory.ImportSchools([]byte(file), known(t)); models.CodeOf(err) != models.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestUsersOfAWorkbook(t *testing.T) {
	book := excelize.NewFile()
	for i, row := range [][]any{{"email", "name", "role", "school", "district", "lang"},
		{"Nova@Example.rs", "Нова", "teacher", 1, "", ""}, {"ana@example.rs", "Друго име", "teacher", 1, "", "en"}, {},
		{"vera@example.rs", "Вера", "coordinator", "", "rs", "sr-Latn"}} {
		if err := book.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	data, err := book.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	users, same, faults, err := directory.ImportUsers(data.Bytes(), known(t))
	if err != nil || len(faults) > 0 || same != 1 || len(users) != 2 {
		t.Fatalf("%+v, %d, %v, %v", users, same, faults, err)
	}
	if u := users[0]; u.Email != "nova@example.rs" || u.SchoolID != "s1" || u.Lang != "sr" {
		t.Errorf("%+v", u)
	}
	if u := users[1]; u.DistrictID != models.NationalDesk || u.Lang != "sr-Latn" {
		t.Errorf("%+v", u)
	}
}

func TestEveryBadAccountIsNamed(t *testing.T) {
	for row, want := range map[string]string{
		"nova,Нова,teacher,1,,":                   "email",
		"Нова <nova@example.rs>,Нова,teacher,1,,": "email",
		"nova@example.rs,,teacher,1,,":            "no name",
		"nova@example.rs,Нова,system,,,":          `role "system"`,
		"nova@example.rs,Нова,operator,,,":        `role "operator"`,
		"nova@example.rs,Нова,teacher,9,,":        "there is no school",
		"nova@example.rs,Нова,teacher,,,":         "there is no school",
		"nova@example.rs,Нова,teacher,2,,":        "the school with the code 2 is closed",
		"nova@example.rs,Нова,teacher,1,nis,":     "a teacher has a school, not a district",
		"nova@example.rs,Нова,coordinator,,xx,":   `district "xx"`,
		"nova@example.rs,Нова,coordinator,1,nis,": "a coordinator has no school",
		"nova@example.rs,Нова,centre,,nis,":       "a centre has no district",
		"nova@example.rs,Нова,teacher,1,,de":      `lang "de"`,
		"ana@example.rs,Ана,psychologist,1,,":     "ana@example.rs has an account of another role or place",
		"PRVA@example.rs,Ана,teacher,1,,":         "prva@example.rs stands on line 2 already",
	} {
		file := "email,name,role,school,district,lang\nprva@example.rs,Прва,teacher,1,,\n" + row + "\n"
		_, _, faults, err := directory.ImportUsers([]byte(file), known(t))
		if err != nil || len(faults) != 1 || faults[0].Line != 3 || !strings.HasPrefix(faults[0].Reason, want) {
			t.Errorf("%q: %v, %v", row, faults, err)
		}
	}
}
