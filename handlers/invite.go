package handlers

import (
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"znak/handlers/middleware"
	"znak/models"
)

// InvitePage lets the owner of an account choose a password.
type InvitePage struct {
	Page
	Email  string
	Action string
	Gone   bool // the link is used, over or wrong
	Fields []Field
}

// invitation answers GET /invite/{token}.
func (h *Handlers) invitation(c echo.Context) error { return h.showInvitation(c, nil) }

func (h *Handlers) showInvitation(c echo.Context, fault error) error {
	p := InvitePage{Page: h.page(c, "invite.title"), Action: "/invite/" + url.PathEscape(c.Param("token"))}
	p.LangForm = "invite" // its address would stand in the language links
	user, err := h.Auth.Invited(c.Request().Context(), c.Param("token"))
	if models.CodeOf(err) == models.CodeNotFound {
		if err := h.auditDenial(c, models.ErrNotFound); err != nil {
			return err
		}
		p.Title, p.Gone = "invite.gone_title", true
		return h.showStatus(c, http.StatusNotFound, "invite", p)
	} else if err != nil {
		return err
	}
	p.Email, p.Errors = user.Email, h.formErrors(c, fault)
	p.Fields = h.newPassword(p.Page)
	if fault != nil {
		return h.showStatus(c, http.StatusUnprocessableEntity, "invite", p)
	}
	return h.show(c, "invite", p)
}

// newPassword are the fields of a new password.
func (h *Handlers) newPassword(p Page) []Field {
	first, again := h.newField(p.Lang, "password", "password", ""), h.newField(p.Lang, "password", "again", "")
	first.Hint = h.Locales.T(p.Lang, "account.password_hint")
	fields := []Field{first, again}
	for i := range fields {
		fields[i].Autocomplete, fields[i].Class, fields[i].Required = "new-password", "w-m", true
	}
	mark(fields, p.Errors)
	return fields
}

// checkAgain refuses a new password that was not typed the same twice.
func checkAgain(c echo.Context) error {
	if sent(c, "password") == sent(c, "again") {
		return nil
	}
	return models.Invalid(models.FieldError{Field: "again", Key: "account.not_same"})
}

// accept answers POST /invite/{token}: it sets the password and signs in.
func (h *Handlers) accept(c echo.Context) error {
	if middleware.Relang(c) {
		return h.showInvitation(c, nil)
	}
	if err := checkAgain(c); err != nil {
		return h.showInvitation(c, err)
	}
	user, err := h.Auth.Accept(c.Request().Context(), c.Param("token"), sent(c, "password"), middleware.Actor(c).RequestID)
	switch models.CodeOf(err) {
	case "":
	case models.CodeInvalid, models.CodeNotFound:
		return h.showInvitation(c, err)
	default:
		return err
	}
	if user.SecondFactor {
		return h.askCode(c, *user, "/")
	}
	return h.enter(c, *user, "/")
}
