package handlers

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"znak/handlers/middleware"
	"znak/models"
	"znak/models/checklist"
	"znak/models/referral"
)

// ReferralPage is one referral as its reader may see it: what the school
// wrote, the timeline, and what the reader can do next.
type ReferralPage struct {
	Page
	D           *referral.Dossier
	School      models.School
	District    models.District // the school's
	Desk        models.District // the one that holds it
	Author      string          // name; "" for readers at the school
	RoutedTo    string          // name; "" for readers at the school
	Due         string
	Late        bool
	Triage      bool // the reader may see urgency and clocks
	Groups      []AnsweredGroup
	Unanswered  int
	DeniedSigns int
	Timeline    []TimelineRow
	Question    string // the open question, if the reader may see it
	Acts        []Act
	SubmittedAt time.Time
	Print       bool
}

// AnsweredGroup is a group of signs with those that were noticed.
type AnsweredGroup struct {
	Title checklist.Text
	Signs []AnsweredSign
}

// AnsweredSign is a sign with the school's answer.
type AnsweredSign struct {
	Sign   checklist.Sign
	Answer models.SignAnswer
	Drove  bool // it drove the proposed urgency; triage and the Centre only
}

// TimelineRow is one entry of the timeline.
type TimelineRow struct {
	referral.Moment
	When time.Time
	Who  string // name of the person; "" when the reader knows the side only
	To   string // name of the colleague to whom it was handed on
	Mine bool
}

// referral answers GET /referrals/{ref}; an author is led on to the own draft.
func (h *Handlers) referral(c echo.Context) error {
	if last, form, ok := h.takeKept(c); ok && models.KnownEvent(models.Event(last)) {
		in, _ := readInput(form)
		return h.eventAgain(c, http.StatusOK, &sentAct{event: models.Event(last), input: in})
	}
	p, err := h.referralPage(c, "read")
	if models.CodeOf(err) == models.CodeNotFound {
		if r, _, errOwn := h.ownReferral(c); errOwn == nil && r.State == models.StateDraft {
			return c.Redirect(http.StatusSeeOther, draftPath(r.Ref, stepReview))
		}
	}
	if err != nil {
		return err
	}
	return h.show(c, "referral", p)
}

// print answers GET /referrals/{ref}/print: the same, to be put on paper.
func (h *Handlers) print(c echo.Context) error {
	p, err := h.referralPage(c, "print")
	if err != nil {
		return err
	}
	p.Print, p.Acts = true, nil
	return h.show(c, "referral", p)
}

// referralPage reads the referral, which is on the audit trail before anything
// is shown, and makes its page.
func (h *Handlers) referralPage(c echo.Context, action string) (*ReferralPage, error) {
	ctx, a := c.Request().Context(), middleware.Actor(c)
	ref, ok := models.ParseReference(c.Param("ref"))
	if !ok {
		return nil, models.ErrNotFound
	}
	d, err := h.Referrals.Read(ctx, a, ref, action)
	if err != nil {
		return nil, err
	}
	school, err := h.Store.School(ctx, d.SchoolID)
	if err != nil {
		return nil, err
	}
	p := &ReferralPage{Page: h.page(c, "title.referral"), D: d, School: *school, Triage: !a.AtSchool(), SubmittedAt: h.moment(d.SubmittedAt)}
	p.Path = "/referrals/" + d.Ref
	if p.Triage {
		p.Due, p.Late = h.due(p.Page, &d.Referral)
	}
	if err := h.addPlaces(c, p); err != nil {
		return nil, err
	}
	p.addSigns()
	if err := h.addTimeline(c, p); err != nil {
		return nil, err
	}
	p.Acts = h.acts(p.Page, d, nil)
	return p, nil
}

// addPlaces finds the names of the districts.
func (h *Handlers) addPlaces(c echo.Context, p *ReferralPage) error {
	districts, err := h.Store.Districts(c.Request().Context())
	if err != nil {
		return err
	}
	for _, d := range districts {
		if d.ID == p.D.DistrictID {
			p.District = d
		}
		if d.ID == p.D.DeskID {
			p.Desk = d
		}
	}
	return nil
}

// addSigns sorts the school's answers: what was noticed, group by group; how
// many signs were answered with no; and how many were not answered.
func (p *ReferralPage) addSigns() {
	drove := map[string]bool{}
	for _, s := range p.D.Drivers {
		drove[s.ID] = true
	}
	for _, g := range p.D.Checklist.Groups {
		group := AnsweredGroup{Title: g.Title}
		for _, sign := range g.Signs {
			answer := p.D.Content.Signs[sign.ID]
			switch {
			case answer.Answer.Noticed() || answer.Note != "" || answer.Date != "":
				group.Signs = append(group.Signs, AnsweredSign{sign, answer, drove[sign.ID]})
			case answer.Answer == models.AnswerNo:
				p.DeniedSigns++
			default:
				p.Unanswered++
			}
		}
		if len(group.Signs) > 0 {
			p.Groups = append(p.Groups, group)
		}
	}
}

// addTimeline adds names where the reader may know them.
func (h *Handlers) addTimeline(c echo.Context, p *ReferralPage) error {
	a := middleware.Actor(c)
	ids := []string{p.D.AuthorID, p.D.RoutedTo}
	for _, m := range p.D.Timeline {
		ids = append(ids, m.ActorID, m.Input.To)
	}
	names, err := h.Store.Names(c.Request().Context(), ids)
	if err != nil {
		return err
	}
	for _, m := range p.D.Timeline {
		row := TimelineRow{Moment: m, When: h.moment(m.At), Who: names[m.ActorID], Mine: m.ActorID == a.ID}
		if m.Event == models.EventReassign {
			row.To = names[m.Input.To]
		}
		if m.Event == models.EventAsk && p.D.State == models.StateInfoRequested && m.Input.To == p.D.AskedOf {
			p.Question = m.Input.Text
		}
		p.Timeline = append(p.Timeline, row)
	}
	p.Author = names[p.D.AuthorID]
	if p.Triage {
		p.RoutedTo = names[p.D.RoutedTo]
	}
	return nil
}
