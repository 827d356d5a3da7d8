package handlers

import (
	"github.com/labstack/echo/v4"

	"znak/handlers/middleware"
	"znak/models"
)

// HistoryPage is one child's referrals in the reader's scope, in time order.
type HistoryPage struct {
	Page
	Name      string
	BirthYear int
	Referrals []ChildRow
}

// ChildRow is one referral of a child's history.
type ChildRow struct {
	ListRow
	Groups []AnsweredGroup
	Input  models.Content
}

// child answers GET /children/{handle}.
func (h *Handlers) child(c echo.Context) error {
	dossiers, err := h.Referrals.Child(c.Request().Context(), middleware.Actor(c), c.Param("handle"))
	if err != nil {
		return err
	}
	p := HistoryPage{Page: h.page(c, "title.child")}
	var heads []models.Referral
	for _, d := range dossiers {
		heads = append(heads, d.Referral)
	}
	rows, err := h.listRows(c, p.Page, heads)
	if err != nil {
		return err
	}
	for i := range dossiers {
		d := &dossiers[i]
		signs := ReferralPage{D: d}
		signs.addSigns()
		p.Name, p.BirthYear = d.Content.Child.Name, d.Content.Child.BirthYear
		p.Referrals = append(p.Referrals, ChildRow{rows[i], signs.Groups, d.Content})
	}
	return h.show(c, "child", p)
}
