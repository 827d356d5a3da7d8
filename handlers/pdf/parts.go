package pdf

import (
	"strconv"

	"znak/models"
	"znak/models/handover"
)

func (p *paper) head(c *handover.Content) {
	p.write("", 10, 0, p.t("title.referral"))
	p.write("B", 18, 0, c.Reference)
	p.f.Ln(1)
	state := p.t("state." + string(c.State))
	if c.Urgency != "" {
		state += " · " + p.t("urgency."+string(c.Urgency))
	}
	p.write("B", 11, 0, state)
	p.para(p.t("pdf.made", "Version", strconv.FormatInt(c.Version, 10), "At", p.moment(c.MadeAt)))
	p.f.Ln(1)
}

func (p *paper) about(c *handover.Content) {
	p.h2(p.t("referral.about"))
	p.fact(p.t("list.submitted"), p.moment(c.Times.Submitted))
	p.fact(p.t("event.acknowledge"), p.moment(c.Times.Acknowledged))
	p.fact(p.t("event.forward"), p.moment(c.Times.Forwarded))
	p.fact(p.t("pdf.receive_due"), p.moment(c.Times.ReceiveDue))
	p.fact(p.t("event.receive"), p.moment(c.Times.Received))
	p.fact(p.t("state.closed"), p.moment(c.Times.Closed))
	p.fact(p.t("list.school"), p.serbian(c.School.Name)+", "+p.serbian(c.School.Municipality)+" ("+c.School.Code+")")
	p.fact(p.t("referral.district"), p.text(c.School.DistrictName))
	if c.ReporterRole != "" {
		p.fact(p.t("referral.author"), p.t("role."+string(c.ReporterRole)))
	}
	p.fact(p.t("referral.checklist"), p.text(c.Checklist.Title)+", "+p.t("referral.version")+" "+strconv.Itoa(c.Checklist.Version))
}

func (p *paper) proposed(c *handover.Content) {
	if c.Proposed == nil || c.Proposed.Urgency == "" {
		return
	}
	p.h2(p.t("referral.proposed"))
	why := "referral.proposed_none"
	if c.DangerNow == models.Yes {
		why = "referral.proposed_danger"
	} else if len(c.Proposed.Signs) > 0 {
		why = "referral.proposed_signs"
	}
	p.write("B", 10, 0, p.t("urgency."+string(c.Proposed.Urgency)))
	p.para(p.t(why))
	for _, id := range c.Proposed.Signs {
		for _, s := range c.Signs {
			if s.ID == id {
				p.said("– " + p.text(s.Text))
			}
		}
	}
	p.para(p.t("referral.proposed_note"))
}

func (p *paper) child(c *handover.Content) {
	p.h2(p.t("referral.child"))
	born := ""
	if c.Child.BirthYear > 0 {
		born = strconv.Itoa(c.Child.BirthYear) + "."
	}
	p.fact(p.t("field.child.name"), p.typed(c.Child.Name))
	p.fact(p.t("field.child.birth_year"), p.typed(born))
	p.fact(p.t("field.child.sex"), p.or("sex.", c.Child.Sex))
	p.fact(p.t("field.child.class"), p.typed(c.Child.Class))
	p.fact(p.t("field.child.citizenship"), p.or("citizenship.", c.Child.Citizenship))
	p.fact(p.t("field.child.on_the_move"), p.or("common.", string(c.Child.OnTheMove)))
	p.fact(p.t("field.danger_now"), p.or("common.", string(c.DangerNow)))
	p.fact(p.t("field.family_contact_dangerous"), p.or("common.", string(c.FamilyContactDangerous)))
	p.fact(p.t("field.school_conflict"), p.or("common.", string(c.SchoolConflict)))
}

func (p *paper) signs(c *handover.Content) {
	p.h2(p.t("referral.signs"))
	denied, noticed := 0, 0
	for _, s := range c.Signs {
		if s.Answer == models.AnswerNo && s.Note == "" && s.Date == "" {
			denied++
			continue
		}
		noticed++
		p.room(3 * line)
		answer := p.t("answer." + string(s.Answer))
		if s.Date != "" {
			answer += ", " + p.day(s.Date)
		}
		p.write("", 10, 0, "– "+p.text(s.Text))
		p.write("B", 10, 6, answer)
		if s.Note != "" {
			p.said(s.Note)
		}
	}
	if noticed == 0 {
		p.para(p.t("referral.no_signs"))
	}
	p.f.Ln(1)
	p.para(p.Texts.N(p.lang, "referral.signs_no", denied) + " " + p.Texts.N(p.lang, "referral.signs_unanswered", c.Unanswered))
}

func (p *paper) account(c *handover.Content) {
	if c.Account.Empty() {
		return
	}
	p.h2(p.t("referral.account"))
	for _, part := range []struct{ title, text string }{
		{"field.account.observed", c.Account.Observed}, {"field.account.child_words", c.Account.ChildWords},
		{"field.account.own_view", c.Account.OwnView}, {"field.account.people", c.Account.People}, {"field.account.told", c.Account.Told},
	} {
		if part.text != "" {
			p.h3(p.t(part.title))
			p.said(part.text)
		}
	}
}

func (p *paper) timeline(c *handover.Content) {
	p.h2(p.t("referral.timeline"))
	for _, e := range c.Timeline {
		p.h3(p.t("event." + string(e.Event)))
		p.para(p.moment(e.At) + " · " + p.t("side."+string(e.Role)))
		p.entry(e)
	}
}

func (p *paper) entry(e handover.Entry) {
	if e.Urgency != "" {
		p.write("B", 10, 6, p.t("urgency."+string(e.Urgency)))
	}
	if e.AskedOf != "" {
		p.said(p.t("ask." + e.AskedOf))
	}
	if e.Conflict == models.Yes {
		p.write("B", 10, 6, p.t("referral.conflict_added"))
	}
	if e.ReasonCode != "" {
		p.said(p.t("closing."+e.ReasonCode) + " " + p.t("referral.handed_to") + ": " + p.t("handed."+e.HandedTo) + ".")
	}
	if e.Outcome != "" {
		p.write("B", 10, 6, p.t("outcome."+string(e.Outcome)))
	}
	for _, criterion := range e.Criteria {
		p.said("– " + p.t("criteria."+criterion))
	}
	if e.Reason != "" {
		p.said(e.Reason)
	}
	if e.Text != "" {
		p.said(e.Text)
	}
}

// seal says which signed package this is a copy of.
func (p *paper) seal(s *handover.Signed) {
	p.f.Ln(5)
	p.room(keep)
	p.para(p.t("pdf.copy"))
	p.write("", 8.5, 0, s.Digest)
}
