package handlers

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"

	"github.com/boombuler/barcode/qr"
	"github.com/labstack/echo/v4"

	"znak/handlers/middleware"
	"znak/models"
	"znak/models/auth"
)

// enrolPath is where an account gets its second factor.
const enrolPath = "/account/second-factor"

// FactorPage lets an account have a second factor.
type FactorPage struct {
	Page
	Compulsory bool
	Secret     string // in groups of four, to be typed
	Code       Field
}

// factorValue holds the sealed address of a second factor that is not
// confirmed yet.
const factorValue = "factor"

// factor answers GET /account/second-factor.
func (h *Handlers) factor(c echo.Context) error {
	if middleware.User(c).SecondFactor {
		return c.Redirect(http.StatusSeeOther, "/account")
	}
	return h.showFactor(c, nil)
}

func (h *Handlers) showFactor(c echo.Context, fault error) error {
	uri, err := h.factorURI(c, true)
	if err != nil {
		return err
	}
	secret, err := auth.FactorSecret(uri)
	if err != nil {
		return err
	}
	p := FactorPage{Page: h.page(c, "account.factor_title"), Compulsory: h.Auth.MustHave(middleware.Actor(c).Role)}
	p.LangForm, p.Code = "factor", h.codeField(p.Page)
	for i := 0; i < len(secret); i += 4 {
		p.Secret += secret[i:min(i+4, len(secret))] + " "
	}
	p.Secret = strings.TrimSpace(p.Secret)
	if fault == nil {
		return h.show(c, "factor", p)
	}
	p.Errors = h.formErrors(c, fault)
	p.Code.Error = p.ErrorFor("code")
	return h.showStatus(c, http.StatusUnprocessableEntity, "factor", p)
}

// factorURI returns the address that this session is about to confirm, made
// where there is none if fresh is set. Returns models.ErrNotFound.
func (h *Handlers) factorURI(c echo.Context, fresh bool) (string, error) {
	user := middleware.User(c)
	if sealed, err := base64.RawStdEncoding.DecodeString(middleware.Get(c, factorValue)); err == nil && len(sealed) > 0 {
		if uri, err := h.Stash.OpenStash(user.ID, sealed); err == nil {
			return string(uri), nil
		}
	}
	if !fresh {
		return "", models.ErrNotFound
	}
	uri, err := auth.NewFactor(user.Email)
	if err != nil {
		return "", err
	}
	sealed, err := h.Stash.SealStash(user.ID, []byte(uri))
	if err != nil {
		return "", err
	}
	middleware.Put(c, factorValue, base64.RawStdEncoding.EncodeToString(sealed))
	return uri, nil
}

// factorQR answers GET /account/second-factor/qr: the picture for the app.
func (h *Handlers) factorQR(c echo.Context) error {
	uri, err := h.factorURI(c, false)
	if err != nil {
		return err
	}
	picture, err := drawQR(uri)
	if err != nil {
		return err
	}
	return c.Blob(http.StatusOK, "image/svg+xml", []byte(picture))
}

// quiet is the empty border that a reader of the picture needs.
const quiet = 4

// drawQR draws a text as an SVG, one path of squares.
func drawQR(text string) (string, error) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return "", err
	}
	size := code.Bounds()
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h%[1]dv%[2]dh-%[1]dz"/><path d="`,
		size.Dx()+2*quiet, size.Dy()+2*quiet)
	for y := size.Min.Y; y < size.Max.Y; y++ {
		for x := size.Min.X; x < size.Max.X; x++ {
			if r, _, _, _ := code.At(x, y).RGBA(); r == 0 {
				fmt.Fprintf(&b, "M%d %dh1v1h-1z", x+quiet, y+quiet)
			}
		}
	}
	b.WriteString(`"/></svg>`)
	return b.String(), nil
}

// factorOn answers POST /account/second-factor: a code shows that the app has
// the secret. Other sessions end, and the recovery codes are shown, once.
func (h *Handlers) factorOn(c echo.Context) error {
	user := *middleware.User(c)
	if user.SecondFactor {
		return models.E(models.CodeConflict, "account.factor_already")
	}
	if middleware.Relang(c) {
		return h.showFactor(c, nil)
	}
	uri, err := h.factorURI(c, false)
	if models.CodeOf(err) == models.CodeNotFound {
		return c.Redirect(http.StatusSeeOther, enrolPath)
	} else if err != nil {
		return err
	}
	codes, err := h.Auth.Enrol(c.Request().Context(), middleware.Actor(c), uri, sent(c, "code"))
	if models.CodeOf(err) == models.CodeInvalid {
		return h.showFactor(c, err)
	} else if err != nil {
		return err
	}
	user.SecondFactor = true
	if err := middleware.SignIn(c, user); err != nil {
		return err
	}
	h.codeGiven(c)
	return h.showOnce(c, once{Kind: "codes", Lines: codes, Back: "/"})
}

// factorOff answers POST /account/second-factor/off.
func (h *Handlers) factorOff(c echo.Context) error {
	err := h.again(c)
	if err == nil {
		err = h.Auth.DropFactor(c.Request().Context(), middleware.Actor(c))
	}
	if models.CodeOf(err) == models.CodeInvalid {
		return h.showAccount(c, err, "off")
	} else if err != nil {
		return err
	}
	h.setNotice(c, "account.done_factor_off")
	return c.Redirect(http.StatusSeeOther, "/account")
}

// recoveryCodes answers POST /account/recovery-codes: new ones in the place of
// the old.
func (h *Handlers) recoveryCodes(c echo.Context) error {
	err := h.again(c)
	if models.CodeOf(err) == models.CodeInvalid {
		return h.showAccount(c, err, "codes")
	} else if err != nil {
		return err
	}
	codes, err := h.Auth.NewRecovery(c.Request().Context(), middleware.Actor(c))
	if err != nil {
		return err
	}
	return h.showOnce(c, once{Kind: "codes", Lines: codes, Back: "/account"})
}
