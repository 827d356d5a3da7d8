package handlers

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"znak/handlers/middleware"
	"znak/models"
)

// kept is a form that was sent after its session had ended. It waits, sealed,
// until the same person has signed in again, and is then shown as typed.
type kept struct {
	Path string     `json:"path"`
	Form url.Values `json:"form"`
}

// Names in the session.
const (
	keptOwner = "kept-owner"
	keptForm  = models.KeptForm
)

// keptLimit is how large a form is kept, in bytes of its fields.
const keptLimit = 256 << 10

// formOwner is the field that says whose form it was.
const formOwner = "_by"

// keep puts the form aside if it is a referral's and says whose it is: the id
// of an account, which nobody outside knows, so that strangers cannot fill the
// database.
func (h *Handlers) keep(c echo.Context) {
	path := c.Request().URL.Path
	if c.Request().Method != http.MethodPost || !strings.HasPrefix(path, "/referrals/") {
		return
	}
	form, err := posted(c)
	if err != nil {
		return
	}
	owner := form.Get(formOwner)
	if _, err := h.Store.UserByID(c.Request().Context(), owner); err != nil {
		return
	}
	form.Del(middleware.CSRFField)
	if draft, ok := strings.CutSuffix(path, "/"+string(models.EventSubmit)); ok && (form.Has("danger_now") || form.Has("school_conflict")) {
		path = draft + "/edit/" + stepDanger // its answers say who may see the referral: they are shown again, not lost
	}
	plain, err := json.Marshal(kept{path, form})
	if err != nil || len(plain) > keptLimit {
		return
	}
	sealed, err := h.Stash.SealStash(owner, plain)
	if err != nil {
		return
	}
	middleware.Put(c, keptOwner, owner)
	middleware.Put(c, keptForm, base64.RawStdEncoding.EncodeToString(sealed))
}

// rescued is what was kept, carried over a sign-in.
type rescued struct{ owner, form string }

func takeRescued(c echo.Context) rescued {
	return rescued{middleware.Pop(c, keptOwner), middleware.Pop(c, keptForm)}
}

// restore gives the form back to the person it is for and returns the page on
// which it will be shown; "" when there is none, or it is somebody else's.
func (h *Handlers) restore(c echo.Context, r rescued, user *models.User) string {
	k, ok := h.openKept(r, user.ID)
	if !ok {
		return ""
	}
	middleware.Put(c, keptOwner, r.owner)
	middleware.Put(c, keptForm, r.form)
	return safeNext(pageOf(k.Path))
}

// pageOf is the page that holds the form which is sent to the path; of one that
// submits a draft, the review, to be looked at and sent again.
func pageOf(path string) string {
	i := strings.LastIndexByte(path, '/')
	switch event := models.Event(path[i+1:]); {
	case event == models.EventSubmit:
		return path[:i] + "/edit/" + stepReview
	case models.KnownEvent(event):
		return path[:i]
	}
	return path
}

func (h *Handlers) openKept(r rescued, userID string) (k kept, ok bool) {
	if r.form == "" || r.owner != userID {
		return k, false
	}
	sealed, err := base64.RawStdEncoding.DecodeString(r.form)
	if err != nil {
		return k, false
	}
	plain, err := h.Stash.OpenStash(userID, sealed)
	if err != nil {
		return k, false
	}
	return k, json.Unmarshal(plain, &k) == nil
}

// takeKept returns the form that was kept for this page, once: the last part
// of the path it was sent to, and its fields.
func (h *Handlers) takeKept(c echo.Context) (last string, form url.Values, ok bool) {
	user := middleware.User(c)
	if user == nil || middleware.Get(c, keptForm) == "" {
		return "", nil, false
	}
	k, ok := h.openKept(takeRescued(c), user.ID)
	here := c.Request().URL.Path
	if !ok || k.Path != here && !strings.HasPrefix(k.Path, here+"/") {
		return "", nil, false
	}
	return k.Path[strings.LastIndexByte(k.Path, '/')+1:], k.Form, true
}
