package handlers

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"znak/handlers/middleware"
	"znak/locales"
	"znak/models"
)

// Page is what every page has. A page's own struct embeds it.
type Page struct {
	Lang     locales.Lang
	Title    string // message key
	User     *models.User
	Nav      []NavItem
	CSRF     string
	Path     string // where the language switch returns to
	LangForm string // id of the form that the language switch submits, so that what was typed stays; "" = plain links
	Demo     bool
	Sheet    string // a style sheet of this page's own; "" = none
	Notice   string // message key of what was just done; "" = nothing
	Now      time.Time
	// Errors lists what must be corrected, in the order of the form.
	Errors []FormError
}

// FormError is one fault in a form: the summary links to the field.
type FormError struct {
	Field string // name of the field
	ID    string // id of its element, to which the summary links
	Label string // its label, in the reader's language
	Text  string // what is wrong and what to do, in the reader's language
}

// NavItem is a link of the page's head.
type NavItem struct {
	Href    string
	Key     string // message key
	Current bool
	Extra   bool // not on a phone's page head: it stands in the foot as well
}

// Langs lists the languages of the switch.
func (p Page) Langs() []locales.Lang { return locales.All }

// ErrorFor returns the fault of the named field, "" when there is none.
func (p Page) ErrorFor(field string) string {
	for _, e := range p.Errors {
		if e.Field == field {
			return e.Text
		}
	}
	return ""
}

// page begins a page for this request.
func (h *Handlers) page(c echo.Context, title string) Page {
	p := Page{
		Lang: middleware.Lang(c), Title: title, User: middleware.User(c), CSRF: middleware.CSRFToken(c),
		Path: c.Request().URL.Path, Demo: h.Demo, Now: h.Now().In(h.Location),
	}
	if q := c.Request().URL.RawQuery; q != "" && c.Request().Method == http.MethodGet {
		p.Path += "?" + q
	}
	p.Nav = navigation(p.User, c.Request().URL.Path)
	if h.Auth.MustEnrol(p.User) {
		p.Nav = navigation(nil, c.Request().URL.Path)
	}
	p.Notice = h.takeNotice(c)
	return p
}

// show renders a page with status 200.
func (h *Handlers) show(c echo.Context, name string, data any) error {
	return h.showStatus(c, http.StatusOK, name, data)
}

func (h *Handlers) showStatus(c echo.Context, status int, name string, data any) error {
	buf, err := h.render.render(middleware.Lang(c), name, data)
	if err != nil {
		return err
	}
	return c.HTMLBlob(status, buf.Bytes())
}

// navigation lists the links of a role's page head.
func navigation(u *models.User, path string) []NavItem {
	items := []NavItem{{Href: "/signs", Key: "nav.signs"}, {Href: "/help", Key: "nav.help"}}
	if u != nil {
		items[0].Extra, items[1].Extra = true, true
		items = append(roleLinks(u.Role), items...)
	}
	for i := range items {
		items[i].Current = items[i].Href == path
	}
	return items
}

func roleLinks(r models.Role) []NavItem {
	switch {
	case r.May(models.PermWrite):
		return []NavItem{{Href: "/referrals/new", Key: "nav.new"}, {Href: "/referrals", Key: "nav.referrals"}}
	case r == models.RoleMinistry:
		return []NavItem{{Href: "/trends", Key: "nav.trends"}}
	case r == models.RoleCoordinator:
		return []NavItem{{Href: "/referrals", Key: "nav.queue"}, {Href: "/trends", Key: "nav.trends"}, {Href: "/approvals", Key: "account.nav_approvals"}}
	case r == models.RoleCentre:
		return []NavItem{{Href: "/referrals", Key: "nav.inbox"}, {Href: "/approvals", Key: "account.nav_approvals"}}
	case r.May(models.PermAudit):
		return []NavItem{{Href: "/audit", Key: "nav.audit"}}
	case r.May(models.PermAdmin):
		return []NavItem{{Href: "/admin", Key: "nav.admin"}}
	}
	return nil
}
