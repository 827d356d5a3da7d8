package handlers

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"znak/handlers/middleware"
	"znak/locales"
	"znak/models"
	"znak/models/auth"
)

// OwnPage is one's own account.
type OwnPage struct {
	Page
	School     string
	District   models.District
	Self       []Field
	Password   []Field
	Off        Field // the password, to take the second factor away
	Codes      Field // the password, for new recovery codes
	Compulsory bool  // the second factor is
	CodesLeft  int
	Sessions   []SessionRow
}

// SessionRow is one of the reader's own sessions.
type SessionRow struct {
	Hash    string
	Here    bool // this browser's
	Begun   time.Time
	LastUse time.Time
}

// account answers GET /account.
func (h *Handlers) account(c echo.Context) error { return h.showAccount(c, nil, "") }

// showAccount shows the account, with what must be corrected in one of its
// forms.
func (h *Handlers) showAccount(c echo.Context, fault error, form string) error {
	ctx, a := c.Request().Context(), middleware.Actor(c)
	p := OwnPage{Page: h.page(c, "account.title"), Compulsory: h.Auth.MustHave(a.Role)}
	p.Path = "/account"
	if err := h.fillPlace(c, a, &p); err != nil {
		return err
	}
	p.Self, p.Password = h.selfFields(c, p.Page), h.passwordFields(p.Page)
	p.Off, p.Codes = h.currentField(p.Page, "off-current"), h.currentField(p.Page, "codes-current")
	if fault != nil {
		fields := map[string][]Field{"self": p.Self, "password": p.Password, "off": {p.Off}, "codes": {p.Codes}}[form]
		p.Errors = h.formErrors(c, fault, fields...)
		mark(fields, p.Errors)
		switch form {
		case "off":
			p.Off = fields[0]
		case "codes":
			p.Codes = fields[0]
		}
	}
	var err error
	if p.CodesLeft, err = h.Store.RecoveryCodes(ctx, a.ID); err != nil {
		return err
	}
	open, err := h.Auth.Sessions(ctx, a)
	if err != nil {
		return err
	}
	here := middleware.SessionHash(c)
	for _, o := range open {
		p.Sessions = append(p.Sessions, SessionRow{o.Hash, o.Hash == here, o.Begun.In(h.Location), o.LastUse.In(h.Location)})
	}
	if fault != nil {
		return h.showStatus(c, http.StatusUnprocessableEntity, "account", p)
	}
	return h.show(c, "account", p)
}

func (h *Handlers) fillPlace(c echo.Context, a models.Actor, p *OwnPage) error {
	if a.SchoolID != "" {
		school, err := h.Store.School(c.Request().Context(), a.SchoolID)
		if err != nil {
			return err
		}
		p.School = school.Name
	}
	districts, err := h.districtsByID(c)
	p.District = districts[a.DistrictID]
	return err
}

func (h *Handlers) selfFields(c echo.Context, p Page) []Field {
	user := *middleware.User(c)
	if c.Request().Method == http.MethodPost && c.Path() == "/account" {
		user.Name, user.Lang = sent(c, "name"), sent(c, "lang")
	}
	name := h.newField(p.Lang, "text", "name", user.Name)
	name.Autocomplete, name.Class, name.Required, name.MaxLength = "name", "w-m", true, maxName
	return []Field{name, h.langField(p.Lang, user.Lang)}
}

// langField chooses the language of an account.
func (h *Handlers) langField(lang locales.Lang, value string) Field {
	f := h.newField(lang, "select", "lang", value)
	f.Class = "w-m"
	for _, l := range locales.All {
		f.Options = append(f.Options, Option{Value: string(l), Label: l.Name()})
	}
	return f
}

func (h *Handlers) passwordFields(p Page) []Field {
	fields := append([]Field{h.currentField(p, "")}, h.newPassword(p)...)
	fields[1].Label = h.Locales.T(p.Lang, "account.password_new")
	return fields
}

func (h *Handlers) currentField(p Page, id string) Field {
	f := h.newField(p.Lang, "password", "current", "")
	f.ID, f.Autocomplete, f.Class, f.Required = id, "current-password", "w-m", true
	return f
}

// maxName is how many bytes the name of a person may have.
const maxName = 200

// accountSave answers POST /account: name and language.
func (h *Handlers) accountSave(c echo.Context) error {
	name, value := sent(c, "name"), sent(c, "lang")
	lang, ok := locales.Parse(value)
	if !ok {
		return h.showAccount(c, models.Invalid(models.FieldError{Field: "lang", Key: "error.choice"}), "self")
	}
	if len(name) > maxName {
		return h.showAccount(c, models.Invalid(models.FieldError{Field: "name", Key: "error.too_long", Args: map[string]any{"Max": maxName}}), "self")
	}
	err := h.Auth.SetSelf(c.Request().Context(), middleware.Actor(c), name, value)
	if models.CodeOf(err) == models.CodeInvalid {
		return h.showAccount(c, err, "self")
	}
	if err != nil {
		return err
	}
	middleware.SetLang(c, lang)
	h.setNotice(c, "account.done_saved")
	return c.Redirect(http.StatusSeeOther, "/account")
}

// again checks the password of whoever is signed in; its fault is one of the
// field "current".
func (h *Handlers) again(c echo.Context) error {
	err := h.Auth.Again(c.Request().Context(), middleware.User(c).Email, sent(c, "current"), c.RealIP(), middleware.Actor(c).RequestID)
	if models.CodeOf(err) == models.CodeInvalid {
		return models.Invalid(models.FieldError{Field: "current", Key: "account.password_wrong"})
	}
	return err
}

// accountPassword answers POST /account/password. All sessions end; this
// browser begins a new one.
func (h *Handlers) accountPassword(c echo.Context) error {
	user := *middleware.User(c)
	err := checkAgain(c)
	if err == nil {
		err = auth.CheckNewPassword(sent(c, "password"), user.Email)
	}
	if err == nil {
		err = h.again(c)
	}
	if err == nil {
		err = h.Auth.SetPassword(c.Request().Context(), middleware.Actor(c), user.Email, sent(c, "password"))
	}
	if models.CodeOf(err) == models.CodeInvalid {
		return h.showAccount(c, err, "password")
	}
	if err != nil {
		return err
	}
	if err := middleware.SignIn(c, user); err != nil {
		return err
	}
	h.setNotice(c, "account.done_password")
	return c.Redirect(http.StatusSeeOther, "/account")
}

// accountEnd answers POST /account/sessions/end: one of the own sessions, or
// all but this browser's.
func (h *Handlers) accountEnd(c echo.Context) error {
	ctx, a, here := c.Request().Context(), middleware.Actor(c), middleware.SessionHash(c)
	hash := sent(c, "session")
	var err error
	switch hash {
	case here:
		return models.ErrNotFound // signing out is another button
	case "others":
		err = h.Auth.EndOthers(ctx, a, here)
	default:
		err = h.Auth.EndSession(ctx, a, hash)
	}
	if err != nil {
		return err
	}
	h.setNotice(c, "account.done_ended")
	return c.Redirect(http.StatusSeeOther, "/account")
}
