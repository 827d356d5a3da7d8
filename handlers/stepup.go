package handlers

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"znak/handlers/middleware"
	"znak/models"
)

// freshCodes is the one table of what takes a fresh code of the second factor,
// by the name of a route or of an event: what leaves the portal, what cannot be
// undone, and what gives somebody rights. The value says whether its form can
// be sent to switch the language, which acts on nothing and takes no code.
var freshCodes = map[string]bool{
	string(models.EventForward): true,

	"proof":       false,
	"export-json": false,
	"export-pdf":  false,

	"admin-invite": true,
	"admin-rights": false,
	"admin-reset":  false,
	"admin-enable": false,
	"approve":      false,
}

// codeLasts is how long a code counts as fresh.
const codeLasts = 10 * time.Minute

const (
	codeAt      = "code-at" // in the session: when a code was given last, in Unix seconds
	codeField   = "_code"   // beside the fields of the form that waits
	confirmPath = "/account/confirm"
)

// codeGiven notes that whoever is signed in has just given a code.
func (h *Handlers) codeGiven(c echo.Context) {
	middleware.Put(c, codeAt, strconv.FormatInt(h.Now().Unix(), 10))
}

// codeIsFresh says whether a code was given a short while ago.
func (h *Handlers) codeIsFresh(c echo.Context) bool {
	since, err := strconv.ParseInt(middleware.Get(c, codeAt), 10, 64)
	ago := h.Now().Sub(time.Unix(since, 0))
	return err == nil && ago >= 0 && ago < codeLasts
}

// fresh lets a route of the table pass only with a fresh code, which it asks
// for where there is none. Whoever has no second factor is asked nothing: where
// one is compulsory, nothing opens without it anyway.
func (h *Handlers) fresh(name string) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			act := name
			if event := c.Param("event"); event != "" && name == "event" {
				act = event
				if !models.RoleMay(middleware.Actor(c), models.Event(event)) {
					return next(c) // which refuses it
				}
			}
			relang, listed := freshCodes[act]
			user := middleware.User(c)
			if !listed || user == nil || !user.SecondFactor || h.codeIsFresh(c) {
				return next(c)
			}
			if c.Request().Method == http.MethodGet {
				return c.Redirect(http.StatusSeeOther, confirmPath+"?next="+url.QueryEscape(c.Request().URL.RequestURI()))
			}
			return h.confirmForm(c, next, relang)
		}
	}
}

// ConfirmPage asks for a fresh code. The form that waits is part of it, as it
// was sent: it is sent again together with the code.
type ConfirmPage struct {
	Page
	Action string
	Hidden []HiddenField
	Code   Field
	Next   string // where to go on; "" when a form waits
}

// HiddenField is one value that was typed before.
type HiddenField struct{ Name, Value string }

// confirmForm asks for a code, keeping the form, or checks the one that was
// sent with it, and then lets the form act.
func (h *Handlers) confirmForm(c echo.Context, next echo.HandlerFunc, relang bool) error {
	form, err := posted(c)
	if err != nil {
		return err
	}
	asked := form.Has(codeField)
	if middleware.Relang(c) {
		if !asked && relang {
			return next(c)
		}
		return h.showConfirm(c, form, "", http.StatusOK, nil)
	}
	if !asked {
		return h.showConfirm(c, form, "", http.StatusForbidden, nil)
	}
	if err := h.confirm(c); models.CodeOf(err) == models.CodeInvalid {
		return h.showConfirm(c, form, "", http.StatusUnprocessableEntity, err)
	} else if err != nil {
		return err
	}
	return next(c)
}

// confirm checks the code of the request and notes it. Its fault is one of the
// code's field.
func (h *Handlers) confirm(c echo.Context) error {
	err := h.Auth.Confirm(c.Request().Context(), *middleware.User(c), sent(c, codeField), c.RealIP(), middleware.Actor(c).RequestID)
	if models.CodeOf(err) == models.CodeInvalid {
		return models.Invalid(models.FieldError{Field: codeField, Key: "account.code_wrong"})
	}
	if err == nil {
		h.codeGiven(c)
	}
	return err
}

func (h *Handlers) showConfirm(c echo.Context, form url.Values, next string, status int, fault error) error {
	p := ConfirmPage{Page: h.page(c, "account.confirm_title"), Action: c.Request().URL.Path, Next: next}
	p.LangForm, p.Code = "confirm", h.newField(middleware.Lang(c), "text", "code", "")
	p.Code.Name, p.Code.Autocomplete, p.Code.Class, p.Code.Required, p.Code.MaxLength = codeField, "one-time-code", "w-m", true, 40
	for name, values := range form {
		if name == codeField || name == middleware.CSRFField || name == middleware.LangField {
			continue
		}
		for _, v := range values {
			p.Hidden = append(p.Hidden, HiddenField{name, v})
		}
	}
	slices.SortStableFunc(p.Hidden, func(a, b HiddenField) int { return strings.Compare(a.Name, b.Name) })
	if fault != nil {
		p.Errors = h.formErrors(c, fault, p.Code)
		p.Code.Error = p.ErrorFor(codeField)
	}
	return h.showStatus(c, status, "confirm", p)
}

// confirmPage answers GET /account/confirm: a code before a page that needs a
// fresh one.
func (h *Handlers) confirmPage(c echo.Context) error {
	next := safeNext(c.QueryParam("next"))
	if !middleware.User(c).SecondFactor || h.codeIsFresh(c) {
		return c.Redirect(http.StatusSeeOther, next)
	}
	return h.showConfirm(c, nil, next, http.StatusOK, nil)
}

// confirmCode answers POST /account/confirm.
func (h *Handlers) confirmCode(c echo.Context) error {
	next := safeNext(sent(c, "next"))
	if !middleware.User(c).SecondFactor {
		return c.Redirect(http.StatusSeeOther, next)
	}
	if middleware.Relang(c) {
		return h.showConfirm(c, nil, next, http.StatusOK, nil)
	}
	if err := h.confirm(c); models.CodeOf(err) == models.CodeInvalid {
		return h.showConfirm(c, nil, next, http.StatusUnprocessableEntity, err)
	} else if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, next)
}
