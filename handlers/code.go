package handlers

import (
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"znak/handlers/middleware"
	"znak/models"
	"znak/models/auth"
)

// CodePage asks for a code of the second factor.
type CodePage struct {
	Page
	Code Field
}

// What a session holds between the password and the code.
const (
	halfUser  = "half-user"
	halfSince = "half-since"
	halfProof = "half-proof"
	halfNext  = "half-next"
)

// halfLasts is how long the code may take after the password.
const halfLasts = 10 * time.Minute

// askCode leads somebody whose password was right to the page that asks for the
// code.
func (h *Handlers) askCode(c echo.Context, user models.User, next string) error {
	waiting := takeRescued(c)
	if err := middleware.Restart(c); err != nil {
		return err
	}
	for key, value := range map[string]string{halfUser: user.ID, halfProof: auth.Proof(user), halfNext: next,
		halfSince: strconv.FormatInt(h.Now().Unix(), 10), keptOwner: waiting.owner, keptForm: waiting.form} {
		if value != "" {
			middleware.Put(c, key, value)
		}
	}
	return c.Redirect(http.StatusSeeOther, "/login/code")
}

// half returns who has given the password in this browser, a moment ago, and
// has still to give the code. Returns models.ErrNotFound for nobody.
func (h *Handlers) half(c echo.Context) (models.User, error) {
	since, err := strconv.ParseInt(middleware.Get(c, halfSince), 10, 64)
	if err != nil || h.Now().Sub(time.Unix(since, 0)) > halfLasts {
		return models.User{}, models.ErrNotFound
	}
	user, err := h.Store.UserByID(c.Request().Context(), middleware.Get(c, halfUser))
	if err != nil {
		return user, err
	}
	if user.Disabled || auth.Proof(user) != middleware.Get(c, halfProof) {
		return models.User{}, models.ErrNotFound
	}
	return user, nil
}

// code answers GET /login/code.
func (h *Handlers) code(c echo.Context) error {
	if _, err := h.half(c); models.CodeOf(err) == models.CodeNotFound {
		return c.Redirect(http.StatusSeeOther, "/login")
	} else if err != nil {
		return err
	}
	return h.showCode(c, nil)
}

func (h *Handlers) showCode(c echo.Context, fault error) error {
	p := CodePage{Page: h.page(c, "account.code_title")}
	p.LangForm = "code"
	p.Code = h.codeField(p.Page)
	if fault == nil {
		return h.show(c, "code", p)
	}
	p.Errors = h.formErrors(c, fault)
	p.Code.Error = p.ErrorFor("code")
	return h.showStatus(c, http.StatusUnprocessableEntity, "code", p)
}

// codeField is where a code is typed: never shown again.
func (h *Handlers) codeField(p Page) Field {
	f := h.newField(p.Lang, "text", "code", "")
	f.Autocomplete, f.Class, f.Required, f.MaxLength = "one-time-code", "w-m", true, 40
	return f
}

// signInCode answers POST /login/code: the second half of signing in.
func (h *Handlers) signInCode(c echo.Context) error {
	user, err := h.half(c)
	if models.CodeOf(err) == models.CodeNotFound {
		return c.Redirect(http.StatusSeeOther, "/login")
	} else if err != nil {
		return err
	}
	if middleware.Relang(c) {
		return h.showCode(c, nil)
	}
	err = h.Auth.CheckCode(c.Request().Context(), user, sent(c, "code"), c.RealIP(), middleware.Actor(c).RequestID)
	if models.CodeOf(err) == models.CodeInvalid {
		return h.showCode(c, err)
	}
	if err != nil {
		return err
	}
	return h.enter(c, user, safeNext(middleware.Get(c, halfNext)))
}
