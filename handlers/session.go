package handlers

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"znak/handlers/middleware"
	"znak/locales"
	"znak/models"
)

// LoginPage is the sign-in form.
type LoginPage struct {
	Page
	Email string
	Next  string
	Kept  bool // a form waits for the person to sign in again
}

// login answers GET /login.
func (h *Handlers) login(c echo.Context) error {
	if middleware.User(c) != nil {
		return c.Redirect(http.StatusSeeOther, safeNext(c.QueryParam("next")))
	}
	p := LoginPage{Page: h.page(c, "login.title"), Next: safeNext(c.QueryParam("next"))}
	p.LangForm, p.Kept = "login", middleware.Get(c, keptForm) != ""
	return h.show(c, "login", p)
}

// signIn answers POST /login.
func (h *Handlers) signIn(c echo.Context) error {
	form, err := posted(c) // never the address, which others write down
	if err != nil {
		return err
	}
	p := LoginPage{Page: h.page(c, "login.title"), Email: form.Get("email"), Next: safeNext(form.Get("next"))}
	p.LangForm, p.Kept = "login", middleware.Get(c, keptForm) != ""
	if middleware.Relang(c) {
		return h.show(c, "login", p)
	}
	user, err := h.Auth.SignIn(c.Request().Context(), p.Email, form.Get("password"), c.RealIP(), middleware.Actor(c).RequestID)
	var fault *models.Error
	if errors.As(err, &fault) && fault.Code == models.CodeInvalid {
		p.Errors = h.formErrors(c, fault)
		return h.showStatus(c, http.StatusUnprocessableEntity, "login", p)
	}
	if err != nil {
		return err
	}
	if user.SecondFactor {
		return h.askCode(c, *user, p.Next)
	}
	return h.enter(c, *user, p.Next)
}

// enter signs somebody in whom nothing is asked of any more, and leads to the
// form that waited for them, or else to next.
func (h *Handlers) enter(c echo.Context, user models.User, next string) error {
	waiting := takeRescued(c)
	if err := middleware.SignIn(c, user); err != nil {
		return err
	}
	if user.SecondFactor {
		h.codeGiven(c) // or they would not be here
	}
	if page := h.restore(c, waiting, &user); page != "" {
		next = page
	}
	return c.Redirect(http.StatusSeeOther, next)
}

// signOut answers POST /logout.
func (h *Handlers) signOut(c echo.Context) error {
	if err := h.Audit.Record(c.Request().Context(), models.AuditBy(middleware.Actor(c), "sign-out")); err != nil {
		return err
	}
	if err := middleware.SignOut(c); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/")
}

// language answers GET /language/{lang}: the same page in another language.
func (h *Handlers) language(c echo.Context) error {
	lang, ok := locales.Parse(c.Param("lang"))
	if !ok {
		return models.ErrNotFound
	}
	middleware.SetLang(c, lang)
	return c.Redirect(http.StatusSeeOther, safeNext(c.QueryParam("next")))
}

// safeNext keeps a redirect on this portal.
func safeNext(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.Scheme != "" || u.Host != "" || !strings.HasPrefix(u.Path, "/") || strings.HasPrefix(u.Path, "//") ||
		strings.ContainsAny(next, "\\\r\n") {
		return "/"
	}
	return u.RequestURI()
}

// setNotice leaves a message for the page that follows a redirect.
func (h *Handlers) setNotice(c echo.Context, key string) {
	middleware.Put(c, "notice", key)
}

// takeNotice returns the message that the page before left.
func (h *Handlers) takeNotice(c echo.Context) string {
	if middleware.User(c) == nil {
		return ""
	}
	return middleware.Pop(c, "notice")
}
