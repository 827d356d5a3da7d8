package handlers

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"znak/handlers/middleware"
	"znak/models"
	"znak/models/auth"
)

// AdminAccountPage makes an account, or changes one.
type AdminAccountPage struct {
	Page
	Account AdminUser // "" in its ID for a new one
	Fields  []Field
	Reset   Field
	Print   *Field        // the link of a new account is shown instead of sent; nil = links always are
	Invited *models.Stamp // until when an invitation can be used
	Waits   bool          // something waits for a second person
}

// adminNewUser answers GET /admin/users/new.
func (h *Handlers) adminNewUser(c echo.Context) error {
	return h.showNewUser(c, models.User{Role: models.RoleTeacher, Lang: "sr"}, "", nil)
}

func (h *Handlers) showNewUser(c echo.Context, u models.User, school string, fault error) error {
	p := AdminAccountPage{Page: h.page(c, "account.new_title")}
	p.Path, p.LangForm = "/admin/users/new", "account"
	email, name := h.newField(p.Lang, "email", "email", u.Email), h.newField(p.Lang, "text", "name", u.Name)
	email.Class, name.Class, email.Required, name.Required, name.MaxLength = "w-m", "w-m", true, true, maxName
	email.Autocomplete, name.Autocomplete = "off", "off"
	rights, err := h.rightsFields(c, p.Page, u, school)
	if err != nil {
		return err
	}
	p.Fields, p.Print = append(append([]Field{email, name}, rights...), h.langField(p.Lang, u.Lang)), h.printField(c, p.Lang, "")
	return h.showMarked(c, "admin_account", &p.Page, p.Fields, fault, func() any { return p })
}

// showMarked shows a page with what must be corrected in its fields.
func (h *Handlers) showMarked(c echo.Context, name string, p *Page, fields []Field, fault error, data func() any) error {
	if fault == nil {
		return h.show(c, name, data())
	}
	p.Errors = h.formErrors(c, fault, fields...)
	mark(fields, p.Errors)
	return h.showStatus(c, http.StatusUnprocessableEntity, name, data())
}

// rightsFields are role and place.
func (h *Handlers) rightsFields(c echo.Context, p Page, u models.User, school string) ([]Field, error) {
	districts, err := h.Store.Districts(c.Request().Context())
	if err != nil {
		return nil, err
	}
	role, code, district := h.newField(p.Lang, "select", "role", string(u.Role)), h.newField(p.Lang, "text", "school", school), h.newField(p.Lang, "select", "district", u.DistrictID)
	role.Class, code.Class, district.Class = "w-m", "w-m", "w-m"
	for _, r := range models.Roles {
		role.Options = append(role.Options, Option{Value: string(r), Label: h.Locales.T(p.Lang, "role."+string(r))})
	}
	district.Options = []Option{{Label: "–"}}
	for _, d := range districts {
		district.Options = append(district.Options, Option{Value: d.ID, Label: h.Locales.Text(p.Lang, d.NameSr, d.NameEn)})
	}
	return []Field{role, code, district}, nil
}

// postedRights reads role and place from a form; the school by its code.
func (h *Handlers) postedRights(c echo.Context, u *models.User) (school string, err error) {
	u.Role, u.DistrictID, u.SchoolID = models.Role(sent(c, "role")), sent(c, "district"), ""
	school = strings.TrimSpace(sent(c, "school"))
	if school == "" {
		return school, nil
	}
	s, err := h.Store.SchoolByCode(c.Request().Context(), school)
	if models.CodeOf(err) == models.CodeNotFound {
		err = models.Invalid(models.FieldError{Field: "school", Key: "account.no_school"})
	}
	u.SchoolID = s.ID
	return school, err
}

// adminInvite answers POST /admin/users: a new account.
func (h *Handlers) adminInvite(c echo.Context) error {
	u := models.User{Email: sent(c, "email"), Name: strings.TrimSpace(sent(c, "name")), Lang: sent(c, "lang")}
	school, err := h.postedRights(c, &u)
	if middleware.Relang(c) {
		return h.showNewUser(c, u, school, nil)
	}
	if len(u.Name) > maxName {
		err = models.Invalid(models.FieldError{Field: "name", Key: "error.too_long", Args: map[string]any{"Max": maxName}})
	}
	var made auth.Made
	if err == nil {
		made, err = h.inviting(c).Add(c.Request().Context(), middleware.Actor(c), u)
	}
	if models.CodeOf(err) == models.CodeInvalid {
		return h.showNewUser(c, u, school, err)
	} else if err != nil {
		return err
	}
	return h.showMade(c, made)
}

// showMade shows the link of an invitation once, or says that a second person
// must agree.
func (h *Handlers) showMade(c echo.Context, made auth.Made) error {
	if made.Waits {
		h.setNotice(c, "account.done_waits")
		return c.Redirect(http.StatusSeeOther, "/admin/users/"+made.User.ID)
	}
	if made.Sent {
		h.setNotice(c, "account.done_sent")
		return c.Redirect(http.StatusSeeOther, "/admin/users/"+made.User.ID)
	}
	return h.showLink(c, made, "/admin/users/"+made.User.ID)
}

func (h *Handlers) showLink(c echo.Context, made auth.Made, back string) error {
	base := strings.TrimSuffix(h.BaseURL, "/")
	return h.showOnce(c, once{Kind: "link", Lines: []string{base + "/invite/" + made.Token}, Name: made.User.Name, Email: made.User.Email, Back: back})
}

// adminUser answers GET /admin/users/{id}.
func (h *Handlers) adminUser(c echo.Context) error { return h.showUser(c, nil) }

func (h *Handlers) showUser(c echo.Context, fault error) error {
	ctx, a := c.Request().Context(), middleware.Actor(c)
	u, err := h.Store.UserByID(ctx, c.Param("id"))
	if err != nil {
		return err
	}
	p := AdminAccountPage{Page: h.page(c, "account.one_title"), Account: AdminUser{User: u, Self: u.ID == a.ID}}
	p.Account.PasswordHash, p.Path = "", "/admin/users/"+u.ID
	code := ""
	if u.SchoolID != "" {
		school, err := h.Store.School(ctx, u.SchoolID)
		if err != nil {
			return err
		}
		code, p.Account.School = school.Code, school.Name
	}
	if fault != nil {
		if code, err = h.postedRights(c, &u); err != nil && models.CodeOf(err) != models.CodeInvalid {
			return err
		}
	}
	if p.Fields, err = h.rightsFields(c, p.Page, u, code); err != nil {
		return err
	}
	districts, err := h.districtsByID(c)
	if err != nil {
		return err
	}
	p.Account.District = districts[p.Account.DistrictID]
	p.Reset, p.Print = h.newField(p.Lang, "checkbox", "second_factor", "yes"), h.printField(c, p.Lang, "")
	if err := h.fillWaiting(c, a, &p); err != nil {
		return err
	}
	return h.showMarked(c, "admin_account", &p.Page, p.Fields, fault, func() any { return p })
}

// fillWaiting says whether an invitation is open, or something waits.
func (h *Handlers) fillWaiting(c echo.Context, a models.Actor, p *AdminAccountPage) error {
	ctx := c.Request().Context()
	i, err := h.Store.InvitationOf(ctx, p.Account.ID)
	if err == nil && i.ExpiresAt.Time().After(h.Now()) {
		p.Invited = &i.ExpiresAt
	} else if err != nil && models.CodeOf(err) != models.CodeNotFound {
		return err
	}
	open, err := h.Store.Proposals(ctx, a, models.StampOf(h.Now()))
	for _, o := range open {
		p.Waits = p.Waits || o.UserID == p.Account.ID && o.Verdict == "" && o.TokenID == ""
	}
	return err
}

// adminRights answers POST /admin/users/{id}/rights: another role or place.
func (h *Handlers) adminRights(c echo.Context) error {
	var u models.User
	_, err := h.postedRights(c, &u)
	var made auth.Made
	if err == nil {
		made, err = h.Auth.SetRights(c.Request().Context(), middleware.Actor(c), c.Param("id"), u.Role, u.SchoolID, u.DistrictID)
	}
	if models.CodeOf(err) == models.CodeInvalid {
		return h.showUser(c, err)
	} else if err != nil {
		return err
	}
	h.setNotice(c, "account.done_rights")
	if made.Waits {
		h.setNotice(c, "account.done_waits")
	}
	return c.Redirect(http.StatusSeeOther, "/admin/users/"+c.Param("id"))
}

// adminReset answers POST /admin/users/{id}/reset. Where letters leave, the
// invitation goes by letter alone: with a link to a teacher's account an admin
// would read what that teacher wrote.
func (h *Handlers) adminReset(c echo.Context) error {
	made, err := h.Auth.Reset(c.Request().Context(), middleware.Actor(c), c.Param("id"), sent(c, "second_factor") == "yes")
	if err != nil {
		return err
	}
	return h.showMade(c, made)
}
