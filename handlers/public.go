package handlers

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"znak/handlers/middleware"
	"znak/models"
	"znak/models/checklist"
)

// PublicPage is a page of texts, with the helplines where it shows them.
type PublicPage struct {
	Page
	Helplines []Helpline
}

// SignsPage is the general checklist to read and print.
type SignsPage struct {
	Page
	Checklist *checklist.Checklist
	Published time.Time
	Shorter   []*checklist.Checklist
}

// CriteriaPage is what the Centre decides by.
type CriteriaPage struct {
	Page
	For      []string // codes of what makes it trafficking
	Against  []string // codes of why a decision may be different
	Outcomes []models.Outcome
}

// PrivacyPage says who may read what.
type PrivacyPage struct {
	Page
	Roles []models.Role
}

// home answers GET /: what the portal is for, or the reader's own start.
func (h *Handlers) home(c echo.Context) error {
	if user := middleware.User(c); h.Auth.MustEnrol(user) {
		return c.Redirect(http.StatusSeeOther, enrolPath)
	} else if user != nil {
		return h.start(c)
	}
	return h.show(c, "home", PublicPage{h.page(c, "title.home"), helplines})
}

// signs answers GET /signs. How strongly a sign counts is not shown: nobody
// should add up points.
func (h *Handlers) signs(c echo.Context) error {
	lists := h.Checklists.All()
	p := SignsPage{Page: h.page(c, "title.signs"), Checklist: lists[0], Shorter: lists[1:]}
	var err error
	if p.Published, err = time.Parse(time.DateOnly, lists[0].Published); err != nil {
		return err
	}
	return h.show(c, "signs", p)
}

// criteria answers GET /criteria.
func (h *Handlers) criteria(c echo.Context) error {
	p := CriteriaPage{Page: h.page(c, "title.criteria"), Outcomes: models.Outcomes}
	for _, code := range models.Criteria {
		switch code {
		case "act", "means", "purpose", "child":
			p.For = append(p.For, code)
		default:
			p.Against = append(p.Against, code)
		}
	}
	return h.show(c, "criteria", p)
}

// help answers GET /help.
func (h *Handlers) help(c echo.Context) error {
	return h.show(c, "help", PublicPage{h.page(c, "title.help"), helplines})
}

// privacy answers GET /privacy.
func (h *Handlers) privacy(c echo.Context) error {
	return h.show(c, "privacy", PrivacyPage{h.page(c, "title.privacy"), models.Roles})
}

// accessibility answers GET /accessibility.
func (h *Handlers) accessibility(c echo.Context) error {
	return h.show(c, "accessibility", PublicPage{Page: h.page(c, "title.accessibility")})
}
