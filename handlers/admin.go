package handlers

import (
	"net/http"
	"time"

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
	users, err := h.Store.Users(ctx, a, c.QueryParam("after"), usersPage+1)
	if err != nil {
		return err
	}
	p := AdminPage{Page: h.page(c, "title.admin_users")}
	if len(users) > usersPage {
		users = users[:usersPage]
		p.Next = "/admin/users?after=" + users[usersPage-1].ID
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
func (h *Handlers) adminDisable(c echo.Context) error { return h.setDisabled(c, "disable", true) }

// adminEnable answers POST /admin/users/{id}/enable.
func (h *Handlers) adminEnable(c echo.Context) error { return h.setDisabled(c, "enable", false) }

func (h *Handlers) setDisabled(c echo.Context, action string, disabled bool) error {
	if err := h.Auth.SetDisabled(c.Request().Context(), middleware.Actor(c), c.Param("id"), disabled); err != nil {
		return err
	}
	h.setNotice(c, "done."+action)
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

// adminDistricts answers GET /admin/districts: contacts in order, absences,
// and the districts that have nobody.
func (h *Handlers) adminDistricts(c echo.Context) error {
	return h.showDistricts(c, http.StatusOK, nil, map[string]string{})
}

func (h *Handlers) showDistricts(c echo.Context, status int, faults []FormError, typed map[string]string) error {
	ctx := c.Request().Context()
	p := AdminPage{Page: h.page(c, "title.admin_districts")}
	p.Errors, p.LangForm = faults, "absence"
	districts, err := h.Store.Districts(ctx)
	if err != nil {
		return err
	}
	who := Field{Kind: "select", Name: "user", Label: h.Locales.T(p.Lang, "field.user"), Value: typed["user"], Error: p.ErrorFor("user")}
	who.Options = []Option{{Label: h.Locales.T(p.Lang, "common.choose")}}
	for _, d := range districts {
		contacts, err := h.Store.Contacts(ctx, d.ID, p.Now)
		if err != nil {
			return err
		}
		row := AdminDistrict{District: d}
		for _, contact := range contacts {
			absences, err := h.Store.Absences(ctx, contact.UserID, p.Now)
			if err != nil {
				return err
			}
			row.Contacts = append(row.Contacts, AdminContact{contact, absences})
			who.Options = append(who.Options, Option{Value: contact.UserID,
				Label: personName(p.Lang, contact.Name) + " (" + h.Locales.Text(p.Lang, d.NameSr, d.NameEn) + ")"})
		}
		p.Districts = append(p.Districts, row)
	}
	day := func(name string) Field {
		return Field{Kind: "date", Name: name, Label: h.Locales.T(p.Lang, "field."+name), Value: typed[name], Error: p.ErrorFor(name), Class: "w-m"}
	}
	p.Absence = []Field{who, day("from_day"), day("to_day")}
	return h.showStatus(c, status, "admin_districts", p)
}

// adminAbsence answers POST /admin/absences: who is away when. Submissions of
// those days go to the next contact in order.
func (h *Handlers) adminAbsence(c echo.Context) error {
	form, err := posted(c)
	if err != nil {
		return err
	}
	typed := map[string]string{"user": form.Get("user"), "from_day": form.Get("from_day"), "to_day": form.Get("to_day")}
	if middleware.Relang(c) {
		return h.showDistricts(c, http.StatusOK, nil, typed)
	}
	if fault := checkAbsence(typed); fault != nil {
		return h.showDistricts(c, http.StatusUnprocessableEntity, h.formErrors(c, fault), typed)
	}
	a := middleware.Actor(c)
	err = h.Store.Tx(c.Request().Context(), func(tx *store.Tx) error {
		user, err := tx.UserByID(c.Request().Context(), typed["user"])
		if err != nil {
			return err
		}
		row := models.Absence{ID: models.NewID(), UserID: user.ID, FromDay: typed["from_day"], ToDay: typed["to_day"]}
		if err := tx.Put([]models.Absence{row}); err != nil {
			return err
		}
		e := models.AuditBy(a, "absence")
		e.Object, e.Fields, e.Rule = "user:"+user.ID, "from_day,to_day", "admin"
		return h.Audit.Append(tx, e)
	})
	if err != nil {
		return err
	}
	h.setNotice(c, "done.absence")
	return c.Redirect(http.StatusSeeOther, "/admin/districts")
}

func checkAbsence(typed map[string]string) *models.Error {
	var fields []models.FieldError
	if typed["user"] == "" {
		fields = append(fields, models.FieldError{Field: "user", Key: "error.choice_needed"})
	}
	for _, day := range []string{"from_day", "to_day"} {
		if _, err := time.Parse(time.DateOnly, typed[day]); err != nil {
			fields = append(fields, models.FieldError{Field: day, Key: "error.date"})
		}
	}
	if len(fields) == 0 && typed["to_day"] < typed["from_day"] {
		fields = append(fields, models.FieldError{Field: "to_day", Key: "error.day_order"})
	}
	if len(fields) == 0 {
		return nil
	}
	return models.Invalid(fields...)
}

// adminChecklists answers GET /admin/checklists: every published version with
// its digest.
func (h *Handlers) adminChecklists(c echo.Context) error {
	p := AdminPage{Page: h.page(c, "title.admin_checklists"), Checklists: h.Checklists.Versions()}
	return h.show(c, "admin_checklists", p)
}
