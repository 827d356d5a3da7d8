package demo

import (
	"fmt"
	"time"

	"znak/models"
	"znak/models/directory"
)

// castSeed makes the people: they are the same in every demo.
const castSeed = 1

// person is somebody in the demo.
type person struct {
	user    models.User
	actor   models.Actor
	voice   voice
	signsIn bool
}

// cast is everybody in the demo, and where they work.
type cast struct {
	lib      *library
	schools  []models.School
	pupils   []float64 // by school: how often it writes
	people   []*person
	byID     map[string]*person
	byEmail  map[string]*person
	staff    map[string][]*person // by school; only those whose history is made up
	desks    map[string][]*person // by district, in the order of its contacts
	officers []*person            // of the Centre
	contacts []models.Contact
	absences []models.Absence
}

// newCast invents everybody, the same people each time; only absences follow
// the day of now.
func newCast(lib *library, now time.Time) (*cast, error) {
	c := &cast{lib: lib, byID: map[string]*person{}, byEmail: map[string]*person{}, staff: map[string][]*person{}, desks: map[string][]*person{}}
	if err := c.addSchools(); err != nil {
		return nil, err
	}
	first := map[string]*models.School{}
	for i := range c.schools {
		if s := &c.schools[i]; first[s.DistrictID] == nil {
			first[s.DistrictID] = s
		}
	}
	for _, a := range Accounts() {
		u := models.User{Email: a.Email, Role: a.Role}
		switch a.Role {
		case models.RoleTeacher, models.RolePsychologist:
			u.SchoolID = first[a.District].ID
		case models.RoleCoordinator:
			u.DistrictID = a.District
		}
		c.add(u, a.woman, true, first[a.District])
	}
	c.addStaff()
	return c, c.addDesks(now)
}

func (c *cast) addSchools() error {
	places, err := directory.Places()
	if err != nil {
		return err
	}
	pupils, schools := map[string]float64{"novi-pazar": 15000}, map[string]float64{}
	for _, p := range places {
		pupils[p.DistrictID] += float64(p.Pupils)
	}
	share := map[string]float64{"primary": 1, "secondary": 0.5, "special": 0.25, "music": 0.1}
	for _, s := range c.lib.schools {
		schools[s.district] += share[s.level]
	}
	for i, s := range c.lib.schools {
		c.schools = append(c.schools, models.School{ID: newDice(castSeed, "school", i).id(), Code: fmt.Sprintf("DEMO-%03d", i+1),
			Name: s.name, Level: s.level, Municipality: s.municipality, DistrictID: s.district})
		c.pupils = append(c.pupils, pupils[s.district]*share[s.level]/schools[s.district])
	}
	return nil
}

// addStaff gives each school teachers and a psychologist who cannot sign in.
func (c *cast) addStaff() {
	for i := range c.schools {
		s := &c.schools[i]
		d := newDice(castSeed, "staff", i)
		for n := range d.between(2, 4) {
			u := models.User{Email: fmt.Sprintf("demo-%03d.t%d@demo.znak", i+1, n+1), Role: models.RoleTeacher, SchoolID: s.ID}
			c.staff[s.ID] = append(c.staff[s.ID], c.add(u, d.chance(0.7), false, s))
		}
		if i == 0 {
			c.staff[s.ID] = append(c.staff[s.ID], c.byEmail["psychologist@demo.znak"])
			continue
		}
		u := models.User{Email: fmt.Sprintf("demo-%03d.p@demo.znak", i+1), Role: models.RolePsychologist, SchoolID: s.ID}
		c.staff[s.ID] = append(c.staff[s.ID], c.add(u, d.chance(0.85), false, s))
	}
}

// add invents one person.
func (c *cast) add(u models.User, woman, signsIn bool, school *models.School) *person {
	d := newDice(castSeed, "person", len(c.people))
	u.ID, u.Lang = d.id(), "sr"
	first := "boys"
	if woman {
		first = "girls"
	}
	u.Name = one(d, c.lib.names[first]) + " " + one(d, c.lib.names["surnames"])
	p := &person{user: u, voice: voice{woman: woman}, signsIn: signsIn}
	if u.SchoolID != "" && !signsIn {
		p.voice.latin = d.chance(0.25)
		p.voice.bare = p.voice.latin && d.chance(0.4)
	}
	p.actor = models.Actor{ID: u.ID, Role: u.Role, SchoolID: u.SchoolID, DistrictID: u.DistrictID}
	if u.SchoolID != "" {
		p.actor.DistrictID = school.DistrictID
	}
	c.people = append(c.people, p)
	c.byID[u.ID], c.byEmail[u.Email] = p, p
	if u.Role == models.RoleCentre {
		c.officers = append(c.officers, p)
	}
	return p
}

// psychologist returns the keeper of the school's records.
func (c *cast) psychologist(schoolID string) *person {
	staff := c.staff[schoolID]
	return staff[len(staff)-1]
}
