package handlers

import (
	"time"

	"znak/locales"
	"znak/models"
	"znak/models/checklist"
	"znak/models/referral"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

func samplePage(lang locales.Lang, title string, role models.Role) Page {
	p := Page{Lang: lang, Title: title, CSRF: "token", Path: "/somewhere?a=b&c=d", Now: noon}
	if role != "" {
		p.User = &models.User{ID: "u", Name: "Јелена Ђорђевић", Role: role}
	}
	p.Nav = navigation(p.User, "/signs")
	return p
}

// samples are the public and start pages by name, each as it can look.
func samples(lang locales.Lang, lists *checklist.Set) map[string]any {
	page := func(title string) Page { return samplePage(lang, title, "") }
	all := lists.All()
	wrong := page("login.title")
	wrong.Demo, wrong.LangForm = true, "login"
	wrong.Errors = []FormError{{Field: "email", ID: "f-email", Label: "E", Text: "Wrong."}}
	broken := ErrorPage{Page: page("error.title_internal"), Status: 500, Key: "error.internal", Incident: "K7", RetryAfter: 90}
	out := map[string]any{
		"home":          PublicPage{page("title.home"), helplines},
		"signs":         SignsPage{page("title.signs"), all[0], noon, all[1:]},
		"criteria":      CriteriaPage{page("title.criteria"), models.Criteria[:4], models.Criteria[4:], models.Outcomes},
		"help":          PublicPage{page("title.help"), helplines},
		"privacy":       PrivacyPage{page("title.privacy"), models.Roles},
		"accessibility": PublicPage{Page: page("title.accessibility")},
		"login":         LoginPage{Page: wrong, Email: "a@b.rs", Next: "/referrals"},
		"error":         broken,
		"conflict":      sampleConflict(lang, true),
		"conflict over": sampleConflict(lang, false),
	}
	for _, role := range models.Roles {
		out["start "+string(role)] = sampleStart(lang, role)
	}
	return out
}

func sampleConflict(lang locales.Lang, again bool) ConflictPage {
	p := ConflictPage{Page: samplePage(lang, "error.title_conflict", models.RoleCentre), Ref: "ZN-7K3M-9QX4"}
	p.Changes = []TimelineRow{{Moment: referral.Moment{Record: models.Record{Event: models.EventAssess, At: models.StampOf(noon)}}, When: noon}}
	if !again {
		p.Kept = []string{"one\n<b>two"}
		return p
	}
	p.Act = &Act{Event: models.EventDecide, Action: "/referrals/ZN-7K3M-9QX4/decide", Version: 3,
		Fields: []Field{{Kind: "textarea", Name: "text", ID: "decide-text", Label: "T", Value: "kept"}}}
	p.LangForm = p.Act.FormID()
	return p
}

func sampleStart(lang locales.Lang, role models.Role) StartPage {
	r := models.Referral{Ref: "ZN-7K3M-9QX4", State: models.StateInfoRequested, AskedOf: models.ToSchool,
		Urgency: models.Immediate, BegunAt: models.StampOf(noon), ChangedAt: models.StampOf(noon)}
	row := ListRow{Referral: r, SchoolName: "ОШ „Свети Сава“", Href: "/referrals/ZN-7K3M-9QX4", Due: "in 3 hours", Late: true}
	p := StartPage{Page: samplePage(lang, "title.start", role), Drafts: []ListRow{row}, Latest: []ListRow{row, row},
		Silent: []models.District{{ID: "nis", NameSr: "Ниш", NameEn: "Niš"}}, Entries: 1234}
	p.Tally.Overdue = 2
	p.Figures = figures(role, p.Tally)
	return p
}
