package handlers

import (
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"znak/handlers/middleware"
	"znak/models"
	"znak/models/store"
)

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

// adminAbsenceEnd answers POST /admin/absences/remove: an absence that was
// entered by mistake, or that ended early.
func (h *Handlers) adminAbsenceEnd(c echo.Context) error {
	form, err := posted(c)
	if err != nil {
		return err
	}
	err = h.Store.Tx(c.Request().Context(), func(tx *store.Tx) error {
		user, err := tx.DeleteAbsence(form.Get("absence"))
		if err != nil {
			return err
		}
		e := models.AuditBy(middleware.Actor(c), "absence-end")
		e.Object, e.Rule = "user:"+user, "admin"
		return h.Audit.Append(tx, e)
	})
	return h.contactsDone(c, err, "done.absence-end")
}

// adminContactUp answers POST /admin/contacts/up: a contact changes places with
// the one before. Submissions go by the new order from then on.
func (h *Handlers) adminContactUp(c echo.Context) error {
	form, err := posted(c)
	if err != nil {
		return err
	}
	ctx, district, user := c.Request().Context(), form.Get("district"), form.Get("user")
	err = h.Store.Tx(ctx, func(tx *store.Tx) error {
		contacts, err := tx.Contacts(ctx, district, tx.Now())
		if err != nil {
			return err
		}
		at := slices.IndexFunc(contacts, func(s store.ContactState) bool { return s.UserID == user })
		if at < 0 {
			return models.ErrNotFound
		}
		if at > 0 {
			contacts[at-1], contacts[at] = contacts[at], contacts[at-1]
		}
		rows := make([]models.Contact, len(contacts))
		for i, s := range contacts {
			rows[i] = models.Contact{DistrictID: district, UserID: s.UserID, Position: i}
		}
		if err := tx.Put(rows); err != nil {
			return err
		}
		e := models.AuditBy(middleware.Actor(c), "contacts")
		e.Object, e.Fields, e.Rule = "district:"+district, "position", "admin"
		return h.Audit.Append(tx, e)
	})
	return h.contactsDone(c, err, "done.contacts")
}

func (h *Handlers) contactsDone(c echo.Context, err error, notice string) error {
	if err != nil {
		return err
	}
	h.setNotice(c, notice)
	return c.Redirect(http.StatusSeeOther, "/admin/districts")
}
