package handlers

import (
	"context"
	"time"

	"github.com/labstack/echo/v4"

	"znak/handlers/middleware"
	"znak/models"
	"znak/models/store"
)

// startRows is how many referrals a start page shows of each kind.
const startRows = 5

// StartPage is where a role begins its day.
type StartPage struct {
	Page
	Tally    store.Tally
	Figures  []Figure
	Drafts   []ListRow // to finish; school only
	Latest   []ListRow // sent last; for a desk and the Centre: what is due first
	National bool      // the reader is at the national desk
	Silent   []models.District
	Entries  int // on the audit trail; auditor only
}

// Figure is one count of a start page with where it leads.
type Figure struct {
	Key  string // message key
	N    int
	Href string
	Hot  bool // somebody is waiting
}

// Day is a stamp in the page's time zone.
func (p StartPage) Day(s models.Stamp) time.Time { return s.Time().In(p.Now.Location()) }

// start shows the reader's own start page.
func (h *Handlers) start(c echo.Context) error {
	p := StartPage{Page: h.page(c, "title.start")}
	a := middleware.Actor(c)
	var err error
	switch {
	case a.AtSchool():
		err = h.startSchool(c, a, &p)
	case a.Role == models.RoleCoordinator, a.Role == models.RoleCentre:
		err = h.startQueue(c, a, &p)
	case a.Role == models.RoleMinistry, a.Role == models.RoleAdmin:
		p.Silent, err = h.silentDistricts(c.Request().Context())
	case a.Role == models.RoleAuditor:
		var n int64
		n, err = h.Store.AuditSize(c.Request().Context())
		p.Entries = int(n)
	}
	if err != nil {
		return err
	}
	return h.show(c, "start", p)
}

// startSchool fills in the drafts to finish and the newest referrals.
func (h *Handlers) startSchool(c echo.Context, a models.Actor, p *StartPage) error {
	drafts, _, err := h.Store.List(c.Request().Context(), a, store.Filter{State: models.StateDraft, Limit: startRows})
	if err != nil {
		return err
	}
	if p.Drafts, err = h.listRows(c, p.Page, drafts); err != nil {
		return err
	}
	latest, _, err := h.Store.List(c.Request().Context(), a, store.Filter{Limit: 2 * startRows})
	if err != nil {
		return err
	}
	var sent []models.Referral
	for _, r := range latest {
		if r.State != models.StateDraft && len(sent) < startRows {
			sent = append(sent, r)
		}
	}
	p.Latest, err = h.listRows(c, p.Page, sent)
	return err
}

// startQueue fills in the counts and what is due first.
func (h *Handlers) startQueue(c echo.Context, a models.Actor, p *StartPage) error {
	var err error
	if p.Tally, err = h.Store.Tally(c.Request().Context(), a); err != nil {
		return err
	}
	p.Figures, p.National = figures(a.Role, p.Tally), a.DistrictID == models.NationalDesk
	rows, _, err := h.Store.List(c.Request().Context(), a, store.Filter{Limit: startRows})
	if err != nil {
		return err
	}
	var waiting []models.Referral
	for _, r := range rows {
		if _, due := r.NextDuty(); due || !r.AttentionAt.IsZero() || r.State != models.StateClosed {
			waiting = append(waiting, r)
		}
	}
	p.Latest, err = h.listRows(c, p.Page, waiting)
	return err
}

// startStates are the states that a role's start page counts.
var startStates = map[models.Role][]models.State{
	models.RoleCoordinator: {models.StateSubmitted, models.StateAcknowledged, models.StateInfoRequested},
	models.RoleCentre: {models.StateForwarded, models.StateReceived, models.StateInAssessment,
		models.StateInfoRequested, models.StateReconsideration},
}

// figures are the counts of a desk's or the Centre's start page.
func figures(role models.Role, t store.Tally) []Figure {
	out := []Figure{{Key: "start.figure.overdue", N: int(t.Overdue), Href: "/referrals?overdue=yes", Hot: t.Overdue > 0}}
	for _, s := range startStates[role] {
		out = append(out, Figure{Key: "start.figure." + string(s), N: int(t.ByState[s]), Href: "/referrals?state=" + string(s)})
	}
	return append(out, Figure{Key: "start.figure.attention", N: int(t.Attention), Href: "/referrals"})
}

// silentDistricts lists the districts in which no contact can act today.
func (h *Handlers) silentDistricts(ctx context.Context) ([]models.District, error) {
	districts, err := h.Store.Districts(ctx)
	if err != nil {
		return nil, err
	}
	var out []models.District
	for _, d := range districts {
		contacts, err := h.Store.Contacts(ctx, d.ID, h.Now().In(h.Location))
		if err != nil {
			return nil, err
		}
		if !canAct(contacts) {
			out = append(out, d)
		}
	}
	return out, nil
}

func canAct(contacts []store.ContactState) bool {
	for _, c := range contacts {
		if !c.Disabled && !c.Absent {
			return true
		}
	}
	return false
}
