package handlers

import (
	"context"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"znak/handlers/middleware"
	"znak/models"
	"znak/models/store"
	"znak/models/trends"
)

// WorkingPage shows how the system works: the country and every desk to the
// ministry and the national desk, the own desk to a district's coordinator. It
// holds no referral and no link to one.
type WorkingPage struct {
	Page
	All      bool            // the reader sees the country and every desk
	District models.District // the reader's own; not when All
	View     *trends.WorkingView
	Least    int // what rests on fewer referrals is hidden
	Shares   int // about how many referrals a share rests on at least
	Paces    []WorkingPace
	Open     trends.WorkingCell // what waits at the own desk; not when All
	Waiting  []WorkingWaiting   // what waits by age; only when All
	Desks    []WorkingDesk
	Quiet    []models.District // desks of which no pace may be shown; only when All
	Accounts []trends.WorkingAccounts
	Without  []models.District // districts where nobody can act today
	Clocks   []WorkingClock
	Silences bool // it is known which districts are silent
	Silent   []models.District
}

// WorkingDesk is one desk's line.
type WorkingDesk struct {
	models.District
	Paces    []WorkingPace // acknowledge, decide, receive
	Pace     bool          // one of them is shown
	Open     trends.WorkingCell
	Staff    trends.WorkingAccounts // of the schools
	Officers trends.WorkingAccounts // of the desk
	NoWay    bool                   // nobody can act today
}

// trendsSystem answers GET /trends/system.
func (h *Handlers) trendsSystem(c echo.Context) error {
	ctx, a := c.Request().Context(), middleware.Actor(c)
	view, err := h.Working.Look(ctx, a)
	if err != nil {
		return err
	}
	districts, err := h.Store.Districts(ctx)
	if err != nil {
		return err
	}
	p := WorkingPage{Page: h.page(c, "title.working"), View: view, Least: h.Working.Rule.HidesUnder(), Shares: h.Working.Rule.SharesFrom()}
	p.All = a.Role == models.RoleMinistry || a.DistrictID == models.NationalDesk
	if p.Without, err = h.silentDistricts(ctx); err != nil {
		return err
	}
	p.Clocks = h.workingClocks(p.Lang)
	scope := store.WorkingCountry
	if !p.All {
		scope = a.DistrictID
		p.District = districts[max(0, slices.IndexFunc(districts, func(d models.District) bool { return d.ID == scope }))]
		p.Without = slices.DeleteFunc(p.Without, func(d models.District) bool { return d.ID != scope })
	}
	own, _ := view.Place(scope)
	p.Paces, p.Open, p.Accounts = h.workingPaces(p.Lang, own.WorkingPaces), own.Open, own.Accounts
	if p.All {
		h.workingDesks(&p, districts, own)
		err = h.workingSilence(ctx, &p, districts)
	}
	if err != nil {
		return err
	}
	return h.show(c, "trends_system", p)
}

// workingDesks fills in what the country's readers see besides.
func (h *Handlers) workingDesks(p *WorkingPage, districts []models.District, country trends.WorkingPlace) {
	p.Waiting = []WorkingWaiting{h.workingWaiting(p.Lang, "desk", country.AtDesks), h.workingWaiting(p.Lang, "centre", country.AtCentre)}
	for _, d := range districts {
		place, _ := p.View.Place(d.ID)
		desk := WorkingDesk{District: d, Paces: h.workingPaces(p.Lang, place.WorkingPaces), Open: place.Open,
			NoWay: slices.ContainsFunc(p.Without, func(w models.District) bool { return w.ID == d.ID })}
		for _, group := range place.Accounts {
			if group.Role.AtSchool() {
				desk.Staff = group
			} else {
				desk.Officers = group
			}
		}
		desk.Pace = slices.ContainsFunc(desk.Paces, func(p WorkingPace) bool { return p.Shown })
		if !desk.Pace {
			p.Quiet = append(p.Quiet, d)
		}
		p.Desks = append(p.Desks, desk)
	}
}

// workingSilence fills in which districts were silent, where that is known.
func (h *Handlers) workingSilence(ctx context.Context, p *WorkingPage, districts []models.District) error {
	if h.Silence == nil {
		return nil
	}
	quarters, err := h.Silence.Quarters(ctx)
	if err != nil {
		return err
	}
	p.Silences = true
	silent := trends.SilentDistricts(quarters)
	for _, d := range districts {
		if slices.Contains(silent, d.ID) {
			p.Silent = append(p.Silent, d)
		}
	}
	return nil
}

// LastDay is the last day of the submissions that the times rest on.
func (p WorkingPage) LastDay() time.Time { return p.View.Until.AddDate(0, 0, -1) }
