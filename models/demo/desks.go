package demo

import (
	"time"

	"znak/models"
	"znak/models/directory"
)

// addDesks gives each district a primary contact and a deputy, the national
// desk a second pair of eyes, and the Centre more officers.
func (c *cast) addDesks(now time.Time) error {
	districts, err := directory.Districts()
	if err != nil {
		return err
	}
	for i, d := range districts {
		if withoutContact[d.ID] {
			continue
		}
		c.sit(d.ID, newDice(castSeed, "desk", i))
		for position, p := range c.desks[d.ID] {
			c.contacts = append(c.contacts, models.Contact{DistrictID: d.ID, UserID: p.user.ID, Position: position})
		}
		if d.ID != models.NationalDesk {
			c.away(d.ID, now, newDice(castSeed, "away", i))
		}
	}
	for _, email := range []string{"centre3@demo.znak", "centre4@demo.znak"} {
		c.add(models.User{Email: email, Role: models.RoleCentre}, true, false, nil)
	}
	return nil
}

// sit fills the two places of a desk, those with an account of their own first.
func (c *cast) sit(district string, d *dice) {
	for _, p := range c.people {
		if p.user.Role == models.RoleCoordinator && p.user.DistrictID == district {
			c.desks[district] = append(c.desks[district], p)
		}
	}
	for _, rank := range []string{"coordinator.", "deputy."}[len(c.desks[district]):] {
		u := models.User{Email: rank + district + "@demo.znak", Role: models.RoleCoordinator, DistrictID: district}
		c.desks[district] = append(c.desks[district], c.add(u, d.chance(0.6), false, nil))
	}
}

// away gives a district's primary contact two summer holidays and some days of
// illness, all of them past, and one contact an absence today.
func (c *cast) away(district string, now time.Time, d *dice) {
	primary := c.desks[district][0].user.ID
	absent := func(from time.Time, days int) {
		c.absences = append(c.absences, models.Absence{ID: d.id(), UserID: primary,
			FromDay: from.Format(time.DateOnly), ToDay: from.AddDate(0, 0, days-1).Format(time.DateOnly)})
	}
	for _, years := range []int{0, 1} {
		july := time.Date(now.Year()-years, time.July, 8+d.IntN(25), 0, 0, 0, 0, now.Location())
		if length := 14; july.AddDate(0, 0, length+1).Before(now) {
			absent(july, length)
		}
	}
	absent(now.AddDate(0, 0, -d.between(30, 600)), 5)
	if district == awayNow {
		absent(now.AddDate(0, 0, -3), 10)
	}
}
