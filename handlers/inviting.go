package handlers

import (
	"github.com/labstack/echo/v4"

	"znak/locales"
	"znak/models/auth"
)

// printName is the field by which whoever invites asks for the link itself.
const printName = "print"

// printField is it; nil where no mail leaves, and links are always shown. id
// tells several on one page apart.
func (h *Handlers) printField(c echo.Context, lang locales.Lang, id string) *Field {
	if h.Auth.Post == nil {
		return nil
	}
	f := h.newField(lang, "checkbox", printName, "yes")
	f.Checked = sent(c, printName) == f.Value
	if id != "" {
		f.ID = printName + "-" + id
	}
	return &f
}

// inviting is the service that invites in the way that the form asks for.
func (h *Handlers) inviting(c echo.Context) *auth.Service {
	if sent(c, printName) != "" {
		return h.Auth.ByHand()
	}
	return h.Auth
}
