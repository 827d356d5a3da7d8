package handlers

import (
	"slices"

	"znak/locales"
	"znak/models"
	"znak/models/referral"
)

// Act is one thing that the reader can do next, with its form.
type Act struct {
	Event   models.Event
	Action  string // where the form goes
	Version int64  // of the referral, as the reader sees it
	Fields  []Field
	Open    bool // its form came back, or somebody waits for it
	Primary bool // the next step of the way
	Hint    string
	CSRF    string
	By      string // the reader's id
	Lang    locales.Lang
}

// OtherLangs are the languages to which the form can be switched with what was
// typed.
func (a Act) OtherLangs() []locales.Lang {
	return slices.DeleteFunc(slices.Clone(locales.All), func(l locales.Lang) bool { return l == a.Lang })
}

// FormID is the id of the act's form.
func (a Act) FormID() string { return "act-" + string(a.Event) }

// sentAct is an act whose form came back: invalid, or sent to switch the
// language.
type sentAct struct {
	event  models.Event
	input  models.Input
	errors []FormError
}

func (s *sentAct) errorFor(field string) string {
	return Page{Errors: s.errors}.ErrorFor(field)
}

// primary are the events that move a referral on.
var primary = map[models.Event]bool{models.EventAcknowledge: true, models.EventForward: true, models.EventReceive: true,
	models.EventAssess: true, models.EventDecide: true, models.EventAnswer: true, models.EventConfirmClose: true,
	models.EventDecideReconsideration: true}

// acts lists what the reader can do, each with its form.
func (h *Handlers) acts(p Page, d *referral.Dossier, sent *sentAct) []Act {
	var out []Act
	for _, e := range d.Possible {
		act := Act{Event: e, Action: "/referrals/" + d.Ref + "/" + string(e), Version: d.Version, Primary: primary[e], Open: e == models.EventAnswer,
			Hint: h.hint(p, "act."+string(e)+".hint"), CSRF: p.CSRF, By: p.User.ID, Lang: p.Lang}
		var in models.Input
		fail := func(string) string { return "" }
		if sent != nil && sent.event == e {
			act.Open, in, fail = true, sent.input, sent.errorFor
		}
		act.Fields = h.actFields(p, d, e, in, fail)
		out = append(out, act)
	}
	return out
}

// actFields are the fields of an event's form, from what its rows of the
// lifecycle table need.
func (h *Handlers) actFields(p Page, d *referral.Dossier, e models.Event, in models.Input, fail func(string) string) []Field {
	t, err := models.Find(d.Standing, e, models.Actor{ID: p.User.ID, Role: p.User.Role, SchoolID: p.User.SchoolID, DistrictID: p.User.DistrictID})
	if err != nil {
		return nil
	}
	var out []Field
	text := false
	for _, n := range t.Needs {
		switch n {
		case models.NeedText:
			text = true
		case models.NeedReason:
			out = append(out, h.textField(p, e, "reason", in.Reason, true))
		case models.NeedUrgency:
			out = append(out, h.urgencyField(p, in.Urgency))
		case models.NeedTo:
			out = append(out, h.toField(p, d, e, in.To))
		case models.NeedClosing:
			out = append(out, h.choice(p, "radios", "reason_code", "closing.", models.CloseReasons, []string{in.ReasonCode}),
				h.choice(p, "radios", "handed_to", "handed.", models.HandedTo, []string{in.HandedTo}))
		case models.NeedOutcome:
			out = append(out, h.outcomeField(p, in.Outcome), h.choice(p, "checks", "criteria", "criteria.", models.Criteria, in.Criteria))
		}
	}
	if text || takesText[e] {
		out = append(out, h.textField(p, e, "text", in.Text, text))
	}
	if e == models.EventAdd && d.AuthorID == p.User.ID && !d.Restricted {
		out = append(out, Field{Kind: "checkbox", Name: "school_conflict", Label: h.Locales.T(p.Lang, "act.add.school_conflict"),
			Hint: h.Locales.T(p.Lang, "act.add.school_conflict.hint"), Value: string(models.Yes), Checked: in.SchoolConflict == models.Yes})
	}
	for i := range out {
		out[i].ID = string(e) + "-" + out[i].Name
		out[i].Error = fail(out[i].Name)
	}
	return out
}

// takesText are the events to which a text can be added though none is needed.
var takesText = map[models.Event]bool{models.EventForward: true, models.EventAssess: true}

func (h *Handlers) textField(p Page, e models.Event, name, value string, needed bool) Field {
	key := "act." + string(e) + "." + name
	return Field{Kind: "textarea", Name: name, Label: h.Locales.T(p.Lang, key), Hint: h.hint(p, key+".hint"),
		Value: value, Rows: 5, Optional: !needed}
}

// hint returns the hint with this key, "" when there is none.
func (h *Handlers) hint(p Page, key string) string {
	if !h.Locales.Has(key) {
		return ""
	}
	return h.Locales.T(p.Lang, key)
}

func (h *Handlers) toField(p Page, d *referral.Dossier, e models.Event, value string) Field {
	f := Field{Kind: "radios", Name: "to", Label: h.Locales.T(p.Lang, "act."+string(e)+".to"), Value: value}
	if e == models.EventAsk {
		f.Options = []Option{{Value: models.ToSchool, Label: h.Locales.T(p.Lang, "ask.school")}}
		if p.User.Role == models.RoleCentre {
			f.Options = append(f.Options, Option{Value: models.ToCoordinator, Label: h.Locales.T(p.Lang, "ask.coordinator")})
		} else if f.Value == "" {
			f.Value = models.ToSchool
		}
		return f
	}
	for _, u := range d.Colleagues {
		desk := h.Locales.T(p.Lang, "desk.own")
		if u.DistrictID == models.NationalDesk {
			desk = h.Locales.T(p.Lang, "desk.national")
		}
		f.Options = append(f.Options, Option{Value: u.ID, Label: personName(p.Lang, u.Name), Hint: desk})
	}
	return f
}

func (h *Handlers) outcomeField(p Page, chosen models.Outcome) Field {
	f := Field{Kind: "radios", Name: "outcome", Label: h.Locales.T(p.Lang, "field.outcome"), Value: string(chosen)}
	for _, o := range models.Outcomes {
		f.Options = append(f.Options, Option{Value: string(o), Label: h.Locales.T(p.Lang, "outcome."+string(o))})
	}
	return f
}

// choice is a group of codes, each with its message.
func (h *Handlers) choice(p Page, kind, name, prefix string, codes, chosen []string) Field {
	f := Field{Kind: kind, Name: name, Label: h.Locales.T(p.Lang, "field."+name), Hint: h.hint(p, "field."+name+".hint"), Values: chosen}
	if kind == "radios" && len(chosen) > 0 {
		f.Value = chosen[0]
	}
	for _, code := range codes {
		f.Options = append(f.Options, Option{Value: code, Label: h.Locales.T(p.Lang, prefix+code)})
	}
	return f
}
