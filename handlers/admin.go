package handlers

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"znak/handlers/middleware"
	"znak/models"
	"znak/models/checklist"
	"znak/models/store"
)

// AdminPage is one of the admin's pages. It never holds a child's data.
type AdminPage struct {
	Page
	Users      []AdminUser
	Query      string // words that were looked for among the accounts
	Next       string
	Schools    []models.School
	Districts  []AdminDistrict
	Checklists []*checklist.Checklist
	Absence    []Field
}

// AdminUser is an account with the place where it works.
type AdminUser struct {
	models.User
	School   string
	District models.District
	Self     bool
}

// AdminDistrict is a district with its contacts in order.
type AdminDistrict struct {
	models.District
	Contacts []AdminContact
}

// AdminContact is a contact with the absences to come.
type AdminContact struct {
	store.ContactState
	Absences []models.Absence
}

// admin answers GET /admin.
func (h *Handlers) admin(c echo.Context) error {
	return h.show(c, "admin", AdminPage{Page: h.page(c, "title.admin")})
}

// usersPage is how many accounts a page shows.
const usersPage = 50

// adminUsers answers GET /admin/users.
func (h *Handlers) adminUsers(c echo.Context) error {
	ctx, a := c.Request().Context(), middleware.Actor(c)
	p := AdminPage{Page: h.page(c, "title.admin_users"), Query: strings.TrimSpace(c.QueryParam("q"))}
	users, err := h.someUsers(c, a, p.Query)
	if err != nil {
		return err
	}
	if len(users) > usersPage {
		users = users[:usersPage]
		p.Next = "/admin/users?" + url.Values{"q": {p.Query}, "after": {users[usersPage-1].ID}}.Encode()
	}
	var ids []string
	for _, u := range users {
		ids = append(ids, u.SchoolID)
	}
	schools, err := h.Store.SchoolsByID(ctx, ids)
	if err != nil {
		return err
	}
	districts, err := h.districtsByID(c)
	if err != nil {
		return err
	}
	for _, u := range users {
		p.Users = append(p.Users, AdminUser{User: u, School: schools[u.SchoolID].Name, District: districts[u.DistrictID], Self: u.ID == a.ID})
	}
	return h.show(c, "admin_users", p)
}

// someUsers returns the accounts of one page and one more: all in turn, or those
// in whose name or address the words stand.
func (h *Handlers) someUsers(c echo.Context, a models.Actor, words string) ([]models.User, error) {
	if words == "" {
		return h.Store.Users(c.Request().Context(), a, c.QueryParam("after"), usersPage+1)
	}
	return h.Auth.FindUsers(c.Request().Context(), a, words, c.QueryParam("after"), usersPage+1)
}

func (h *Handlers) districtsByID(c echo.Context) (map[string]models.District, error) {
	districts, err := h.Store.Districts(c.Request().Context())
	if err != nil {
		return nil, err
	}
	out := map[string]models.District{}
	for _, d := range districts {
		out[d.ID] = d
	}
	return out, nil
}

// adminDisable answers POST /admin/users/{id}/disable: the account and all its
// sessions end at once.
func (h *Handlers) adminDisable(c echo.Context) error {
	if err := h.Auth.Disable(c.Request().Context(), middleware.Actor(c), c.Param("id")); err != nil {
		return err
	}
	h.setNotice(c, "done.disable")
	return c.Redirect(http.StatusSeeOther, "/admin/users")
}

// adminEnable answers POST /admin/users/{id}/enable.
func (h *Handlers) adminEnable(c echo.Context) error {
	made, err := h.Auth.Enable(c.Request().Context(), middleware.Actor(c), c.Param("id"))
	if err != nil {
		return err
	}
	h.setNotice(c, "done.enable")
	if made.Waits {
		h.setNotice(c, "account.done_waits")
	}
	return c.Redirect(http.StatusSeeOther, "/admin/users")
}

// adminSchools answers GET /admin/schools.
func (h *Handlers) adminSchools(c echo.Context) error {
	p := AdminPage{Page: h.page(c, "title.admin_schools")}
	districts, err := h.districtsByID(c)
	if err != nil {
		return err
	}
	p.Schools, err = h.Store.Schools(c.Request().Context())
	if err != nil {
		return err
	}
	for _, d := range districts {
		p.Districts = append(p.Districts, AdminDistrict{District: d})
	}
	return h.show(c, "admin_schools", p)
}

// District returns the district with the id.
func (p AdminPage) District(id string) models.District {
	for _, d := range p.Districts {
		if d.ID == id {
			return d.District
		}
	}
	return models.District{}
}

// adminChecklists answers GET /admin/checklists: every published version with
// its digest.
func (h *Handlers) adminChecklists(c echo.Context) error {
	p := AdminPage{Page: h.page(c, "title.admin_checklists"), Checklists: h.Checklists.Versions()}
	return h.show(c, "admin_checklists", p)
}
