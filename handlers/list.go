package handlers

import (
	"net/url"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"znak/handlers/middleware"
	"znak/models"
	"znak/models/store"
)

// listPage is how many referrals a page of a list shows.
const listPage = 25

// ListPage is a school's list, a desk's queue or the Centre's inbox.
type ListPage struct {
	Page
	Rows     []ListRow
	Next     string // address of the page that follows; "" on the last one
	First    string // address of the first page; "" on the first one
	Filtered bool
	Query    string
	State    Field
	Urgency  Field
	Overdue  bool
	School   bool // the reader is at a school: no urgency is shown
}

// ListRow is one referral of a list: not a word about any child.
type ListRow struct {
	models.Referral
	SchoolName string
	Href       string
	Due        string // what is due when, in words; "" when nothing is
	Late       bool
	Mine       bool
	New        bool // something that the reader's side has not acted on
}

// list answers GET /referrals.
func (h *Handlers) list(c echo.Context) error {
	a := middleware.Actor(c)
	f := store.Filter{State: models.State(c.QueryParam("state")), Urgency: models.Urgency(c.QueryParam("urgency")),
		Overdue: c.QueryParam("overdue") == "yes", After: c.QueryParam("after"), Limit: listPage}
	if f.State != "" && !slices.Contains(models.States, f.State) || f.Urgency != "" && !f.Urgency.Valid() {
		return models.ErrNotFound
	}
	if a.AtSchool() {
		f.Urgency, f.Overdue = "", false // urgency and clocks are the triage's
	}
	rows, next, err := h.Referrals.List(c.Request().Context(), a, f, c.QueryParam("q"))
	if err != nil {
		return err
	}
	p := ListPage{Page: h.page(c, listTitle(a.Role)), Query: c.QueryParam("q"), Overdue: f.Overdue, School: a.AtSchool()}
	p.Filtered = p.Query != "" || f.State != "" || f.Urgency != "" || f.Overdue
	p.State, p.Urgency = h.stateField(p.Page, a, f.State), h.urgencyFilter(p.Page, f.Urgency)
	if p.Rows, err = h.listRows(c, p.Page, rows); err != nil {
		return err
	}
	query := c.QueryParams()
	if f.After != "" {
		query.Del("after")
		p.First = listAddress(query)
	}
	if next != "" {
		query.Set("after", next)
		p.Next = listAddress(query)
	}
	return h.show(c, "list", p)
}

func listAddress(query url.Values) string {
	if len(query) == 0 {
		return "/referrals"
	}
	return "/referrals?" + query.Encode()
}

func listTitle(r models.Role) string {
	switch r {
	case models.RoleCoordinator:
		return "title.queue"
	case models.RoleCentre:
		return "title.inbox"
	}
	return "title.referrals"
}

// listRows adds to each referral what a list shows beside it.
func (h *Handlers) listRows(c echo.Context, p Page, referrals []models.Referral) ([]ListRow, error) {
	ids := make([]string, 0, len(referrals))
	for _, r := range referrals {
		ids = append(ids, r.SchoolID)
	}
	schools, err := h.Store.SchoolsByID(c.Request().Context(), ids)
	if err != nil {
		return nil, err
	}
	a := middleware.Actor(c)
	rows := make([]ListRow, len(referrals))
	for i, r := range referrals {
		row := ListRow{Referral: r, SchoolName: schools[r.SchoolID].Name, Href: "/referrals/" + r.Ref, Mine: r.AuthorID == a.ID, New: r.NewFor(a.Role)}
		if r.State == models.StateDraft {
			row.Href += "/edit/review"
		}
		if a.AtSchool() {
			row.Urgency, row.ClosingBy = "", "" // the triage's alone
		} else {
			row.Due, row.Late = h.due(p, &r)
		}
		rows[i] = row
	}
	return rows, nil
}

// due says in words what is due next, and whether it is late.
func (h *Handlers) due(p Page, r *models.Referral) (string, bool) {
	d, ok := r.NextDuty()
	if !ok || !r.ErasedAt.IsZero() {
		return "", false
	}
	when := h.Locales.Until(p.Lang, p.Now, d.Due.Time().In(h.Location))
	return h.Locales.T(p.Lang, "duty."+string(d.What), "When", when), r.Overdue(h.Now())
}

func (h *Handlers) stateField(p Page, a models.Actor, chosen models.State) Field {
	f := Field{Kind: "select", Name: "state", Label: h.Locales.T(p.Lang, "list.state"), Value: string(chosen)}
	f.Options = []Option{{Value: "", Label: h.Locales.T(p.Lang, "list.any")}}
	for _, s := range models.States {
		draft := s == models.StateDraft
		triage := s == models.StateSubmitted || s == models.StateAcknowledged
		if draft && !a.AtSchool() || triage && a.Role == models.RoleCentre {
			continue
		}
		f.Options = append(f.Options, Option{Value: string(s), Label: h.Locales.T(p.Lang, "state."+string(s))})
	}
	return f
}

func (h *Handlers) urgencyFilter(p Page, chosen models.Urgency) Field {
	f := h.urgencyField(p, chosen)
	f.Kind, f.Options = "select", append([]Option{{Value: "", Label: h.Locales.T(p.Lang, "list.any")}}, f.Options...)
	return f
}

// urgencyField offers the urgencies.
func (h *Handlers) urgencyField(p Page, chosen models.Urgency) Field {
	f := Field{Kind: "radios", Name: "urgency", Label: h.Locales.T(p.Lang, "field.urgency"), Value: string(chosen)}
	for _, u := range models.Urgencies {
		f.Options = append(f.Options, Option{Value: string(u), Label: h.Locales.T(p.Lang, "urgency."+string(u)), Hint: h.Locales.T(p.Lang, "urgency."+string(u)+".hint")})
	}
	return f
}

// moment is a stamp in the portal's time zone.
func (h *Handlers) moment(s models.Stamp) time.Time { return s.Time().In(h.Location) }
