package handlers

import (
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"znak/handlers/middleware"
	"znak/models"
	"znak/models/checklist"
	"znak/models/store"
)

// NewPage begins a referral: the danger question and the choice of checklist.
type NewPage struct {
	Page
	Danger  Field
	General *checklist.Checklist   // the one for every pupil
	Others  []*checklist.Checklist // shorter ones
	Chosen  string
	Wrong   string // what is wrong with the choice
	Drafts  []models.Referral
}

// ListChoice is one checklist to choose.
type ListChoice struct {
	List   *checklist.Checklist
	Chosen bool
}

// Choice returns the choice of a checklist.
func (p NewPage) Choice(list *checklist.Checklist) ListChoice {
	return ListChoice{list, list.ID == p.Chosen}
}

// mostDrafts is how many unfinished drafts are offered.
const mostDrafts = 10

// draftNew answers GET /referrals/new.
func (h *Handlers) draftNew(c echo.Context) error {
	return h.showNew(c, http.StatusOK, url.Values{}, nil)
}

// draftBegin answers POST /referrals: it starts a draft and leads to its first
// step, by way of what to do at once when the child is in danger.
func (h *Handlers) draftBegin(c echo.Context) error {
	values, err := posted(c)
	if err != nil {
		return err
	}
	if middleware.Relang(c) {
		return h.showNew(c, http.StatusOK, values, nil)
	}
	if values.Get("danger_now") == "" {
		return h.showNew(c, http.StatusUnprocessableEntity, values, models.Invalid(needsDanger))
	}
	id := values.Get("checklist")
	if id == "" {
		id = h.Checklists.All()[0].ID
	}
	d, err := h.Referrals.Begin(c.Request().Context(), middleware.Actor(c), id, models.Ternary(values.Get("danger_now")))
	if models.CodeOf(err) == models.CodeInvalid {
		return h.showNew(c, http.StatusUnprocessableEntity, values, err)
	}
	if err != nil {
		return err
	}
	step := firstStep(d.Checklist)
	if d.Content.DangerNow == models.Yes {
		step = stepDanger
	}
	return c.Redirect(http.StatusSeeOther, draftPath(d.Ref, step))
}

func (h *Handlers) showNew(c echo.Context, status int, values url.Values, fault error) error {
	p := NewPage{Page: h.page(c, "title.draft.new"), Chosen: values.Get("checklist")}
	p.LangForm, p.Path, p.Nav = draftFormID, "/referrals/new", navigation(p.User, "/referrals/new")
	lang, lists := middleware.Lang(c), h.Checklists.All()
	p.General, p.Others = lists[0], lists[1:]
	if p.Chosen == "" {
		p.Chosen = p.General.ID
	}
	p.Danger = h.yesNo(lang, "danger_now", models.Ternary(values.Get("danger_now")))
	p.Errors = h.formErrors(c, fault, p.Danger, Field{Name: "checklist", Label: h.label(lang, "checklist")})
	p.Danger.Error, p.Wrong = p.ErrorFor("danger_now"), p.ErrorFor("checklist")
	var err error
	p.Drafts, _, err = h.Store.List(c.Request().Context(), middleware.Actor(c), store.Filter{State: models.StateDraft, Limit: mostDrafts})
	if err != nil {
		return err
	}
	return h.showStatus(c, status, "draft_new", p)
}
