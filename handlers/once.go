package handlers

import (
	"encoding/base64"
	"encoding/json"
	"net/http"

	"github.com/labstack/echo/v4"

	"znak/handlers/middleware"
	"znak/models"
)

// once is what is shown once and kept nowhere: recovery codes, the link of an
// invitation, a token.
type once struct {
	Kind  string // codes, link, token
	Lines []string
	Name  string // of whose link it is, or of the token
	Email string
	Back  string // where the reader goes on
}

// OncePage shows it. The page itself carries it, sealed for its reader, so that
// the language can be switched without losing it.
type OncePage struct {
	Page
	once
	Sealed string
}

func (h *Handlers) showOnce(c echo.Context, o once) error {
	plain, err := json.Marshal(o)
	if err != nil {
		return err
	}
	sealed, err := h.Stash.SealStash(middleware.User(c).ID, plain)
	if err != nil {
		return err
	}
	p := OncePage{Page: h.page(c, "account.once_"+o.Kind), once: o, Sealed: base64.RawStdEncoding.EncodeToString(sealed)}
	p.LangForm = "once"
	return h.show(c, "once", p)
}

// shown answers POST /account/shown: the reader has it, or wants it in another
// language.
func (h *Handlers) shown(c echo.Context) error {
	var o once
	sealed, err := base64.RawStdEncoding.DecodeString(sent(c, "sealed"))
	if err != nil {
		return models.ErrNotFound
	}
	plain, err := h.Stash.OpenStash(middleware.User(c).ID, sealed)
	if err != nil || json.Unmarshal(plain, &o) != nil || o.Kind == "" {
		return models.ErrNotFound
	}
	if middleware.Relang(c) {
		return h.showOnce(c, o)
	}
	return c.Redirect(http.StatusSeeOther, safeNext(o.Back))
}
