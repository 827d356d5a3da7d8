package handlers

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"znak/handlers/middleware"
	"znak/models"
	"znak/models/store"
)

// ApprovalsPage lists what waits for the reader as a second person, and what
// was decided lately.
type ApprovalsPage struct {
	Page
	Open, Past []ApprovalRow
	Erased     []store.ErasureRow // by commands on the server
	Exports    []store.Export     // files made on the command line
}

// ApprovalRow is one proposal with the names that belong to it.
type ApprovalRow struct {
	store.Proposal
	Name, Email string
	School      string
	District    models.District
	By, Decider string // names; "" for the operator
	Invites     bool   // an invitation comes of it
	Print       *Field // it goes by letter, unless this is ticked; nil = the reader gets the link
	About       TokenRow
}

// pastShown is how long a decided proposal stays on the page.
const pastShown = 90 * 24 * time.Hour

// approvals answers GET /approvals.
func (h *Handlers) approvals(c echo.Context) error {
	ctx, a := c.Request().Context(), middleware.Actor(c)
	since := models.StampOf(h.Now().Add(-pastShown))
	list, err := h.Store.Proposals(ctx, a, since)
	if err != nil {
		return err
	}
	erased, err := h.Store.Erasures(ctx, a, since)
	if err != nil {
		return err
	}
	var people, places []string
	for _, o := range list {
		people, places = append(people, o.MadeBy, o.DecidedBy), append(places, o.SchoolID)
	}
	names, err := h.Store.Names(ctx, people)
	if err != nil {
		return err
	}
	schools, err := h.Store.SchoolsByID(ctx, places)
	if err != nil {
		return err
	}
	districts, err := h.districtsByID(c)
	if err != nil {
		return err
	}
	tokens, err := h.proposedTokens(c, list)
	if err != nil {
		return err
	}
	p := ApprovalsPage{Page: h.page(c, "account.approvals_title"), Erased: erased}
	if p.Exports, err = h.Store.Exports(ctx, a, models.StampOf(h.Now().Add(-pastShown))); err != nil {
		return err
	}
	for _, o := range list {
		u, err := h.Store.UserByID(ctx, o.UserID)
		if err != nil {
			return err
		}
		row := ApprovalRow{o, u.Name, u.Email, schools[o.SchoolID].Name, districts[o.DistrictID], names[o.MadeBy], names[o.DecidedBy], o.Invites(u), nil, tokens[o.TokenID]}
		if row.Invites && h.Auth.SendsTo(u.Email, p.User.Email) {
			row.Print = h.printField(c, p.Lang, o.ID)
		}
		if o.Verdict == store.VerdictOpen {
			p.Open = append(p.Open, row)
		} else {
			p.Past = append(p.Past, row)
		}
	}
	return h.show(c, "approvals", p)
}

// approve answers POST /approvals/{id}. What comes of an approval is shown to
// the one who approves, never to the one who proposed.
func (h *Handlers) approve(c echo.Context) error {
	yes := sent(c, "verdict") == "approve"
	if !yes && sent(c, "verdict") != "refuse" {
		return models.E(models.CodeInvalid, "error.choice")
	}
	made, err := h.inviting(c).Decide(c.Request().Context(), middleware.Actor(c), c.Param("id"), yes)
	if err != nil {
		return err
	}
	if made.Token != "" {
		return h.showLink(c, made, "/approvals")
	}
	h.setNotice(c, "account.done_refused")
	if made.Sent {
		h.setNotice(c, "account.done_sent")
	} else if yes {
		h.setNotice(c, "account.done_approved")
	}
	return c.Redirect(http.StatusSeeOther, "/approvals")
}
